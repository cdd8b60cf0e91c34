"""Validation of uploads: what a file must be before it is kept."""

import io
import secrets
import threading
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import FileField
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from rotative.content.darkroom import ARTIST, Developed, UndevelopedError, develop
from rotative.content.kept_uploads import KeepsUpload, KeptUpload

MEGABYTE = 1024 * 1024
TOO_MANY_PIXELS = _("This image has more than 40 million pixels. Make it smaller.")
DAMAGED = _("This image cannot be read: the file is damaged. Export it again, or choose another.")
DARKROOM = threading.Lock()


class PictureField(WagtailImageField):
    """Wagtail's field for a picture, which looks at the first bytes and leaves decoding to the darkroom.

    Wagtail's own decodes the whole picture in the process that serves the newsroom, and fails on a damaged one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ", ".join(extension.upper() for extension in settings.WAGTAILIMAGES_EXTENSIONS)
        most = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // MEGABYTE
        too_heavy = _("This image weighs more than %(most)s MB. Make it smaller.") % {"most": most}
        self.help_text = _(
            "%(kinds)s; at most %(most)s MB and 40 million pixels. Of an animation the first image is kept."
        ) % {"kinds": kinds, "most": most}
        self.error_messages |= {
            "invalid_image": _("This file is not an image, whatever its name says. Choose an image."),
            "invalid_image_extension": _("This kind of image is not accepted. Choose one of: %(kinds)s.")
            % {"kinds": kinds},
            "invalid_image_known_format": _(
                "This file is named .%(extension)s but contains %(image_format)s. Give it its true name."
            ),
            "file_too_large": too_heavy,
            "file_too_large_unknown_size": too_heavy,  # shown by Wagtail's upload of many before it sends anything
        }

    def to_python(self, data: Any) -> Any:
        file: Any = FileField.to_python(self, data)
        if file is None:
            return None
        if isinstance(file, KeptUpload):
            return file  # developed when it came
        self.check_image_file_size(file)
        self._check_kind(file)
        try:
            developed = develop_once(file)
        except UndevelopedError as error:
            raise ValidationError(TOO_MANY_PIXELS if error.too_large else DAMAGED) from None
        _replace_content(file, developed)
        file.moved = developed.moved  # rotative.content.middleware tells it
        return file

    def _check_kind(self, file: "UploadedFile[Any]") -> None:
        extension = (file.name or "").rpartition(".")[2].lower()
        if extension not in settings.WAGTAILIMAGES_EXTENSIONS:
            raise ValidationError(self.error_messages["invalid_image_extension"])
        kind = image_kind(head_of(file))
        if not kind:
            raise ValidationError(self.error_messages["invalid_image"])
        if kind != {"jpg": "jpeg"}.get(extension, extension):
            raise ValidationError(
                self.error_messages["invalid_image_known_format"],
                params={"extension": extension, "image_format": kind.upper()},
            )


def develop_once(file: Any) -> Developed:
    """Return what the darkroom made of an upload, which goes with it from then on. Raises UndevelopedError.

    A process develops one picture at a time: each may take more than a gigabyte.
    """
    if not hasattr(file, "outcome"):
        try:
            with DARKROOM:
                file.outcome = develop(file)
        except UndevelopedError as error:
            file.outcome = error
    if isinstance(file.outcome, UndevelopedError):
        raise file.outcome
    outcome: Developed = file.outcome
    return outcome


def is_picture(file: "UploadedFile[Any]") -> bool:
    """Tell whether an upload is worth developing: a picture by its first bytes, and not too heavy."""
    return bool(image_kind(head_of(file))) and (file.size or 0) <= settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE


def head_of(file: "UploadedFile[Any]") -> bytes:
    """Return the first 16 bytes of an upload, which is as it was before."""
    file.seek(0)
    head = bytes(file.read(16))
    file.seek(0)
    return head


def image_kind(head: bytes) -> str:
    """Return the kind of image that begins with `head` (16 bytes), as its extension, or nothing."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return {b"avif": "avif", b"avis": "avif"}.get(head[8:12], "heic")
    return ""


