"""Middleware of the newsroom: sentences where Wagtail's screens are silent; work done before the writers' lock."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import gettext
from django.views.generic.edit import DeletionMixin
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from rotative.content.darkroom import UndevelopedError
from rotative.content.forms import develop_once, is_picture
from rotative.content.models import Home, MediaFile, Picture
from rotative.content.permissions import CHANGES, find_kept_from, refuse

# The screens on which a file is changed, with the name that its number has in their address.
FILE_SCREENS = {
    "wagtailimages:edit": (Picture, "image_id"),
    "wagtailimages:delete": (Picture, "image_id"),
    "wagtaildocs:edit": (MediaFile, "document_id"),
    "wagtaildocs:delete": (MediaFile, "document_id"),
}


# Those that would take a page away.
PAGE_SCREENS = {
    "wagtailadmin_pages:unpublish": "page_id",
    "wagtailadmin_pages:delete": "page_id",
    "wagtailadmin_pages:move": "page_to_move_id",
    "wagtailadmin_pages:move_confirm": "page_to_move_id",
}


# Those on which a picture is uploaded, with the field that holds it, without the prefix of its form.
PICTURE_SCREENS = {
    "wagtailimages:add": "file",
    "wagtailimages:edit": "file",
    "wagtailimages:add_multiple": "files[]",
    "wagtailimages_chooser:create": "file",
}


class FormsAloneMiddleware:
    """Refuse the method DELETE where a form asks before something is deleted.

    Django's `DeletionMixin` answers it without that form: what a form of ours asks for, Wagtail's hooks and its log are
    passed by. Scripts of the newsroom send it to forget a preview, which is no view of that kind.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_given: Any
    ) -> HttpResponse | None:
        if request.method == "DELETE" and issubclass(getattr(view, "view_class", object), DeletionMixin):
            return HttpResponseNotAllowed(["GET", "POST"])
        return None


class PlainWordsMiddleware:
    """Say why a file that others publish, or the front page, stays as it is, and what became of an image that moved.

    The refusal itself is the permission policy's, whichever screen is asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # What a form has looked at is already read; nothing else shall be.
        for file in getattr(request, "_files", {}).values():
            if getattr(file, "moved", False):
                sentence = gettext(
                    "“%(name)s” moves: its first image was kept. To show it moving, make a film of it (MP4) and "
                    "put that into the story as a video."
                )
                messages.warning(request, sentence % {"name": file.name})
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in FILE_SCREENS:
            return _refuse_file(request, name, kwargs)
        if name in PAGE_SCREENS:
            return _refuse_page(request, kwargs[PAGE_SCREENS[name]])
        return None


class DevelopAheadMiddleware:
    """Develop pictures before their request takes the writers' lock: a large one takes seconds, a hostile one more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        field = PICTURE_SCREENS.get(request.resolver_match.view_name if request.resolver_match else "")
        if field is None or not may_send_pictures(request.user):
            return
        # A form of these screens takes one: nobody has a hundred developed by one request.
        file: Any = next((file for name, file in request.FILES.items() if name.rpartition("-")[2] == field), None)
        if file and is_picture(file):
            with suppress(UndevelopedError):  # the form says so
                develop_once(file)


def may_send_pictures(user: Any) -> bool:
    return bool(policy_registry.get_by_type(Picture).user_has_any_permission(user, ("add", "change")))


def _refuse_file(request: HttpRequest, screen: str, kwargs: dict[str, Any]) -> HttpResponse | None:
    model, argument = FILE_SCREENS[screen]
    file = model._default_manager.filter(pk=kwargs[argument]).first()
    if file is None or not policy_registry.get_by_type(model).is_granted(request.user, CHANGES, file):
        return None
    shown = find_kept_from(request.user, file)
    if shown is None:
        return None
    sentence = gettext(
        "“%(file)s” stands in “%(page)s”, which others publish: what it shows is changed by them alone. "
        "Ask an editor, or upload another file."
    )
    name = shown.get_admin_display_title() if isinstance(shown, Page) else str(shown)
    return refuse(request, sentence % {"file": file, "page": name}, back=f"{screen.partition(':')[0]}:index")


def _refuse_page(request: HttpRequest, number: int) -> HttpResponse | None:
    home = Home.objects.filter(pk=number).first()
    if home is None or not home.permissions_for_user(request.user).can_edit():
        return None
    sentence = gettext("The front page stays where it is: with it the whole paper would go. Change what stands on it.")
    return refuse(request, sentence, back=reverse("wagtailadmin_pages:edit", args=[home.pk]))
