"""Bold cut cloth sewn on cloth, after the appliqué of Abomey: its geometry only, none of its emblems."""

from __future__ import annotations

import math
from random import Random

from rotative.demonstration.patterns.canvas import (
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
    RUST,
    SAND,
    Canvas,
    Colour,
    Point,
    mix,
    polar,
)


def sewn(canvas: Canvas, points: list[Point], paint: Colour, thread: Colour) -> None:
    """A piece of cloth with a line of large stitches just inside its border."""
    canvas.polygon(points, paint)
    x0, y0 = (sum(values) / len(points) for values in zip(*points, strict=True))
    inner = []
    for x, y in points:
        reach = math.hypot(x - x0, y - y0)
        inner.append((x + (x0 - x) * 26 / reach, y + (y0 - y) * 26 / reach))
    for start, end in zip(inner, [*inner[1:], inner[0]], strict=True):
        count = max(1, int(math.dist(start, end) // 56))
        for stitch in range(count):
            low, high = (stitch + 0.25) / count, (stitch + 0.75) / count
            canvas.stroke(
                [
                    (start[0] + (end[0] - start[0]) * low, start[1] + (end[1] - start[1]) * low),
                    (start[0] + (end[0] - start[0]) * high, start[1] + (end[1] - start[1]) * high),
                ],
                6,
                thread,
            )


def lanes(canvas: Canvas, chance: Random) -> None:
    """The bend of a running track."""
    canvas.fill(FOREST)
    x, y = 470, 1150
    for radius in (1500, 1300):
        canvas.disc(x, y, radius, mix(FOREST, LEAF, 0.35))
        canvas.disc(x, y, radius - 100, FOREST)
    tracks = (LATERITE, CLAY, LATERITE, CLAY, RUST)
    for lane, paint in enumerate((*tracks, NIGHT)):
        radius = 1060 - lane * 136
        for reach, tone in ((radius, CREAM), (radius - 13, paint)):
            canvas.disc(x, y, reach, tone)
            canvas.rectangle(x, y - reach, 1600, reach, tone)
    for lane in range(5):
        top = y - 1047 + lane * 136
        for step in range(3):
            left = 700 + lane * 130 + step * 84
            outline = [(0, 20), (40, 20), (88, 61), (40, 103), (0, 103), (48, 61)]
            canvas.polygon([(left + dx, top + dy) for dx, dy in outline], (GOLD, CREAM, NIGHT)[step])
    for index in range(9):
        canvas.rectangle(560 + index * 130, 850, 66, 200, INDIGO)
    canvas.rectangle(500, 850, 1040, 10, CREAM)


def ball(canvas: Canvas, chance: Random) -> None:
    """A ball and the curve it came by."""
    canvas.fill(OCHRE)
    with canvas.placed(0, 0, -18):
        for index in range(9):
            canvas.rectangle(-600, index * 190 - 40, 2600, 95, mix(OCHRE, CLAY, 0.45))
    for index in range(5):
        share = index / 4
        place = (60 + 480 * share, 905 - 560 * share + 240 * share * share)
        canvas.rings(*place, (26 + 17 * index, INK), (16 + 17 * index, mix(RUST, CLAY, 0.5 - 0.5 * share)))
    x, y, radius = 1010, 500, 415
    canvas.rings(x, y, (radius + 22, INK), (radius, CREAM))
    with canvas.inside(lambda stencil: stencil.disc(x, y, radius, CREAM)):
        for index in range(5):
            angle = index * 72 - 96
            near = [polar(x, y, 150, angle + 72 * corner) for corner in (0, 1)]
            canvas.stroke([near[0], polar(x, y, 285, angle)], 14, INK)
            patch = [polar(x, y, 285, angle), polar(x, y, 380, angle + 24), polar(x, y, 520, angle + 18)]
            sewn(canvas, [*patch, polar(x, y, 520, angle - 18), polar(x, y, 380, angle - 24)], INDIGO, CREAM)
            canvas.stroke([polar(x, y, 380, angle + 24), polar(x, y, 380, angle + 48)], 14, INK)
        sewn(canvas, [polar(x, y, 158, index * 72 - 96) for index in range(5)], LATERITE, CREAM)


def pennants(canvas: Canvas, chance: Random) -> None:
    """Arrows of cloth, each faster than the last."""
    canvas.fill(NIGHT)
    with canvas.placed(750, 500, -11):
        for row, (y, height, ground, tints) in enumerate(
            (
                (-505, 400, FOREST, (LEAF, SAND)),
                (0, 540, RUST, (GOLD, CREAM)),
                (505, 400, INDIGO, (CLAY, SAND)),
            )
        ):
            canvas.rectangle(-1000, y - height / 2, 2000, height, ground)
            half, forward = height / 2 - 44, 1 if row == 1 else -1
            base, width = -900.0 * forward, 150.0 if row == 1 else 250.0
            for index in range(9):
                point = width * 0.62 if row == 1 else 150
                start, end = base, base + forward * width
                upper = [(start, y - half), (end, y - half), (end + forward * point, y)]
                lower = [(end, y + half), (start, y + half), (start + forward * point, y)]
                canvas.polygon(upper + lower, tints[index % 2])
                base = end + forward * (width * 0.4 if row == 1 else 140)
                width *= 1.3 if row == 1 else 1


def stadium(canvas: Canvas, chance: Random) -> None:
    """A ground seen from above, in rings of sewn wedges."""
    canvas.fill(SAND)
    with canvas.placed(720, 540, -14):

        def oval(half: float, radius: float, paint: Colour, pen: Canvas = canvas) -> None:
            pen.disc(-half, 0, radius, paint)
            pen.disc(half, 0, radius, paint)
            pen.rectangle(-half, -radius, 2 * half, 2 * radius, paint)

        oval(330, 520, INK)
        oval(330, 500, LATERITE)
        for side in (-1, 1):
            for index in range(9):
                start = (-90 if side == 1 else 90) + index * 20
                canvas.wedge(side * 330, 0, (0, 480), (start + 6, start + 14), CREAM)
            for index in range(5):
                top = -480 if side == 1 else 0
                canvas.rectangle(-293 + index * 132, top, 58, 480, CREAM)
        oval(330, 372, INK)
        oval(330, 352, OCHRE)
        oval(330, 300, CREAM)
        oval(330, 288, OCHRE)
        oval(330, 236, INK)
        oval(330, 220, FOREST)
        with canvas.inside(lambda stencil: oval(330, 220, CREAM, stencil)):
            for index in range(5):
                canvas.rectangle(-585 + index * 260, -220, 130, 440, mix(FOREST, LEAF, 0.4))
        canvas.rectangle(-5, -220, 10, 440, CREAM)
        canvas.rings(0, 0, (90, CREAM), (80, FOREST), (14, CREAM))


DRAWINGS = (lanes, ball, pennants, stadium)
