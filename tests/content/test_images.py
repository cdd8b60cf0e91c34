"""Copies of pictures for readers: the best quality that the bytes of their width allow."""

import random

import pytest
from PIL import Image

from rotative.content.models.images import (
    BYTES_BY_WIDTH,
    FORMATS,
    QUALITIES,
    WIDTHS,
    allowed_bytes,
    encode,
    encode_within,
)


def a_photograph(width: int, grain: int) -> Image.Image:
    """Return something like a photograph, the same each time: large soft shapes, of which `grain` sets the number."""
    dice = random.Random(grain)
    small = Image.new("RGB", (grain, grain * 2 // 3))
    small.putdata(
        [(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(grain * (grain * 2 // 3))]
    )
    return small.resize((width, width * 2 // 3), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("image_format", FORMATS)
@pytest.mark.parametrize("grain", [6, 40, 90])
def test_a_copy_has_the_best_quality_that_its_bytes_allow(image_format: str, grain: int) -> None:
    picture = a_photograph(960, grain)
    allowed = allowed_bytes(960, image_format)
    weights = {quality: len(encode(picture, image_format, quality)) for quality in QUALITIES[image_format]}
    within = [quality for quality, weight in weights.items() if weight <= allowed]

    assert len(encode_within(picture, image_format, allowed)) == weights[max(within, default=min(weights))]


@pytest.mark.parametrize("width", WIDTHS)
def test_old_browsers_get_about_twice_the_bytes_and_no_poorer_picture(width: int) -> None:
    assert allowed_bytes(width, "avif") == BYTES_BY_WIDTH[width]
    assert 2 <= allowed_bytes(width, "jpeg") / BYTES_BY_WIDTH[width] <= 2.5
