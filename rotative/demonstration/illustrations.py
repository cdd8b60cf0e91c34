"""Twenty-four pictures for a demonstration newspaper, drawn by the project: nothing to license."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

from PIL import Image

from rotative.demonstration.patterns import adire, applique, bogolan, embroidery, kente, wax
from rotative.demonstration.patterns.canvas import INK, Canvas

SIZE = (1600, 1067)
JPEG_QUALITY = 88

#: The numbers of each section's pictures, by the section's slug.
FAMILIES: dict[str, range] = {
    "news-infos": range(1, 5),
    "economie": range(5, 9),
    "sciences-sante": range(9, 13),
    "culture": range(13, 17),
    "sport": range(17, 21),
    "idees": range(21, 25),
}

Drawing = Callable[[Canvas, Random], None]

_DRAWINGS: tuple[Drawing, ...] = (
    *kente.DRAWINGS,
    *bogolan.DRAWINGS,
    *adire.DRAWINGS,
    *wax.DRAWINGS,
    *applique.DRAWINGS,
    *embroidery.DRAWINGS,
)


def draw(number: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """Draw picture `number`, 1 to 24 or IndexError, in pixels; the same call gives the same picture."""
    if not 1 <= number <= len(_DRAWINGS):
        raise IndexError(f"There is no illustration {number}; they are numbered 1 to {len(_DRAWINGS)}.")
    chance = Random(number)  # noqa: S311 (a picture needs no secret)
    canvas = Canvas(size, INK)
    _DRAWINGS[number - 1](canvas, chance)
    return canvas.finished(chance)


def jpeg(number: int) -> bytes:
    """Picture `number` as the JPEG file a photographer would have sent."""
    file = io.BytesIO()
    draw(number).save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return file.getvalue()
