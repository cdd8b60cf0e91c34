"""Resist in indigo, after adire: what was tied or painted stays pale."""

from __future__ import annotations

import math
from random import Random

from rotative.demonstration.patterns.canvas import (
    COBALT,
    CREAM,
    INDIGO,
    INK,
    MIST,
    NIGHT,
    Canvas,
    Colour,
    mix,
    polar,
)

PALE = mix(MIST, CREAM, 0.45)


def resist(canvas: Canvas, x: float, y: float, radius: float, paint: Colour = CREAM) -> None:
    """A dot of resist, with the seam of half-dyed cloth around it."""
    canvas.disc(x, y, radius + max(3, radius * 0.16), COBALT)
    canvas.disc(x, y, radius, paint)


def necklace(canvas: Canvas, x: float, y: float, radius: float, count: int, bead: float) -> None:
    """Dots at equal distances on a circle."""
    for index in range(count):
        resist(canvas, *polar(x, y, radius, 360 * index / count), bead)


def moon_on_water(canvas: Canvas, chance: Random) -> None:
    """A great tied circle over the lines of a lagoon."""
    canvas.fill(INDIGO)
    canvas.rings(640, 430, (560, mix(INDIGO, NIGHT, 0.5)), (440, INDIGO), (385, NIGHT), (330, PALE), (286, COBALT))
    canvas.rings(640, 430, (272, CREAM), (206, INDIGO), (190, NIGHT), (112, COBALT), (100, CREAM), (44, INDIGO))
    necklace(canvas, 640, 430, 412, 40, 13)
    necklace(canvas, 640, 430, 151, 16, 16)
    canvas.rectangle(-20, 640, 1540, 400, NIGHT)
    for level in range(7):
        y = 668 + level * level * 4 + level * 27
        width = 8 + level * 4.5
        wave = [(x, y + (6 + 3 * level) * math.sin(x / (46 + 9 * level) + level)) for x in range(-40, 1560, 20)]
        canvas.stroke(wave, width, mix(INDIGO, COBALT, 0.5))
        near = [point for point in wave if abs(point[0] - 640) < 300 - 28 * level + 90 * (level % 2)]
        canvas.stroke(near, width, CREAM)


def ripples(canvas: Canvas, chance: Random) -> None:
    """Two stones in one pond: where rings meet, light and dark change places."""
    canvas.fill(NIGHT)
    far, near = (1090, 640), (430, 350)

    def rings_of(pen: Canvas, centre: tuple[float, float], reach: int, on: Colour, off: Colour) -> None:
        for step, radius in enumerate(range(reach, 40, -70)):
            pen.disc(*centre, radius, off if step % 2 else on)

    rings_of(canvas, far, 880, INDIGO, mix(NIGHT, INDIGO, 0.25))
    with canvas.inside(lambda stencil: rings_of(stencil, near, 600, CREAM, INK)):
        canvas.fill(PALE)
        rings_of(canvas, far, 880, COBALT, PALE)
    canvas.rings(*near, (58, NIGHT), (44, CREAM))
    canvas.rings(*far, (66, NIGHT), (50, CREAM), (20, NIGHT))


def seed_head(canvas: Canvas, chance: Random) -> None:
    """Dots placed as a sunflower places its seeds, each one golden angle after the last."""
    canvas.fill(INDIGO)
    x, y = 930, 540
    canvas.rings(x, y, (690, mix(INDIGO, NIGHT, 0.5)), (470, NIGHT))
    for index in range(2, 138):
        distance = 58 * math.sqrt(index)
        place = polar(x, y, distance, index * 137.508)
        size = 8 + distance * 0.037
        paint = CREAM if distance < 460 else COBALT if distance > 676 else MIST
        canvas.disc(*place, size, paint)
    canvas.rings(x, y, (62, COBALT), (50, CREAM), (24, NIGHT))


def dish(canvas: Canvas, chance: Random) -> None:
    """Round fields under the lens, full of cells that touch and do not overlap."""
    canvas.fill(PALE)
    for level in range(5):
        canvas.rectangle(-20, 24 + level * 212, 1540, 104, mix(PALE, MIST, 0.6))
    for x, y, radius, sizes in (
        (940, 500, 455, [112, 96, 82, 70, 70, *[56] * 5, *[44] * 7, *[32] * 10, *[21] * 16]),
        (190, 880, 330, [96, 70, 56, 56, *[42] * 4, *[28] * 8]),
    ):
        canvas.rings(x, y, (radius + 22, INDIGO), (radius, CREAM), (radius - 18, NIGHT))
        for index, (cx, cy, size) in enumerate(_settle(x, y, radius - 32, sizes, chance)):
            if index % 3 == 1:
                canvas.rings(cx, cy, (size, COBALT), (size * 0.8, INDIGO), (size * 0.36, CREAM))
            elif index % 3 == 2:
                canvas.rings(cx, cy, (size, MIST), (size * 0.55, INDIGO))
            else:
                canvas.rings(cx, cy, (size, CREAM), (size * 0.7, INDIGO), (size * 0.46, PALE))


def _settle(x: float, y: float, radius: float, sizes: list[int], chance: Random) -> list[tuple[float, float, float]]:
    """Places for as many discs as fit inside a circle, the widest first."""
    settled: list[tuple[float, float, float]] = []
    for size in sizes:
        for _ in range(400):
            place = polar(x, y, (radius - size) * math.sqrt(chance.random()), chance.uniform(0, 360))
            if all(math.dist(place, (cx, cy)) > size + other + 9 for cx, cy, other in settled):
                settled.append((*place, size))
                break
    return settled


DRAWINGS = (moon_on_water, ripples, seed_head, dish)
