"""Pictures: who took them, what they show, and copies (renditions) small enough for a telephone."""

import hashlib
import io
from collections.abc import Iterable
from typing import IO, Any, ClassVar

from django.core.files.base import ContentFile, File
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, ImageQuerySet

from rotative.publishing.invalidation import TrackedQuerySet
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import Tracked

WIDTHS = (320, 480, 640, 960)
FORMATS = ("avif", "jpeg")
# The most bytes a copy may weigh, by width: the lead image at 360 px, density 2, 20 KB.
BYTES_BY_WIDTH = {320: 9_000, 480: 13_000, 640: 16_000, 960: 20_000}
JPEG_ALLOWANCE = 2.2  # a JPEG of the same quality weighs about twice an AVIF; old browsers get it
QUALITIES = {"avif": (60, 50, 42, 35, 28, 22), "jpeg": (76, 66, 56, 46, 36, 28)}
# Bytes of a copy at each quality, as a part of those at the first. Taken low: a guess may be too good, never too poor.
SHRINKS = {"avif": (1, 0.76, 0.56, 0.44, 0.36, 0.28), "jpeg": (1, 0.76, 0.64, 0.54, 0.44, 0.36)}
# Of libaom's speeds 0 to 10, the fastest that costs few bytes: a quarter of the time of 6 for 6 % more of them.
AVIF_SPEED = 8


class PictureQuerySet(TrackedQuerySet, ImageQuerySet):
    """Pictures in bulk."""


class Picture(Tracked, AbstractImage):
    """A picture with its credit. The alternative text (`description`) is required: some readers hear the paper."""

    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Photographer and agency."))

    unseen_fields = frozenset({"collection", "created_at", "uploaded_by_user"})
    objects: ClassVar[Any] = PictureQuerySet.as_manager()

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_picture", _("Can choose image"))]

    def generate_rendition_file(
        self,
        filter: Filter,  # noqa: A002 (Wagtail calls it by this name)
        *,
        source: "File[bytes] | None" = None,
    ) -> "File[bytes]":
        """Make a copy that readers' pages offer here, within its weight; leave any other to Wagtail."""
        width, image_format = _parse(filter.spec)
        if width is None:
            return self._newsroom_copy(super().generate_rendition_file(filter, source=source))
        if source is None:
            with self.open_file() as file:
                source = File(io.BytesIO(file.read()))
        data = encode_within(resize(source, width), image_format, allowed_bytes(width, image_format))
        extension = "jpg" if image_format == "jpeg" else image_format
        # The digest makes a name that never stands for other bytes: browsers keep copies for a year.
        digest = hashlib.sha256(data).hexdigest()[:8]
        return ContentFile(data, name=f"{self._short_name()}-{digest}.{width}.{extension}")

    def _newsroom_copy(self, file: "File[bytes]") -> "File[bytes]":
        """Give a copy made by Wagtail, such as a thumbnail, a name that nobody guesses who has not seen the picture."""
        file.seek(0)
        data = file.read()
        extension = str(file.name).rpartition(".")[2]
        return ContentFile(data, name=f"{self._short_name()}-{hashlib.sha256(data).hexdigest()[:32]}.{extension}")

    def _short_name(self) -> str:
        stem: str = self.file.name.rpartition("/")[2].rpartition(".")[0]
        return stem[:32]


class RenditionQuerySet(TrackedQuerySet):
    """Copies in bulk. Making several at once is no change (see `Rendition.save`); purging them is one."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        return models.QuerySet.bulk_create(self, objs, *args, **kwargs)


class Rendition(Tracked, AbstractRendition):
    """A copy of a picture in one size and format. It has the picture's key."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    objects: ClassVar[Any] = RenditionQuerySet.as_manager()

    @property
    def key(self) -> str:
        return object_key("picture", self.image_id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new copy invalidates nothing, since no page shows that it was missing."""
        if self._state.adding:
            super(Tracked, self).save(*args, **kwargs)
        else:
            super().save(*args, **kwargs)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once")
        ]


def allowed_bytes(width: int, image_format: str) -> int:
    return int(BYTES_BY_WIDTH[width] * (JPEG_ALLOWANCE if image_format == "jpeg" else 1))


def copy_spec(width: int, image_format: str) -> str:
    """Return Wagtail's filter for the copy of one width and format, which every reader's page uses."""
    return f"width-{width}|format-{image_format}|{image_format}quality-{QUALITIES[image_format][0]}"


def copy_specs() -> Iterable[tuple[int, str, str]]:
    """Yield (width, format, filter) of every copy that readers' pages offer."""
    for image_format in FORMATS:
        for width in WIDTHS:
            yield width, image_format, copy_spec(width, image_format)


def nameplate_spec(picture: Picture) -> str:
    """Return the filter for the nameplate's copy: what is transparent stays so, in the dark as well."""
    return copy_spec(640, "jpeg") if picture.file.name.endswith(".jpg") else "width-640"


def resize(source: IO[bytes], width: int) -> Image.Image:
    """Return the picture in `source`, upright and no wider than `width` pixels."""
    with Image.open(source) as picture:
        picture.draft("RGB", (2 * width, 1))  # a JPEG decoder makes a small picture faster than a large one
        upright = ImageOps.exif_transpose(picture)
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        height = max(1, round(upright.height * width / upright.width))
        if upright.width <= width:
            return upright
        return upright.resize((width, height), Image.Resampling.LANCZOS)


def encode_within(picture: Image.Image, image_format: str, allowed: int) -> bytes:
    """Encode at the best quality of which the bytes are no more than `allowed`, else at the poorest.

    From the weight at the best quality it guesses which will do, so that most copies are encoded once or twice.
    """
    best, *others = QUALITIES[image_format]
    data = encode(picture, image_format, best)
    likely = allowed / len(data)
    for quality, shrink in zip(others, SHRINKS[image_format][1:], strict=True):
        if len(data) <= allowed:
            break
        if shrink <= likely or quality == others[-1]:
            data = encode(picture, image_format, quality)
    return data


def encode(picture: Image.Image, image_format: str, quality: int) -> bytes:
    """Return `picture` as AVIF or JPEG; the same call gives the same bytes."""
    output = io.BytesIO()
    if image_format == "avif":
        picture.save(output, "AVIF", quality=quality, speed=AVIF_SPEED, max_threads=1)
    else:
        on_white(picture).save(output, "JPEG", quality=quality, optimize=True, progressive=True)
    return output.getvalue()


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
    return paper


def make_copies(pictures: Iterable[Picture]) -> None:
    """Make the copies that readers' pages offer, where they are missing."""
    for picture in pictures:
        picture.get_renditions(*(spec for _width, _format, spec in copy_specs()))


_SPECS: dict[str, Any] = {spec: (width, image_format) for width, image_format, spec in copy_specs()}


def _parse(spec: str) -> tuple[int | None, str]:
    return _SPECS.get(spec, (None, ""))
