"""Sound, film and PDF files."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document, DocumentQuerySet

from rotative.publishing.invalidation import TrackedQuerySet
from rotative.publishing.tracking import Tracked


class MediaFileQuerySet(TrackedQuerySet, DocumentQuerySet):
    """Files in bulk."""


class MediaFile(Tracked, AbstractDocument):
    """A sound, a film or a PDF, served as it was uploaded."""

    unseen_fields = frozenset({"collection", "created_at", "uploaded_by_user"})
    objects: ClassVar[Any] = MediaFileQuerySet.as_manager()

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        permissions = [("choose_mediafile", _("Can choose media file"))]
