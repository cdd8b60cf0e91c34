"""What keeps the tree whole: creation, moves, copies and aliases that are refused, with a sentence."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.models import Page

from rotative.content.permissions import may_create, refuse, refuse_creation


@hooks.register("before_create_page")
def keep_structure_to_its_keepers(request: HttpRequest, _parent: Page, model: type[Page]) -> HttpResponse | None:
    return None if may_create(request.user, model) else refuse_creation(request, model)


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