class ImageForm(KeepsUpload, BaseImageForm):
    """Wagtail's form, which keeps a picture encoded anew and never the bytes that were sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self._ask_for_alternative_text()
        if "file" in self.fields:
            field = self.fields["file"]
            self.fields["file"] = PictureField(label=field.label, required=field.required, widget=field.widget)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # The camera often knows who took the picture; a journalist in a hurry does not type it again.
        file = cleaned.get("file")
        if isinstance(file, UploadedFile) and "credit" in self.fields and not cleaned.get("credit"):
            cleaned["credit"] = artist_of(file)
        return cleaned

    def _ask_for_alternative_text(self) -> None:
        field = self.fields["description"]
        field.required = True
        field.label = _("Alternative text")
        field.help_text = _("What the picture shows, in one sentence, for those who cannot see it.")
        field.error_messages["required"] = _("Say in one sentence what the picture shows: some readers hear the paper.")


def artist_of(file: "UploadedFile[Any]") -> str:
    """Return the photographer whom a developed picture names, or nothing."""
    file.seek(0)
    with Image.open(file) as picture:
        artist = str(picture.getexif().get(ARTIST, "")).replace("\0", " ").strip()
    file.seek(0)
    return artist[:200]


def _replace_content(file: "UploadedFile[Any]", developed: Developed) -> None:
    """Put the developed picture in the place of what was sent.

    In place, because Wagtail's upload of many pictures keeps the file of the request when another field is missing.
    """
    if hasattr(file, "temporary_file_path"):
        file.seek(0)
        file.truncate()
        file.write(developed.data)
        file.flush()
    else:
        file.file = io.BytesIO(developed.data)
    file.seek(0)
    file.size = len(developed.data)
    file.content_type = developed.media_type
    file.name = developed.rename(file.name or "image")


# The first bytes of each kind of file that may be uploaded, after an offset. Extensions lie; these rarely do.
SIGNATURES: dict[str, list[tuple[int, bytes]]] = {
    "mp3": [(0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"), (0, b"\xff\xfa")],
    "m4a": [(4, b"ftyp")],
    "mp4": [(4, b"ftyp")],
    "ogg": [(0, b"OggS")],
    "opus": [(0, b"OggS")],
    "webm": [(0, b"\x1a\x45\xdf\xa3")],
    "pdf": [(0, b"%PDF-")],
}
MOST_MEDIA_BYTES = 200 * MEGABYTE


def is_of_kind(extension: str, head: bytes) -> bool:
    """Tell whether the first 16 bytes of a file are those of its kind."""
    return any(head[offset:].startswith(signature) for offset, signature in SIGNATURES.get(extension, ()))


class MediaFileForm(KeepsUpload, BaseDocumentForm):
    """Wagtail's form, which believes the content of a file rather than its name."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile) or isinstance(file, KeptUpload):
            return file
        extension = (file.name or "").rpartition(".")[2].lower()
        # Wagtail asks this of the model, but its upload of many files keeps a file that only the model refuses.
        if extension not in SIGNATURES:
            raise ValidationError(
                _("This kind of file is not accepted. Choose one of: %(kinds)s.") % {"kinds": ", ".join(SIGNATURES)}
            )
        if (file.size or 0) > MOST_MEDIA_BYTES:
            raise ValidationError(
                _("This file weighs more than %(most)s MB. Make it smaller: readers pay for each megabyte.")
                % {"most": MOST_MEDIA_BYTES // MEGABYTE}
            )
        if not is_of_kind(extension, head_of(file)):
            raise ValidationError(
                _("This file is named .%(extension)s but contains something else.") % {"extension": extension}
            )
        # A name that is never used again, for browsers keep what they fetched for a year.
        file.name = f"{PurePath(file.name or 'media').stem}-{secrets.token_hex(4)}.{extension}"
        return file
