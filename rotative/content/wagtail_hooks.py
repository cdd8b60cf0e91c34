"""What the newsroom shows, hides and refuses, beyond Wagtail's own screens."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from rotative.content import queries
from rotative.content.models import Edition, Home
from rotative.content.permissions import may, may_create, refuse, refuse_creation
from rotative.content.viewsets import ArticleListing, AuthorViewSet, NewsroomPageViewSet, TopicViewSet

# How long autosave's first answer may be on its way.
AUTOSAVE_IN_FLIGHT = timedelta(seconds=60)

register_snippet(AuthorViewSet)
register_snippet(TopicViewSet)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[ViewSet]:
    return [NewsroomPageViewSet(), ArticleListing()]


# --- menus

# Wagtail's words and order, replaced by the paper's. None hides an entry.
MENU: dict[str, tuple[Any, int] | None] = {
    "articles": (_("Articles"), 10),
    "explorer": (_("Sections"), 20),
    "images": (_("Images"), 30),
    "documents": (_("Media"), 40),
    "authors": (_("Authors"), 50),
    "topics": (_("Topics"), 60),
    "reports": (_("Reports"), 900),
    "settings": (_("Settings"), 1000),
    "snippets": None,
    "help": None,
}


@hooks.register("construct_main_menu")
def order_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Name and order the menu by the table above; entries it does not know keep their place between."""
    if not user_has_any_page_permission(request.user):
        items[:] = [item for item in items if item.name != "articles"]
    for item in list(items):
        if item.name not in MENU:
            continue
        entry = MENU[item.name]
        if entry is None:
            items.remove(item)
        else:
            item.label, item.order = entry


@hooks.register("construct_homepage_summary_items", order=1000)
def hide_counters(_request: HttpRequest, items: list[Component]) -> None:
    """Leave out Wagtail's counters: they count what a journalist never asked."""
    items.clear()


@hooks.register("construct_homepage_panels")
def welcome(request: HttpRequest, panels: list[Component]) -> None:
    panels.insert(0, WelcomePanel(request))


class WelcomePanel(Component):
    """The first thing on the first screen: write an article, arrange the front."""

    name = "welcome"
    template_name = "content/welcome.html"
    order = 10

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user: Any = self.request.user
        home = Home.objects.first()
        return {
            "newspaper": queries.get_newspaper(),
            "may_write": home is not None and "add" in _permissions(home, user),
            "fronts": _fronts(home, user) if home else [],
            "name": user.get_short_name() or user.get_username(),
        }


def _permissions(home: Home, user: Any) -> set[str]:
    if user.is_superuser:
        return {"add"}
    return home.permissions_for_user(user).permissions


def _fronts(home: Home, user: Any) -> list[tuple[str, str]]:
    """Return (title, address of the edit screen) of the fronts that `user` may arrange, the paper's first."""
    fronts: list[Page] = [home] if may(user, "change", Home) else []
    fronts += queries.editions() if may(user, "change", Edition) else []
    return [
        (front.title, reverse("wagtailadmin_pages:edit", args=[front.pk]))
        for front in fronts
        if front.permissions_for_user(user).can_edit()
    ]


@hooks.register("insert_global_admin_css")
def newsroom_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("content/newsroom.css"))


# --- what is refused, with a sentence


@hooks.register("before_create_page")
def keep_structure_to_its_keepers(request: HttpRequest, _parent: Page, model: type[Page]) -> HttpResponse | None:
    return None if may_create(request.user, model) else refuse_creation(request, model)


@hooks.register("before_create_page")
def take_over_from_autosave(request: HttpRequest, parent: Page, model: type[Page]) -> None:
    """Let a first save replace the draft that autosave has just made of the same form.

    On a slow network a journalist clicks “Save” before the browser knows that autosave has made the page. Without
    this the second request would be refused because the address is taken: by the journalist's own words.
    """
    if request.method != "POST" or "application/json" in request.headers.get("Accept", ""):
        return
    since = timezone.now() - AUTOSAVE_IN_FLIGHT
    drafts = model.objects.child_of(parent).filter(owner=request.user, live=False, first_published_at=None)
    for draft in drafts.filter(slug=request.POST.get("slug"), latest_revision_created_at__gte=since):
        if (
            draft.revisions.count() == 1
            and not draft.workflow_in_progress
            and draft.draft_title == _typed_title(request)
        ):
            draft.delete()
    parent.refresh_from_db()


def _typed_title(request: HttpRequest) -> str:
    return request.POST.get("title", "").strip()


@hooks.register("before_copy_page")
def refuse_aliases(request: HttpRequest, page: Page) -> HttpResponse | None:
    """An article has one address; a second one would be a second page with the same words."""
    if not may_create(request.user, page.specific_class):
        return refuse_creation(request, page.specific_class)
    if request.method == "POST" and request.POST.get("alias"):
        return refuse(
            request,
            gettext("An article has one address. Give it other editions or topics instead of a second place."),
        )
    return None


@hooks.register("before_move_page")
def refuse_impossible_moves(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Say why a page cannot stand where it was sent, instead of Wagtail's “no permission”."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied  # Wagtail asks this only after it has shown the page's title
    if page == destination or destination.is_descendant_of(page):
        return refuse(
            request, gettext("“%(title)s” cannot be moved below itself.") % {"title": page.get_admin_display_title()}
        )
    if page.is_child_of(destination) or page.specific.can_move_to(destination):
        return None
    return refuse(
        request,
        gettext(
            "“%(title)s” cannot stand below “%(destination)s”. Sections have two levels, "
            "and articles stand in sections."
        )
        % {"title": page.get_admin_display_title(), "destination": destination.get_admin_display_title()},
    )
