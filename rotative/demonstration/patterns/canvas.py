"""A canvas of 1500 × 1000 units on which the pictures are drawn, whatever their size in pixels."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 1500, 1000
OVERSAMPLING = 2

Colour = tuple[int, int, int]
Point = tuple[float, float]


def colour(code: str) -> Colour:
    """The colour that six hexadecimal digits name."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


INK = colour("1a1512")
NIGHT = colour("121c33")
INDIGO = colour("1f3462")
COBALT = colour("3d5f93")
MIST = colour("a9bccb")
CREAM = colour("f2e8d5")
BONE = colour("e2d2b2")
SAND = colour("d3b27c")
OCHRE = colour("c98b2e")
GOLD = colour("dfae4a")
CLAY = colour("c26a40")
LATERITE = colour("a0432a")
RUST = colour("742c1c")
UMBER = colour("3b271c")
FOREST = colour("1d3d33")
LEAF = colour("5a7350")
PLUM = colour("4d2032")


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The first colour with a share, 0 to 1, of the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def polar(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point at a distance and an angle from a centre; angles turn clockwise from the right."""
    angle = math.radians(degrees)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


class Canvas:
    """A picture being drawn: flat shapes in units, one on top of the other."""

    def __init__(self, size: tuple[int, int], ground: Colour) -> None:
        self.size = size
        # The drawing covers the picture, centred; a picture of other proportions cuts its borders.
        scale = OVERSAMPLING * max(size[0] / WIDTH, size[1] / HEIGHT)
        self._turn = complex(scale, 0)
        self._shift = complex(
            (size[0] * OVERSAMPLING - WIDTH * scale) / 2, (size[1] * OVERSAMPLING - HEIGHT * scale) / 2
        )
        self._image = Image.new("RGB", (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING), ground)
        self._pen = ImageDraw.Draw(self._image)

    def fill(self, paint: Colour) -> None:
        """Cover everything."""
        self._image.paste(paint, (0, 0, *self._image.size))

    @contextmanager
    def placed(self, x: float, y: float, degrees: float = 0, scale: float = 1) -> Iterator[None]:
        """Draw for a while around another origin, turned and scaled."""
        turn, shift = self._turn, self._shift
        self._shift = turn * complex(x, y) + shift
        self._turn = turn * cmath.rect(scale, math.radians(degrees))
        try:
            yield
        finally:
            self._turn, self._shift = turn, shift

    @contextmanager
    def inside(self, outline: Callable[[Canvas], None]) -> Iterator[None]:
        """Draw for a while inside a shape only: what the outline paints, less what it paints in INK."""
        stencil = Canvas(self.size, INK)
        stencil._turn, stencil._shift = self._turn, self._shift
        stencil._image = Image.new("L", self._image.size, 0)
        stencil._pen = ImageDraw.Draw(stencil._image)
        outline(stencil)
        below = self._image
        self._image = below.copy()
        self._pen = ImageDraw.Draw(self._image)
        try:
            yield
        finally:
            below.paste(self._image, (0, 0), stencil._image)
            self._image = below
            self._pen = ImageDraw.Draw(below)

    def polygon(self, points: Sequence[Point], paint: Colour) -> None:
        """A filled polygon."""
        places = [self._turn * complex(x, y) + self._shift for x, y in points]
        self._pen.polygon([(place.real, place.imag) for place in places], fill=self._paint(paint))

    def rectangle(self, x: float, y: float, width: float, height: float, paint: Colour) -> None:
        """A filled rectangle, from its first corner."""
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], paint)

    def disc(self, x: float, y: float, radius: float, paint: Colour) -> None:
        """A filled disc."""
        centre = self._turn * complex(x, y) + self._shift
        reach = abs(self._turn) * radius
        box = (centre.real - reach, centre.imag - reach, centre.real + reach, centre.imag + reach)
        self._pen.ellipse(box, fill=self._paint(paint))

    def rings(self, x: float, y: float, *steps: tuple[float, Colour]) -> None:
        """Discs on one centre, from the widest in."""
        for radius, paint in steps:
            self.disc(x, y, radius, paint)

    def wedge(
        self, x: float, y: float, radii: tuple[float, float], degrees: tuple[float, float], paint: Colour
    ) -> None:
        """A piece of a ring, between two radii and two angles."""
        (inner, outer), (start, end) = radii, degrees
        count = max(2, round(abs(end - start) / 2))
        angles = [start + (end - start) * step / count for step in range(count + 1)]
        rim = [polar(x, y, outer, angle) for angle in angles]
        hollow = [polar(x, y, inner, angle) for angle in reversed(angles)] if inner else [(x, y)]
        self.polygon(rim + hollow, paint)

    def petal(self, x: float, y: float, length: float, width: float, degrees: float, paint: Colour) -> None:
        """A leaf that starts at a point and is widest in its middle."""
        with self.placed(x, y, degrees):
            steps = [step / 24 for step in range(25)]
            upper = [(length * t, width / 2 * math.sin(math.pi * t) ** 0.9) for t in steps]
            self.polygon(upper + [(px, -py) for px, py in reversed(upper)], paint)

    def stroke(self, points: Sequence[Point], width: float, paint: Colour) -> None:
        """A line of even width with round ends; it may cross itself."""
        places = [self._turn * complex(x, y) + self._shift for x, y in points]
        reach = abs(self._turn) * width / 2
        ink = self._paint(paint)
        for start, end in pairwise(places):
            if start == end:
                continue
            side = (end - start) / abs(end - start) * 1j * reach
            corners = (start + side, end + side, end - side, start - side)
            self._pen.polygon([(corner.real, corner.imag) for corner in corners], fill=ink)
        for place in places:
            box = (place.real - reach, place.imag - reach, place.real + reach, place.imag + reach)
            self._pen.ellipse(box, fill=ink)

    def ribbon(self, points: Sequence[Point], width: float, paint: Colour) -> None:
        """A line of even width with square ends; it bends gently and never crosses itself."""
        left, right = [], []
        for index, (x, y) in enumerate(points):
            before, after = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
            along_x, along_y = after[0] - before[0], after[1] - before[1]
            share = width / 2 / math.hypot(along_x, along_y)
            left.append((x - along_y * share, y + along_x * share))
            right.append((x + along_y * share, y - along_x * share))
        self.polygon([*left, *reversed(right)], paint)

    def finished(self, chance: Random, depth: float = 0.1) -> Image.Image:
        """The picture in its size, with the slow unevenness that a dye bath leaves."""
        picture = self._image.resize(self.size, Image.Resampling.HAMMING)
        cloud = Image.new("L", (7, 5))
        cloud.putdata([round(255 * (1 - depth * chance.random())) for _ in range(35)])
        bath = cloud.resize(self.size, Image.Resampling.BICUBIC)
        return ImageChops.multiply(picture, Image.merge("RGB", (bath, bath, bath)))

    def _paint(self, paint: Colour) -> Colour | int:
        if self._image.mode == "L":
            return 0 if paint == INK else 255
        return paint


def roughen(points: Sequence[Point], chance: Random, amount: float, step: float = 40) -> list[Point]:
    """The same closed outline as a hand would draw it."""
    drawn: list[Point] = []
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        count = max(1, round(math.hypot(x1 - x0, y1 - y0) / step))
        for index in range(count):
            x, y = x0 + (x1 - x0) * index / count, y0 + (y1 - y0) * index / count
            drawn.append((x + chance.uniform(-amount, amount), y + chance.uniform(-amount, amount)))
    return drawn
