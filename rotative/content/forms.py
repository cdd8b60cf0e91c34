"""What an upload must be before it is kept."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from rotative.content.darkroom import UndevelopedError, develop


class ImageForm(BaseImageForm):
    """Wagtail's form, which keeps a picture encoded anew and never the bytes that were sent."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            developed = develop(file)
        except UndevelopedError as error:
            if error.too_large:
                raise ValidationError(_("This image has more than 40 million pixels. Make it smaller.")) from None
            raise ValidationError(
                _("This image cannot be read: the file is damaged. Export it again, or choose another.")
            ) from None
        return SimpleUploadedFile(developed.rename(file.name or "image"), developed.data)


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
MOST_MEDIA_BYTES = 200 * 1024 * 1024


class MediaFileForm(BaseDocumentForm):
    """Wagtail's form, which believes the content of a file rather than its name."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > MOST_MEDIA_BYTES:
            raise ValidationError(
                _("This file weighs more than 200 MB. Make it smaller: readers pay for each megabyte.")
            )
        extension = (file.name or "").rpartition(".")[2].lower()
        file.seek(0)
        head = file.read(16)
        file.seek(0)
        known = SIGNATURES.get(extension, [])
        if known and not any(head[offset:].startswith(signature) for offset, signature in known):
            raise ValidationError(
                _("This file is named .%(extension)s but contains something else.") % {"extension": extension}
            )
        return file
