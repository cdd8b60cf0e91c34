"""The one view of readers' pages: from a path to a document, by the registry of page types."""

import logging
import sys
from collections.abc import Callable
from contextlib import suppress

from django.contrib.messages import get_messages
from django.db import DatabaseError, Error, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

from rotative.addresses import NEWSROOM
from rotative.frontend import held_forms, old_addresses
from rotative.frontend.pages import errors
from rotative.publishing import redirects, render, store, tracking
from rotative.publishing.compress import compress, negotiate
from rotative.publishing.invalidation import invalidate
from rotative.publishing.keys import path_key
from rotative.publishing.models import Invalidation, StoredPage
from rotative.publishing.page_types import Document
from rotative.publishing.serving import headers

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
    with tracking.batch_cache():
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
        return lead_to(redirects.target_of(document.body))
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
    """Answer for a form whose token is missing or old; one of the newsroom's own pages is held, to be sent again."""
    if request.path.startswith(NEWSROOM) and held_forms.is_from_here(request):
        return held_forms.hold(request, held_forms.EXPIRED, answer)
    return answer(request, errors.expired())


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when something broke: a calm page that reads nothing. A preview in the newsroom may stand in its frame."""
    # Django calls this while it handles the error, whichever middleware or transaction let it through.
    refusal = held_forms.refusal_of(sys.exception())
    if not request.path.startswith(NEWSROOM):
        response = answer(request, errors.unavailable())
        response.status_code = refusal.status
        return response
    with suppress(Error):  # of the session's database, which may be what broke
        # “The page was published”, said before the transaction failed: nobody shall read it on the next screen.
        list(get_messages(request))
    response = held_forms.hold(request, refusal, answer)
    response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


class HoldFormsMiddleware:
    """Hold what came after its session had ended, where Wagtail would lead to the sign-in without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if held_forms.is_led_to_sign_in(request, response):
            return held_forms.hold(request, held_forms.ENDED, answer)
        return response
