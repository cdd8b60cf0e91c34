"""What the newsroom shows of imports: the entry of the menu, the permission, the names of what was done."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from rotative.importers.newsroom import actions
from rotative.importers.newsroom import wire_actions as wires
from rotative.importers.permissions import MAY_IMPORT


@hooks.register("register_admin_urls")
def imports_addresses() -> list[URLPattern | URLResolver]:
    return [path("imports/", include("rotative.importers.urls"))]


class ImportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(MAY_IMPORT))


@hooks.register("register_admin_menu_item")
def offer_imports() -> MenuItem:
    return ImportsMenuItem(_("Imports"), reverse("importers:imports"), name="imports", icon_name="download", order=70)


@hooks.register("register_permissions")
def offer_permission() -> QuerySet[Permission]:
    app_label, _dot, codename = MAY_IMPORT.partition(".")
    return Permission.objects.filter(content_type__app_label=app_label, codename=codename)


@hooks.register("register_log_actions")
def name_actions(log_actions: Any) -> None:
    """Let the history say who stopped an import, let it go on, took it back; who follows which wire."""
    for action, label, message in (
        (actions.STOP, _("Stop an import"), _("Import stopped")),
        (actions.GO_ON, _("Let an import go on"), _("Import goes on")),
        (actions.UNDO, _("Undo an import"), _("Import taken back")),
        (actions.CHOOSE, _("Choose what categories become"), _("Categories chosen")),
        (wires.MAKE, _("Follow a wire"), _("Wire followed")),
        (wires.CHANGE, _("Change a wire"), _("Wire changed")),
        (wires.ASK, _("Ask a wire at once"), _("Wire asked at once")),
        (wires.PAUSE, _("Pause a wire"), _("Wire paused")),
        (wires.RESUME, _("Follow a wire again"), _("Wire followed again")),
        (wires.DELETE, _("Delete a wire"), _("Wire deleted")),
    ):
        log_actions.register_action(action, label, message)
