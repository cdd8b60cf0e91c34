"""Develop a picture that came from outside: decode it in a child process with limits, and encode it anew.

What is kept is never the bytes that were sent. Position, serial numbers and thumbnails go; who took the picture stays.
A picture made to exhaust memory or time takes down the child, not the newsroom.
"""

import io
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from PIL import Image, ImageCms, ImageOps

MOST_PIXELS = 40_000_000
MOST_MEMORY_BYTES = 1_500_000_000
MOST_SECONDS = 20
ARTIST, COPYRIGHT = 0x013B, 0x8298  # in EXIF
KEPT_TAGS = (ARTIST, COPYRIGHT)
DECODERS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF")
MOVING = ("GIF", "WEBP", "PNG", "AVIF")  # a telephone's HEIC may hold several pictures, and does not move
JPEG_QUALITY = 90
EXIT_TOO_LARGE = 3
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png"}
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


class UndevelopedError(Exception):
    """Raised when a picture cannot be decoded; `too_large` tells whether it has too many pixels."""

    def __init__(self, too_large: bool = False) -> None:
        super().__init__("too large" if too_large else "not decodable")
        self.too_large = too_large


@dataclass(frozen=True)
class Developed:
    """A picture encoded anew."""

    data: bytes
    extension: str
    moved: bool = False  # of what moves, the first moment alone is kept

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.extension]

    def rename(self, name: str) -> str:
        """Return `name` with the extension of what the picture has become."""
        return PurePath(name).stem + self.extension


def develop(file: IO[bytes]) -> Developed:
    """Return the picture in `file`, upright and encoded anew as JPEG, or PNG where it has transparency.

    Raises UndevelopedError for what is no picture, is cut off, or takes too much memory or time.
    """
    file.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rotative.content.darkroom"],
            input=file.read(),
            capture_output=True,
            timeout=MOST_SECONDS + 10,
            check=False,
            # A decoder that is taken over finds no password in its environment.
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.TimeoutExpired:
        raise UndevelopedError from None
    if done.returncode:
        raise UndevelopedError(too_large=done.returncode == EXIT_TOO_LARGE)
    head, _, data = done.stdout.partition(b"\n")
    kind, moves = head.decode().split()
    return Developed(data, EXTENSIONS[kind], moved=moves == "moving")


def _develop_here() -> int:
    """Develop standard input to standard output, in the child; a first line tells the format, and whether it moved."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    Image.MAX_IMAGE_PIXELS = None
    try:
        import pillow_heif

        pillow_heif.register_heif_opener()
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=DECODERS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return EXIT_TOO_LARGE
            moves = picture.format in MOVING and getattr(picture, "is_animated", False)
            picture.load()
            kind, data = _encode(ImageOps.exif_transpose(picture))
    except MemoryError:
        return EXIT_TOO_LARGE
    except Exception:  # whatever a decoder raises on a hostile file, the answer is the same
        return 1
    sys.stdout.buffer.write(f"{kind} {'moving' if moves else 'still'}\n".encode() + data)
    return 0


def _encode(picture: Image.Image) -> tuple[str, bytes]:
    exif = Image.Exif()
    for tag in KEPT_TAGS:
        if value := picture.getexif().get(tag):
            exif[tag] = value
    kind = "PNG" if picture.has_transparency_data else "JPEG"
    developed = _in_srgb(picture).convert("RGBA" if kind == "PNG" else "RGB")
    developed.info = {}  # comments, profiles and XMP would be written again
    output = io.BytesIO()
    if kind == "PNG":
        developed.save(output, "PNG", optimize=True, exif=exif)
    else:
        developed.save(output, "JPEG", quality=JPEG_QUALITY, optimize=True, exif=exif)
    return kind, output.getvalue()


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in the colours that every screen knows; a profile that cannot be used is left out."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


if __name__ == "__main__":
    sys.exit(_develop_here())
