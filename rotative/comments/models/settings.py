"""How the paper takes comments."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from rotative.content.editing import CarefulForm
from rotative.publishing.keys import site_key
from rotative.publishing.tracking import Tracked

SETTINGS = site_key("comments")


@register_setting(icon="comment")
class CommentSettings(Tracked, BaseGenericSetting):
    """What holds for all comments of the paper."""

    is_closed = models.BooleanField(
        _("closed everywhere"), default=False, help_text=_("Nobody can comment on anything, at once.")
    )
    closes_after_days = models.PositiveSmallIntegerField(
        _("closed after"),
        default=30,
        validators=[MaxValueValidator(3650)],
        help_text=_("Days after publication. 0: never."),
    )
    trusted_after = models.PositiveSmallIntegerField(
        _("trusted after"),
        default=1,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "So many approved comments of a person, and the next appear without a moderator. 0: the first too."
        ),
    )
    reads_all_first = models.BooleanField(
        _("read everything first"), default=False, help_text=_("No comment appears before a moderator has read it.")
    )
    most_links = models.PositiveSmallIntegerField(
        _("links"), default=2, help_text=_("A comment with more of them waits for a moderator.")
    )
    pause_from = models.TimeField(
        _("pause from"), null=True, blank=True, help_text=_("At night what readers write waits for the morning.")
    )
    pause_until = models.TimeField(_("pause until"), null=True, blank=True)
    banned_words = models.TextField(
        _("banned words"),
        blank=True,
        help_text=_("One a line. Accents and capitals do not matter. A comment with one of them is put aside as spam."),
    )
    suspect_words = models.TextField(
        _("suspect words"), blank=True, help_text=_("One a line. A comment with one of them waits for a moderator.")
    )
    digest_hours = models.PositiveSmallIntegerField(
        _("digest for moderators"),
        default=4,
        validators=[MaxValueValidator(168)],
        help_text=_("Hours between two mails about what waits. 0: none."),
    )

    # Pages show whether one can comment, and nothing of the rest.
    unseen_fields = frozenset(
        {
            "trusted_after",
            "reads_all_first",
            "most_links",
            "pause_from",
            "pause_until",
            "banned_words",
            "suspect_words",
            "digest_hours",
        }
    )

    base_form_class = CarefulForm
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("is_closed"),
                    FieldPanel("closes_after_days"),
                    MultiFieldPanel([FieldPanel("pause_from"), FieldPanel("pause_until")], heading=_("Night")),
                ],
                heading=_("Open and closed"),
            ),
            ObjectList(
                [
                    FieldPanel("reads_all_first"),
                    FieldPanel("trusted_after"),
                    FieldPanel("most_links"),
                    FieldPanel("digest_hours"),
                ],
                heading=_("Moderation"),
            ),
            ObjectList([FieldPanel("banned_words"), FieldPanel("suspect_words")], heading=_("Words")),
        ]
    )

    class Meta:
        verbose_name = _("comments")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def key(self) -> str:
        return SETTINGS

    def facets(self) -> dict[str, Any]:
        return {SETTINGS: self.seen_values()}

    def clean(self) -> None:
        super().clean()
        if (self.pause_from is None) != (self.pause_until is None):
            raise ValidationError({"pause_until": _("Give both hours, or none.")})
