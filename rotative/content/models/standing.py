"""Pages that stand for years: about us, contact, legal notice."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from rotative.content.blocks import StandingBody, pictures_in
from rotative.content.models.fronts import description_panel
from rotative.content.models.images import make_copies
from rotative.content.models.pages import ReaderPage
from rotative.publishing.keys import site_key


class StandingPage(ReaderPage):
    """A page outside the flow of news."""

    body = StreamField(StandingBody(), verbose_name=_("text"), blank=True)

    parent_page_types = ["content.Home"]
    subpage_types: list[str] = []
    content_panels = [TitleFieldPanel("title"), FieldPanel("body")]
    promote_panels = [FieldPanel("slug"), description_panel()]
    search_fields = [*ReaderPage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")

    def facets(self) -> dict[str, Any]:
        return super().facets() | ({site_key("frame"): (self.title, self.address, self.path)} if self.live else {})

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.live:
            make_copies(pictures_in(self.body))
