"""The pictures of the demonstration newspaper."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from rotative.demonstration.illustrations import FAMILIES, SIZE, draw, jpeg

pytestmark = pytest.mark.slow

NUMBERS = range(1, 25)
# A lead image may weigh 20 KB; 960 pixels is the widest that readers are sent.
BUDGET, WIDTH, QUALITY = 20_000, 960, 45


def test_every_number_belongs_to_one_section() -> None:
    assert sorted(number for numbers in FAMILIES.values() for number in numbers) == list(NUMBERS)


def test_a_number_that_has_no_picture_is_refused() -> None:
    for number in (0, 25, -1):
        with pytest.raises(IndexError, match=str(number)):
            draw(number)


def test_a_picture_has_the_size_that_was_asked() -> None:
    assert draw(1).size == SIZE == (1600, 1067)
    assert draw(10, (320, 320)).size == (320, 320)
    assert draw(18, (90, 160)).size == (90, 160)


def test_the_same_number_gives_the_same_file() -> None:
    for number in (5, 12, 24):
        assert jpeg(number) == jpeg(number)


def test_no_two_pictures_are_alike() -> None:
    small = [draw(number, (60, 40)) for number in NUMBERS]
    for index, first in enumerate(small):
        for second in small[index + 1 :]:
            pairs = zip(first.tobytes(), second.tobytes(), strict=True)
            assert sum(abs(a - b) for a, b in pairs) / (60 * 40 * 3) > 12


@pytest.mark.parametrize("number", NUMBERS)
def test_a_picture_fits_the_byte_budget_of_a_lead_image(number: int) -> None:
    file = jpeg(number)
    picture = Image.open(io.BytesIO(file))
    assert (picture.format, picture.size, picture.mode) == ("JPEG", SIZE, "RGB")
    smaller = picture.resize((WIDTH, round(WIDTH * SIZE[1] / SIZE[0])), Image.Resampling.LANCZOS)
    shrunk = io.BytesIO()
    smaller.save(shrunk, "AVIF", quality=QUALITY)
    assert shrunk.tell() <= BUDGET
