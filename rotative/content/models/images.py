"""Pictures: who took them, what they show, and copies small enough for a telephone."""

from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Filter

WIDTHS = (320, 480, 640, 960)
FORMATS = ("avif", "jpeg")
# The most bytes a copy may weigh, by width (READER.md: the lead image at 360 px, density 2, weighs 20 KB).
BYTES_BY_WIDTH = {320: 9_000, 480: 13_000, 640: 16_000, 960: 20_000}
JPEG_ALLOWANCE = 2.2  # a JPEG of the same quality weighs about twice an AVIF; old browsers get it
QUALITIES = {"avif": (60, 50, 42, 35, 28, 22), "jpeg": (76, 66, 56, 46, 36, 28)}


class Picture(AbstractImage):
    """A picture with its credit. The alternative text (`description`) is required: some readers hear the paper."""

    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Photographer and agency."))

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
        filter: Filter,
        *,
        source: File | None = None,
    ) -> File:
        """Lower the quality step by step until the copy weighs no more than its width allows."""
        copy = super().generate_rendition_file(filter, source=source)
        width, image_format = _parse(filter.spec)
        if width is None:
            return copy
        allowed = allowed_bytes(width, image_format)
        for quality in QUALITIES[image_format][1:]:
            if copy.size <= allowed:
                break
            name = copy.name
            poorer = Filter(filter.spec.replace(f"quality-{QUALITIES[image_format][0]}", f"quality-{quality}"))
            copy = ContentFile(super().generate_rendition_file(poorer, source=source).file.read(), name=name)
        return copy


class Rendition(AbstractRendition):
    """A copy of a picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

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


def make_copies(pictures: Iterable[Picture]) -> None:
    """Make the copies that readers' pages offer, where they are missing."""
    for picture in pictures:
        picture.get_renditions(*(spec for _width, _format, spec in copy_specs()))


_SPECS: dict[str, Any] = {spec: (width, image_format) for width, image_format, spec in copy_specs()}


def _parse(spec: str) -> tuple[int | None, str]:
    return _SPECS.get(spec, (None, ""))
