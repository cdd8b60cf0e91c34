"""Which moderator reads the comments of which part of the paper."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel

from rotative.content.editing import CarefulForm
from rotative.content.models import Edition, Section
from rotative.content.widgets import CheckboxList


class ModerationDesk(ClusterableModel):
    """The part of the paper whose comments one person reads. Who has none reads them all."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="moderation_desk"
    )
    sections = ParentalManyToManyField(
        Section, verbose_name=_("sections"), blank=True, related_name="+", help_text=_("None ticked: all of them.")
    )
    editions = ParentalManyToManyField(
        Edition, verbose_name=_("editions"), blank=True, related_name="+", help_text=_("None ticked: all of them.")
    )

    base_form_class = CarefulForm
    panels = [
        FieldPanel("user"),
        FieldPanel("sections", widget=CheckboxList),
        FieldPanel("editions", widget=CheckboxList),
    ]

    class Meta:
        verbose_name = _("moderation desk")
        verbose_name_plural = _("moderation desks")

    def __str__(self) -> str:
        return str(self.user)
