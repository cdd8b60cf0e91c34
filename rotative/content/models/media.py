"""Sound, film and PDF files."""

from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document


class MediaFile(AbstractDocument):
    """A sound, a film or a PDF, served as it was uploaded."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        permissions = [("choose_mediafile", _("Can choose media file"))]
