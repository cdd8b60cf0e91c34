"""Threads that turn and cross, after the embroidered gowns of the Hausa towns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from rotative.demonstration.patterns.canvas import (
    BONE,
    CLAY,
    CREAM,
    FOREST,
    GOLD,
    INDIGO,
    INK,
    LATERITE,
    LEAF,
    NIGHT,
    OCHRE,
    PLUM,
    RUST,
    SAND,
    Canvas,
    Colour,
    Point,
    mix,
    polar,
)

Cord = Sequence[tuple[float, Colour]]


def lay(canvas: Canvas, points: Sequence[Point], cord: Cord) -> None:
    """Lay a piece of a cord of several threads: its widths and colours, the widest first."""
    for place, (width, paint) in enumerate(cord):
        # Each thread is longer than the one below it, so that no seam shows where two pieces meet.
        short = len(cord) - 1 - place
        canvas.ribbon(points[short : len(points) - short], width, paint)


def crossings(curve: Sequence[Point]) -> list[int]:
    """Where a closed curve meets itself: positions along it, each crossing twice, in order."""
    found = []
    pieces = list(zip(curve, [*curve[1:], curve[0]], strict=True))
    for first in range(len(pieces)):
        # The last piece touches the first without crossing it.
        for second in range(first + 2, len(pieces) - (first == 0)):
            if _cross(*pieces[first], *pieces[second]):
                found += [first, second]
    return sorted(found)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def interlace(canvas: Canvas, curve: Sequence[Point], cord: Cord, gap: tuple[float, Colour], reach: int) -> None:
    """A closed cord over and under itself by turns; a crossing draws again `reach` points on each side."""
    for width, paint in cord:
        canvas.stroke([*curve, curve[0]], width, paint)
    for place in crossings(curve)[::2]:
        piece = [curve[(place + step) % len(curve)] for step in range(-reach - 2, reach + 4)]
        canvas.ribbon(piece[3:-3], *gap)
        lay(canvas, piece, cord)


def braid(canvas: Canvas, chance: Random) -> None:
    """Three cords plaited across a quiet cloth."""
    canvas.fill(FOREST)
    for index in range(8):
        canvas.rectangle(-20, 36 + index * 132, 1540, 6, mix(FOREST, LEAF, 0.5))
    canvas.rectangle(-20, 150, 1540, 700, mix(FOREST, INK, 0.55))
    for edge in (150, 836):
        canvas.rectangle(-20, edge, 1540, 14, OCHRE)
    period = 900.0

    def course(turn: int, start: float, end: float) -> list[Point]:
        """The way of one of the three cords between two phases, in degrees."""
        phases = [start + (end - start) * step / 60 for step in range(61)]
        return [
            ((phase / 360 + turn / 3) * period - period, 500 - 215 * math.sin(math.radians(phase))) for phase in phases
        ]

    cords: tuple[Cord, ...] = tuple(
        ((156, INK), (126, paint), (66, mix(paint, INK, 0.82)), (30, paint)) for paint in (CREAM, GOLD, CLAY)
    )
    for turn, cord in enumerate(cords):
        for cycle in range(-360, 1440, 180):
            lay(canvas, course(turn, cycle - 16, cycle + 196), cord)
    # A cord goes over the next on its way in from the border, under the other on its way out.
    for turn, cord in enumerate(cords):
        for over in range(-210, 1440, 180):
            lay(canvas, course(turn, over - 40, over + 40), cord)


def spiral(canvas: Canvas, chance: Random) -> None:
    """A thread that comes in from the border and winds up."""
    canvas.fill(INDIGO)
    x, y = 560, 560
    canvas.disc(x, y, 590, mix(INDIGO, NIGHT, 0.6))
    canvas.disc(x, y, 470, NIGHT)
    # The last turn ends at the top, where the way is level, so that it can leave in a straight line.
    turns = [polar(x, y, 30 + 360 * step / 234, -90 + (step - 234) * 5) for step in range(235)]
    for index in range(30):
        angle = -78 + index * 12
        canvas.stroke([polar(x, y, 492, angle), polar(x, y, 560 if index % 2 else 524, angle)], 13, CREAM)
    for width, paint in ((88, CREAM), (60, NIGHT), (30, GOLD)):
        canvas.stroke([*turns, (1600, y - 390)], width, paint)
    canvas.rings(x, y, (58, CREAM), (34, LATERITE))


def knives(canvas: Canvas, chance: Random) -> None:
    """Long blades of thread that hang from a collar."""
    canvas.fill(BONE)
    x, y = 640, -30
    canvas.disc(x, y, 700, mix(BONE, SAND, 0.6))
    for index in range(11):
        angle = 8 + index * 16.4
        tall = index % 2 == 0
        for inset, paint in ((0, INDIGO if tall else RUST), (1, BONE), (2, GOLD if tall else INDIGO)):
            spread, start = 8.2 - 2.3 * inset, 400 + 34 * inset
            length = (975 if tall else 770) - 130 * inset
            base = [polar(x, y, start, angle - spread), polar(x, y, start, angle + spread)]
            canvas.polygon([*base, polar(x, y, length, angle)], paint)
    canvas.rings(x, y, (430, NIGHT), (392, BONE), (380, INDIGO), (318, SAND), (306, NIGHT), (214, BONE), (202, RUST))
    for index in range(30):
        canvas.wedge(x, y, (328, 372), (index * 12, index * 12 + 6), GOLD)


def knot(canvas: Canvas, chance: Random) -> None:
    """One cord without an end, over and under itself."""
    ground = mix(PLUM, INK, 0.35)
    canvas.fill(PLUM)
    canvas.rings(750, 500, (690, mix(PLUM, INK, 0.18)), (600, ground))
    count = 300
    angles = [2 * math.pi * step / count for step in range(count)]
    curve = [(750 + 590 * math.sin(2 * angle), 500 + 370 * math.sin(3 * angle)) for angle in angles]
    interlace(canvas, curve, ((96, CREAM), (66, ground), (38, GOLD)), (140, ground), 6)


DRAWINGS = (braid, spiral, knives, knot)
