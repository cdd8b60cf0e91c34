"""Fronts: pages whose order editors choose. The home page is one, and so is each edition."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable

from rotative.publishing.tracking import Tracked

MOST_STORIES = 30


class FrontStory(Tracked, Orderable):
    """An article that an editor put on a front; the first is the lead. It has the front's key."""

    story = models.ForeignKey("content.Article", verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("story", "content.Article")]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.story)


def stories_panel() -> MultiFieldPanel:
    """Make the panel in which the order of a front is chosen."""
    return MultiFieldPanel(
        [
            InlinePanel(
                "stories",
                label=_("Article"),
                heading=_("Order of the front"),
                max_num=MOST_STORIES,
                help_text=_(
                    "The first article is the lead, the next ones follow by importance. "
                    "Places left empty are filled with the newest articles."
                ),
            )
        ],
        heading=_("Front"),
    )


def description_panel() -> FieldPanel:
    return FieldPanel("search_description", heading=_("Description for search engines"))
