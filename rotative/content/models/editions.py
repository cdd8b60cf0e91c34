"""Editions: the paper as one country sees it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.models import Page

from rotative.content.models.fronts import FrontStory, description_panel, stories_panel
from rotative.content.models.pages import ReaderPage
from rotative.publishing.keys import object_key, site_key


class Edition(ReaderPage):
    """A view over the articles of one country, with a front of its own; an article keeps its one address."""

    # Named, because Page would otherwise carry an attribute `edition` that clashes with the field of articles.
    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="as_edition"
    )

    parent_page_types = ["content.Home"]
    subpage_types: list[str] = []
    content_panels = [TitleFieldPanel("title", placeholder=_("Country")), stories_panel()]
    promote_panels = [FieldPanel("slug"), description_panel()]

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    def facets(self) -> dict[str, Any]:
        return super().facets() | ({site_key("frame"): (self.title, self.address, self.path)} if self.live else {})

    @property
    def collection_key(self) -> str:
        return f"edition:{self.pk}"


class EditionStory(FrontStory):
    front = ParentalKey(Edition, on_delete=models.CASCADE, related_name="stories")

    @property
    def key(self) -> str:
        return object_key("edition", self.front_id)

    class Meta(FrontStory.Meta):
        verbose_name = _("article on an edition's front")
