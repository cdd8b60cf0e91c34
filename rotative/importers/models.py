"""The account of what came in: one line for each source, kept when the article itself is gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceKind(models.TextChoices):
    CAPTURE = "capture", _("Captured page")


class ImportedItem(models.Model):
    """One source that was imported, and the article it became."""

    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    source_name = models.CharField(_("source"), max_length=255, help_text=_("The file's name, without its folder."))
    # Of the text, not of the bytes: the same page in another encoding is the same source.
    digest = models.CharField(_("digest of the source"), max_length=64, unique=True)
    # Of headline and body alone: a page captured on another day has other lists around the same story.
    story_digest = models.CharField(_("digest of the story"), max_length=64, db_index=True)
    article = models.ForeignKey(
        "content.Article",
        verbose_name=_("article"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="imported_items",
    )
    report = models.JSONField(_("report"), default=dict)
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.source_name
