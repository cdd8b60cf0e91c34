"""The front page of the paper."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel

from rotative.content.models.fronts import FrontStory, description_panel, stories_panel
from rotative.content.models.pages import ReaderPage
from rotative.publishing.keys import object_key, site_key


class Home(ReaderPage):
    """The root of the paper, and its front page."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.Section", "content.Edition", "content.StandingPage"]
    max_count = 1
    is_indispensable = True
    content_panels = [FieldPanel("title"), stories_panel()]
    promote_panels = [FieldPanel("slug"), description_panel()]

    def facets(self) -> dict[str, Any]:
        """What the front page shows, and apart from that where the paper's tree begins: each page reads it."""
        return super().facets() | ({site_key("root"): self.url_path} if self.live else {})

    def clean(self) -> None:
        super().clean()
        if self.expire_at:
            raise ValidationError({"expire_at": _("The front page does not expire: with it the whole paper would go.")})

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")


class HomeStory(FrontStory):
    front = ParentalKey(Home, on_delete=models.CASCADE, related_name="stories")

    @property
    def key(self) -> str:
        return object_key("home", self.front_id)

    class Meta(FrontStory.Meta):
        verbose_name = _("article on the front page")
