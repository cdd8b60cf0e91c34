"""Error answers to forms of the newsroom: what happened, what to do, and every word that was sent."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from rotative.frontend.pages import errors
from rotative.publishing.database_errors import is_unavailable, refuses_writes
from rotative.publishing.page_types import Document
from rotative.publishing.serving.headers import RETRY_AFTER_SECONDS

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of the field)


class Refusal(NamedTuple):
    """Why a form was not taken: a word for scripts, a sentence for people, and the page that says it."""

    code: str
    status: int
    sentence: Callable[[], str]
    page: Callable[[str, bool], Document]  # from language, and whether the words follow


def _without_words(render: Callable[[str], Document]) -> Callable[[str, bool], Document]:
    return lambda language, _is_kept: render(language)


DISK_FULL = Refusal("disk_full", 503, errors.why_not_saved, _without_words(errors.newsroom_cannot_save))
OUT_OF_REACH = Refusal("database_away", 503, errors.why_out_of_reach, errors.newsroom_out_of_reach)
BROKEN = Refusal("internal_error", 500, errors.why_broken, errors.newsroom_failed)
ENDED = Refusal("signed_out", 403, errors.why_signed_out, errors.newsroom_signed_out)
EXPIRED = Refusal("expired_form", 403, errors.why_expired, errors.newsroom_expired)


def refusal_of(error: BaseException | None) -> Refusal:
    """Tell a disk that takes nothing and a database out of reach from a program that broke."""
    if refuses_writes(error):
        return DISK_FULL
    return OUT_OF_REACH if is_unavailable(error) else BROKEN


def hold(
    request: HttpRequest, refusal: Refusal, answer: Callable[[HttpRequest, Document], HttpResponse]
) -> HttpResponse:
    """Answer a form that was not taken; what autosave sends is answered in its own way."""
    language = _language_of(request)
    with translation.override(language):
        if not request.accepts("text/html"):
            told = {"success": False, "error_code": refusal.code, "error_message": refusal.sentence()}
            response: HttpResponse = JsonResponse(told, status=refusal.status)
            if refusal.status == 503:
                response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response
        form = keep_form(request)
    document = refusal.page(language, bool(form))
    return answer(request, replace(document, body=document.body.replace(b"</main>", form.encode() + b"</main>")))


def keep_form(request: HttpRequest) -> str:
    """Return a form that holds all that was sent, to be sent again: going back would fetch the screen, without it.

    Screens of the newsroom write when they are looked at, and their browser keeps no copy. Who sent it is not asked:
    whoever gets this page has just sent what is in it, from a page of ours. Nothing of a form with a password, or with
    files, which a page cannot hold.
    """
    if request.method != "POST" or request.FILES or any("password" in name for name in request.POST):
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != TOKEN]
    fields.append((TOKEN, get_token(request)))  # signing in makes a new one
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)
    path, label = request.get_full_path(), _("Send it again")
    return format_html('<form method="post" action="{}">{}<button>{}</button></form>', path, inputs, label)


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether a page of ours sent this, as the browser says. Else words of a stranger would get a valid token."""
    origin = request.headers.get("Origin")
    return (
        request.headers.get("Sec-Fetch-Site") == "same-origin" or origin == f"{request.scheme}://{request.get_host()}"
    )


def is_led_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether what was sent is about to be lost on the way to the sign-in."""
    if request.method != "POST" or response.status_code != 302:
        return False
    return response.headers["Location"].startswith(reverse("wagtailadmin_login") + "?") and request.user.is_anonymous


def _language_of(request: HttpRequest) -> str:
    try:
        profile = request.user.wagtail_userprofile  # type: ignore[union-attr] # nobody, or nobody with a profile
        return str(profile.get_preferred_language())
    except (AttributeError, ObjectDoesNotExist, Error):
        return settings.LANGUAGE_CODE
