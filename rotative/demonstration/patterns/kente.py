"""Woven strips, after the kente and the strip cloths of the coast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from rotative.demonstration.patterns.canvas import (
    CLAY,
    CREAM,
    FOREST,
    GOLD,
    INDIGO,
    INK,
    LATERITE,
    NIGHT,
    OCHRE,
    RUST,
    SAND,
    Canvas,
    Colour,
    mix,
)


def bars(canvas: Canvas, x: float, y: float, width: float, heights: Sequence[tuple[float, Colour]]) -> None:
    """Weft bars, one under the other."""
    for height, paint in heights:
        canvas.rectangle(x, y, width, height, paint)
        y += height


def stepped_diamond(canvas: Canvas, x: float, y: float, step: tuple[float, float], count: int, paint: Colour) -> None:
    """A diamond whose sides are stairs, as a loom makes them."""
    across, down = step
    for row in range(-count + 1, count):
        half = (count - abs(row)) * across
        canvas.rectangle(x - half, y + (row - 0.5) * down, 2 * half, down, paint)


def woven_sun(canvas: Canvas, chance: Random) -> None:
    """A sun goes down behind twenty-four strips, each of which shows its own piece of it."""
    canvas.fill(NIGHT)
    strip, horizon, sun_x, radius = 62.5, 690, 875, 500
    for index in range(24):
        x, odd = index * strip, index % 2
        canvas.rectangle(x, 0, strip, horizon, NIGHT if odd else mix(NIGHT, INDIGO, 0.6))
        canvas.rectangle(x, horizon, strip, 340, mix(RUST, INK, 0.35) if odd else RUST)
        distance = abs(x + strip / 2 - sun_x)
        if distance < radius:
            height = math.sqrt(radius**2 - distance**2)
            top = horizon - max(1, round(height / 31)) * 31
            canvas.rectangle(x, top - 31, strip, 14, CREAM)
            canvas.rectangle(x, top, strip, horizon - top, GOLD if odd else OCHRE)
            for bar in range(horizon - 62 - 62 * odd, top + 30, -124):
                canvas.rectangle(x, bar, strip, 40, LATERITE if odd else CLAY)
            depth = height / radius
            for bar in range(5):
                width = (34 - 6 * bar) * depth
                canvas.rectangle(x, horizon + 30 + 58 * bar + 29 * odd - width / 2, strip, width, OCHRE)
    canvas.rectangle(-20, horizon - 7, 1540, 14, INK)


def great_strip(canvas: Canvas, chance: Random) -> None:
    """One strip seen from very near crosses the picture between its small neighbours."""
    canvas.fill(FOREST)
    with canvas.placed(760, 500, -28):
        canvas.rectangle(-1200, -230, 2400, 460, INK)
        for offset in (-252, 230):
            canvas.rectangle(-1200, offset, 2400, 22, CREAM)
        for place, centre in enumerate((-780, 0, 780)):
            for count, paint in ((7, GOLD), (5, LATERITE), (3, CREAM), (1, INK)):
                stepped_diamond(canvas, centre, 0, (42, 33), count, paint)
            if place:
                for side in (-1, 1):
                    stepped_diamond(canvas, centre - 390, side * 136, (21, 16.5), 5, OCHRE)
                    stepped_diamond(canvas, centre - 390, side * 136, (21, 16.5), 2, INK)
        for index in range(14):
            x = -1150 + index * 170
            bars(canvas, x, -402, 85, ((150, GOLD if index % 2 else RUST),))
            bars(canvas, x + 85, 252, 85, ((150, LATERITE if index % 2 else OCHRE),))
        canvas.rectangle(-1200, -600, 2400, 150, mix(FOREST, INK, 0.45))
        canvas.rectangle(-1200, 450, 2400, 150, mix(FOREST, INK, 0.45))
        canvas.rectangle(-1200, -426, 2400, 12, SAND)
        canvas.rectangle(-1200, 414, 2400, 12, SAND)


def road_of_cloth(canvas: Canvas, chance: Random) -> None:
    """Fields woven to the horizon, all leading to one place."""
    canvas.fill(SAND)
    horizon, far_x, depth = 400, 520, 620
    for index, width in enumerate((30, 18, 10, 5)):
        canvas.rectangle(-50, 40 + 62 * index, 1600, width, mix(SAND, CLAY, 0.6 - 0.12 * index))
    canvas.rings(far_x, horizon, (262, SAND), (236, LATERITE))
    canvas.rectangle(-50, horizon, 1600, 700, FOREST)
    rows = [horizon, *(horizon + 12 * 1.5**index for index in range(1, 11))]
    tones = ((FOREST, INK), (GOLD, OCHRE), (INDIGO, NIGHT), (LATERITE, RUST))
    for index in range(-16, 17):
        left, right = (index - 0.5) * 330, (index + 0.5) * 330
        first, second = tones[index % 4] if index else (CREAM, INK)
        for row, (top, bottom) in enumerate(pairwise(rows)):
            far, near = (top - horizon) / depth, (bottom - horizon) / depth
            corners = [(left, far, top), (right, far, top), (right, near, bottom), (left, near, bottom)]
            canvas.polygon([(far_x + x * share, y) for x, share, y in corners], (first, second)[(row + index) % 2])
    canvas.rectangle(-50, horizon - 6, 1600, 26, INK)


def shield(canvas: Canvas, chance: Random) -> None:
    """A great stepped diamond, cut by the border, beside a band of quiet strips."""
    canvas.fill(INDIGO)
    for index in range(16):
        x = index * 100
        canvas.rectangle(x, -20, 50, 1040, mix(INDIGO, NIGHT, 0.75))
    paints = (NIGHT, OCHRE, INK, CREAM, RUST, LATERITE, INK, GOLD, FOREST, CREAM, INK)
    counts = (15, 14, 12, 11, 10, 8, 6, 5, 4, 2, 1)
    for count, paint in zip(counts, paints, strict=True):
        stepped_diamond(canvas, 540, 500, (50, 50), count, paint)
    for row in (-6, 6):
        stepped_diamond(canvas, 1350, 500 + row * 60, (25, 25), 4, OCHRE)
        stepped_diamond(canvas, 1350, 500 + row * 60, (25, 25), 2, NIGHT)


DRAWINGS = (woven_sun, great_strip, road_of_cloth, shield)
