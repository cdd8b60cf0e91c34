"""Marks of mud on cloth, after bogolan."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from rotative.demonstration.patterns.canvas import (
    BONE,
    CLAY,
    CREAM,
    INK,
    OCHRE,
    RUST,
    SAND,
    UMBER,
    Canvas,
    Colour,
    Point,
    mix,
    roughen,
)

MUD = mix(UMBER, INK, 0.55)


def brush(canvas: Canvas, points: list[Point], width: float, paint: Colour, chance: Random) -> None:
    """A line drawn by hand with a flat stick."""
    drawn = roughen(points, chance, width * 0.09, step=max(30, width * 1.6))
    # The last edge of a closed outline comes back to the start; a line does not.
    length = sum(max(1, round(math.dist(a, b) / max(30, width * 1.6))) for a, b in pairwise(points))
    canvas.stroke([*drawn[:length], points[-1]], width, paint)


def slab(canvas: Canvas, x: float, y: float, width: float, height: float, paint: Colour, chance: Random) -> None:
    """A rectangle whose sides are not quite straight."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    canvas.polygon(roughen(corners, chance, 4, step=90), paint)


def zigzag(left: float, right: float, middle: float, height: float, teeth: int) -> list[Point]:
    """The corners of a line that goes up and down, teeth times."""
    return [
        (left + (right - left) * index / (2 * teeth), middle + (height / 2 if index % 2 else -height / 2))
        for index in range(2 * teeth + 1)
    ]


def panels(canvas: Canvas, chance: Random) -> None:
    """A cloth of unequal fields, each under its own mark."""
    canvas.fill(BONE)
    slab(canvas, 24, 24, 560, 600, MUD, chance)
    for index, half in enumerate((245, 190, 135, 80, 30)):
        diamond = [(304, 324 - half), (304 + half, 324), (304, 324 + half), (304 - half, 324)]
        canvas.polygon(roughen(diamond, chance, 3, step=80), (BONE, MUD)[index % 2])
    slab(canvas, 608, 24, 868, 290, RUST, chance)
    for level in range(3):
        brush(canvas, zigzag(640, 1444, 90 + 80 * level, 58, 7), 20, (CREAM, BONE, SAND)[level], chance)
    slab(canvas, 608, 338, 420, 638, OCHRE, chance)
    for index in range(6):
        y = 400 + index * 103
        brush(canvas, [(650, y), (986, y)], 34, MUD, chance)
        for x in range(690, 980, 82):
            canvas.disc(x + chance.uniform(-4, 4), y + 51, 11, MUD) if index < 5 else None
    slab(canvas, 1052, 338, 424, 400, MUD, chance)
    for column in range(3):
        for row in range(3):
            x, y = 1122 + column * 142, 402 + row * 136
            brush(canvas, [(x - 36, y - 36), (x + 36, y + 36)], 18, BONE, chance)
            brush(canvas, [(x + 36, y - 36), (x - 36, y + 36)], 18, BONE, chance)
    slab(canvas, 1052, 762, 424, 214, CLAY, chance)
    brush(canvas, zigzag(1090, 1438, 869, 110, 3), 30, MUD, chance)
    slab(canvas, 24, 648, 560, 328, UMBER, chance)
    for index in range(9):
        x = 78 + index * 57
        brush(canvas, [(x, 700), (x, 924 - 40 * (index % 3))], 22, SAND, chance)


def river(canvas: Canvas, chance: Random) -> None:
    """A river seen from the air, and the fields that follow its bends."""
    canvas.fill(MUD)

    def bend(offset: float) -> list[Point]:
        return [
            (x, 480 + offset + 200 * math.sin(x / 265 + 0.5) * (1 - abs(offset) / 1400) + 0.1 * (x - 750))
            for x in range(-60, 1600, 30)
        ]

    canvas.polygon([*bend(-390), (1600, -200), (-60, -200)], RUST)
    canvas.polygon([*bend(400), (1600, 1300), (-60, 1300)], OCHRE)
    canvas.stroke(bend(-500), 34, MUD)
    for offset in (-390, 400):
        canvas.stroke(bend(offset), 24, BONE)
    for near, far, paint in ((470, 560, MUD), (-190, -330, BONE)):
        for start, end in list(zip(bend(near), bend(far), strict=True))[::3]:
            brush(canvas, [start, end], 27, paint, chance)
    for x, y in bend(265)[::3]:
        canvas.disc(x, y, 29, BONE)
    canvas.stroke(bend(0), 284, BONE)
    canvas.stroke(bend(0), 240, MUD)
    canvas.stroke(bend(0), 206, CREAM)
    canvas.stroke(bend(0), 84, MUD)
    canvas.stroke(bend(0), 56, RUST)


def ranges(canvas: Canvas, chance: Random) -> None:
    """Ridges one behind the other under a pale disc."""
    canvas.fill(SAND)
    canvas.rings(1030, 330, (236, CREAM), (186, mix(CLAY, SAND, 0.15)))
    layers = (
        (390, 190, 8, mix(OCHRE, SAND, 0.4), -40),
        (530, 290, 5, CLAY, -190),
        (690, 280, 4, RUST, -60),
        (880, 330, 3, MUD, -330),
    )
    for middle, height, teeth, paint, shift in layers:
        ridge = zigzag(shift - 60, shift + 1990, middle, height, teeth)
        ridge = [(x, y + chance.uniform(-0.14, 0.14) * height) for x, y in ridge]
        canvas.polygon([*ridge, (2100, 1100), (-500, 1100)], paint)
        if paint in (RUST, MUD):
            for depth, width in ((56, 20), (112, 12)) if paint == MUD else ((50, 15),):
                brush(canvas, [(x, y + depth) for x, y in ridge], width, BONE, chance)
        if paint == MUD:
            for x, y in ridge[0::2]:
                for row in range(1, 5):
                    for place in range(row):
                        canvas.disc(x + (place - (row - 1) / 2) * 96, y + 150 + row * 52, 13, BONE)


def millet(canvas: Canvas, chance: Random) -> None:
    """Ears of millet, the nearest taller than the picture."""
    canvas.fill(OCHRE)
    canvas.disc(1140, 340, 215, mix(OCHRE, SAND, 0.7))

    def ear(x: float, top: float, size: float, paint: Colour) -> None:
        brush(canvas, [(x, 1030), (x, top)], 24 * size, paint, chance)
        for leaf in range(9):
            y = top + leaf * 64 * size
            reach = (56 + 118 * math.sin(math.pi * (leaf + 0.6) / 10)) * size
            for side in (-1, 1):
                brush(canvas, [(x, y + 74 * size), (x + side * reach, y)], 29 * size, paint, chance)

    ear(1265, 330, 0.62, RUST)
    ear(745, 280, 0.74, UMBER)
    ear(1015, 160, 0.92, MUD)
    ear(1480, 190, 0.94, MUD)
    canvas.rectangle(-20, 800, 1540, 230, MUD)
    for index in range(13):
        x = 10 + index * 124
        # The tall ear stands there.
        if index != 3:
            brush(canvas, [(x, 860), (x + 60, 960)], 16, SAND, chance)
    ear(390, 60, 1.3, CREAM)


DRAWINGS = (panels, river, ranges, millet)
