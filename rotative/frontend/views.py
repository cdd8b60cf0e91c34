"""The one view of readers' pages: from a path to a document, by the registry of page types."""

import logging
import sys
from dataclasses import replace

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.html import format_html, format_html_join
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from rotative.frontend import old_addresses
from rotative.frontend.pages import errors
from rotative.publishing import headers, moved, render, store, tracking
from rotative.publishing.compress import compress, negotiate
from rotative.publishing.invalidation import invalidate
from rotative.publishing.keys import path_key
from rotative.publishing.middleware import refuses_writes
from rotative.publishing.models import Invalidation, StoredPage
from rotative.publishing.page_types import Document

logger = logging.getLogger(__name__)

LONGEST_PATH = 1000


def serve(request: HttpRequest, address: str = "") -> HttpResponse:
    """Answer a reader whose page is not in the store. Only GET and HEAD ask for pages."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    path = "/" + address
    try:
        if not can_be_address(path):
            return answer(request, errors.not_found())
        if request.GET and (target := old_addresses.find_by_query(path, request.GET)):
            return lead_to(target)
        document = find_document(path)
        if document is None and not path.endswith("/") and find_document(path + "/"):
            return lead_to(path + "/")
        if document is None and (target := old_addresses.find(path)):
            return lead_to(target)
        document = document or errors.not_found()
    except (OperationalError, InterfaceError):
        logger.exception("The database does not answer")
        document = errors.unavailable()
    return answer(request, document)


def can_be_address(path: str) -> bool:
    """Tell whether anything can stand at `path`: a NUL, which PostgreSQL refuses, or an absurd length says no."""
    return "\0" not in path and len(path) <= LONGEST_PATH and not path.startswith("//")


def find_document(path: str) -> Document | None:
    """Return what `path` answers, or None; have it stored, since it was not."""
    with tracking.sharing():
        document = render.render(path).document
    if document.status == 404:
        return None
    ask_to_store(path)
    return document


def ask_to_store(path: str) -> None:
    """Have the publisher make the page at `path`, unless it is about to. The reader is served in any case."""
    if not store.can_hold(path):
        return
    key = path_key(path)
    try:
        if StoredPage.objects.filter(path=path).exists() or Invalidation.objects.filter(key=key).exists():
            return
        with transaction.atomic():
            invalidate(key, cause="miss", urgent=True)
    except DatabaseError:
        logger.warning("%s could not be asked for.", path)


def lead_to(target: str) -> HttpResponse:
    """Answer 301, to be asked again after a while: without a limit, a name that comes back would lead in a circle."""
    return HttpResponsePermanentRedirect(target, headers={"Cache-Control": headers.CACHE_CONTROL} | headers.POLICIES)


def answer(request: HttpRequest, document: Document) -> HttpResponse:
    """Wrap a document for one browser: encoding, validator, policies."""
    if document.status == 301:
        return lead_to(moved.target_of(document.body))
    encoding = negotiate(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(
        compress(document.body, encoding),
        status=document.status,
        content_type=document.content_type,
        headers=headers.POLICIES,
    )
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers["Cache-Control"] = headers.caching(document.status)
    if document.status == 503:
        response.headers["Retry-After"] = str(headers.RETRY_AFTER_SECONDS)
    if document.status != 200:
        return response
    # The digest is the page's, not the encoding's: weak, because the bytes on the wire differ.
    etag = "W/" + quote_etag(store.digest_of(document.body)[:20])
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is missing outside the readers' pages: never a trace."""
    try:
        return answer(request, errors.not_found())
    except (OperationalError, InterfaceError):
        return failed(request)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form whose token is missing or old."""
    return answer(request, errors.expired())


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when something broke: a calm page that reads nothing. A preview in the newsroom may stand in its frame."""
    if not request.path.startswith("/redaction/"):
        response = answer(request, errors.unavailable())
        response.status_code = 500
    else:
        # “The page was published”, said before the transaction failed: nobody shall read it on the next screen.
        list(get_messages(request))
        # Django calls this while it handles the error, whichever middleware or transaction let it through.
        response = not_saved(request) if refuses_writes(sys.exception()) else broken(request)
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def not_saved(request: HttpRequest) -> HttpResponse:
    """Answer an editor whose words the disk did not take; what autosave sends is answered in its own way."""
    language = _language_of(request)
    if "application/json" in request.headers.get("Accept", ""):
        with translation.override(language):
            told = {"success": False, "error_code": "disk_full", "error_message": errors.why_not_saved()}
        return JsonResponse(told, status=503)
    return answer(request, _with_form(errors.newsroom_cannot_save(language), keep_form(request, language)))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer an editor whose screen broke, with what was typed."""
    language = _language_of(request)
    try:
        form = keep_form(request, language)
    except DatabaseError:  # which may be what broke: then nobody can say who this is
        form = ""
    return answer(request, _with_form(errors.newsroom_failed(language, bool(form)), form))


def _with_form(document: Document, form: str) -> Document:
    return replace(document, body=document.body.replace(b"</main>", form.encode() + b"</main>"))


def keep_form(request: HttpRequest, language: str) -> str:
    """Return a form that holds all that was sent, to be sent again: going back would fetch the screen, without it.

    Screens of the newsroom write when they are looked at, and their browser keeps no copy. Nothing of a form with a
    password, or with files, which a page cannot hold.
    """
    if request.method != "POST" or not request.user.is_authenticated or request.FILES:
        return ""
    if any("password" in name for name in request.POST):
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    with translation.override(language):
        label = _("Send it again")
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)
    path = request.get_full_path()
    return format_html('<form method="post" action="{}">{}<button>{}</button></form>', path, inputs, label)


def _language_of(request: HttpRequest) -> str:
    try:
        profile = request.user.wagtail_userprofile  # type: ignore[union-attr] # nobody, or nobody with a profile
        return str(profile.get_preferred_language())
    except (AttributeError, ObjectDoesNotExist, DatabaseError):
        return settings.LANGUAGE_CODE
