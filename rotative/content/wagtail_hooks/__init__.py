"""What the newsroom shows, hides and refuses, beyond Wagtail's own screens: a module for each concept."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext
from django_filters import BooleanFilter
from wagtail import hooks
from wagtail.admin.active_filters import ActiveFilter, BaseFilterAdapter, filter_adapter_class_registry
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.models import register_snippet

from rotative.content import device_drafts, links, views
from rotative.content.conflict_views import ChoosePassagesView
from rotative.content.spreadsheets import escape_exports
from rotative.content.viewsets import ArticleListing, AuthorViewSet, NewsroomPageViewSet, TopicViewSet
from rotative.content.wagtail_hooks import autosave, deletion, menus, publishing, scripts, structure

# They register their hooks when they are imported.
__all__ = ["autosave", "deletion", "menus", "publishing", "scripts", "structure"]

register_snippet(AuthorViewSet)
register_snippet(TopicViewSet)
escape_exports()


# Portraits of people who work here would pass by the darkroom, with the place where they were taken in them.
AvatarSettingsPanel.is_active = lambda panel: False
# Wagtail's checks need its bar within the page. Readers' pages have none, and the panel would say 0 of everything.
for part in (ChecksSidePanel, ChecksSidePanel.SidePanelToggle):
    part.render_html = lambda self, parent_context=None: ""


class YesOrNo(BaseFilterAdapter):
    """What a listing says of a filter by yes or no that is in force; Wagtail says “True”."""

    def get_active_filters(self) -> Iterator[ActiveFilter]:
        for found in super().get_active_filters():
            yield found._replace(value=gettext("Yes") if self.value else gettext("No"))


filter_adapter_class_registry.register(BooleanFilter, value=YesOrNo)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [NewsroomPageViewSet(), ArticleListing()]


@hooks.register("register_admin_urls")
def newsroom_addresses() -> list[URLPattern]:
    return [
        path("session/", device_drafts.session, name="session"),
        path("en-ligne/<int:page_id>/", views.online, name="online"),
        path("conflit/<int:page_id>/<int:kept_id>/", ChoosePassagesView.as_view(), name="choose_passages"),
        path("retrait/<int:page_id>/", views.take_down, name="take_down"),
        path("retrait/<int:page_id>/resultat/", views.taken_down, name="taken_down"),
        path("originaux/<path:name>", views.original, name="original"),
    ]


@hooks.register("register_rich_text_features", order=10)
def keep_links_for_readers(features: Any) -> None:
    """Have Wagtail's rule for links ask where each leads, when the text is stored: scripts and pastes go unasked."""
    rule = features.converter_rules_by_converter["contentstate"]["link"]
    read = {**rule["from_database_format"], 'a[linktype="page"]': links.PageLinkHandler("LINK")}
    stored = {"entity_decorators": {"LINK": links.link_in_rich_text}}
    rule = {"from_database_format": read, "to_database_format": stored}
    features.register_converter_rule("contentstate", "link", rule)
