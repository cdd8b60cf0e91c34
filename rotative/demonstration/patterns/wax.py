"""Fans and medallions, after wax prints."""

from __future__ import annotations

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
    PLUM,
    RUST,
    SAND,
    Canvas,
    Colour,
    mix,
    polar,
)


def fan(
    canvas: Canvas,
    x: float,
    y: float,
    radius: float,
    paints: tuple[Colour, Colour, Colour, Colour],
    blades: int,
) -> None:
    """An open fan: a rim, a row of blades, a heart."""
    rim, field, blade, heart = paints
    canvas.rings(x, y, (radius, INK), (radius * 0.955, rim), (radius * 0.84, INK), (radius * 0.81, field))
    for index in range(blades):
        middle = 180 + 180 * (index + 0.5) / blades
        half = 52 / blades
        canvas.wedge(x, y, (radius * 0.42, radius * 0.74), (middle - half, middle + half), blade)
        if blades > 7:
            canvas.disc(*polar(x, y, radius * 0.895, middle), radius * 0.03, INK)
    canvas.rings(x, y, (radius * 0.37, INK), (radius * 0.34, heart), (radius * 0.2, INK), (radius * 0.16, rim))


def fans(canvas: Canvas, chance: Random) -> None:
    """Fans that rise from the foreground, each row larger than the one behind."""
    canvas.fill(NIGHT)
    canvas.disc(1120, 210, 130, GOLD)
    rows = (
        (400, 230, 150, (LEAF, FOREST, NIGHT, LEAF), 5),
        (600, 320, 20, (OCHRE, RUST, GOLD, OCHRE), 5),
        (860, 420, 330, (CREAM, INDIGO, CREAM, LATERITE), 7),
        (1190, 540, 40, (GOLD, LATERITE, CREAM, GOLD), 9),
    )
    for y, radius, shift, paints, blades in rows:
        for index in range(-1, 6):
            fan(canvas, shift + index * radius * 1.72, y, radius, paints, blades)


def medallion(canvas: Canvas, chance: Random) -> None:
    """A medallion larger than the picture."""
    canvas.fill(RUST)
    x, y = 1010, 560
    canvas.rings(x, y, (900, mix(RUST, INK, 0.35)), (740, INK), (722, OCHRE), (640, INK), (622, CREAM))
    for index in range(30):
        canvas.wedge(x, y, (650, 712), (index * 12, index * 12 + 6), INK)
    for index in range(16):
        angle = index * 22.5
        canvas.petal(*polar(x, y, 270, angle), 345, 128, angle, INDIGO)
        canvas.petal(*polar(x, y, 300, angle), 250, 74, angle, GOLD if index % 2 else CLAY)
        canvas.disc(*polar(x, y, 575, angle + 11.25), 23, LATERITE)
    canvas.rings(x, y, (300, INK), (284, LATERITE), (226, CREAM), (206, INK))
    for index in range(12):
        canvas.petal(*polar(x, y, 66, index * 30), 128, 46, index * 30, GOLD)
    canvas.rings(x, y, (84, INK), (66, CREAM), (34, LATERITE))
    for index in range(18):
        canvas.disc(*polar(x, y, 820, index * 20 + 4), 34, OCHRE)


def records(canvas: Canvas, chance: Random) -> None:
    """Two records on a cloth of leaves."""
    canvas.fill(OCHRE)
    for row in range(6):
        for column in range(8):
            x, y = column * 220 + 110 * (row % 2) - 40, row * 200
            canvas.petal(x - 70, y, 140, 62, 40 if row % 2 else -40, mix(OCHRE, RUST, 0.5))

    def record(x: float, y: float, size: float, label: Colour, turn: float) -> None:
        canvas.rings(x, y, (size * 1.1, CREAM), (size * 1.06, INK), (size * 1.03, CREAM), (size, INK))
        for share in (0.9, 0.78, 0.66, 0.54):
            canvas.rings(x, y, (size * share, mix(INK, SAND, 0.3)), (size * share - 7, INK))
        for angle in (turn, turn + 180):
            for share in (0.55, 0.67, 0.79, 0.91):
                radii = (size * share, size * share + size * 0.075)
                canvas.wedge(x, y, radii, (angle, angle + 34), mix(INK, SAND, 0.62))
        canvas.rings(x, y, (size * 0.42, CREAM), (size * 0.38, label))
        for index in range(10):
            canvas.petal(*polar(x, y, size * 0.12, index * 36), size * 0.23, size * 0.1, index * 36, CREAM)
        canvas.rings(x, y, (size * 0.1, INK), (size * 0.045, CREAM))

    record(1180, 300, 330, INDIGO, 200)
    record(520, 570, 500, LATERITE, 300)


def plumes(canvas: Canvas, chance: Random) -> None:
    """Feathers that open from a corner."""
    canvas.fill(PLUM)
    x, y = 60, 1080
    canvas.disc(x, y, 1330, mix(PLUM, INK, 0.45))
    for layer, (count, length, width, paint, vane) in enumerate(
        ((7, 1270, 250, LEAF, FOREST), (6, 930, 220, GOLD, RUST), (5, 640, 190, CREAM, INDIGO))
    ):
        for index in range(count):
            angle = -96 + (index + 0.5 * layer % 1) * 17.4
            canvas.petal(x, y, length + 26, width + 30, angle, INK)
            canvas.petal(x, y, length, width, angle, paint)
            canvas.petal(x, y, length - 46, width - 62, angle, vane)
            tip = polar(x, y, length * 0.7, angle)
            canvas.rings(*tip, (width * 0.25, paint), (width * 0.16, INK), (width * 0.08, CREAM))
    canvas.rings(x, y, (340, INK), (322, OCHRE), (262, INK), (244, LATERITE))
    for index in range(9):
        canvas.disc(*polar(x, y, 292, -94 + index * 15), 15, INK)


DRAWINGS = (fans, medallion, records, plumes)
