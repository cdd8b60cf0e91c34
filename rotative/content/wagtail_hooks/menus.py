"""The menu and the first screen, in the paper's words and order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from rotative.content import queries
from rotative.content.models import Edition, Home
from rotative.content.permissions import may

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
            "front": next(_editable([home] if home and may(user, "change", Home) else [], user), None),
            "editions": list(_editable(queries.editions() if may(user, "change", Edition) else [], user)),
            "name": user.get_short_name() or user.get_username(),
        }


def _permissions(home: Home, user: Any) -> set[str]:
    if user.is_superuser:
        return {"add"}
    return home.permissions_for_user(user).permissions


def _editable(fronts: Sequence[Page], user: Any) -> Iterator[tuple[str, str]]:
    """Yield (title, address of the edit screen) of the fronts that `user` may arrange."""
    for front in fronts:
        if front.permissions_for_user(user).can_edit():
            yield front.title, reverse("wagtailadmin_pages:edit", args=[front.pk])
