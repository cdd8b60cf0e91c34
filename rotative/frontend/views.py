"""The one view of readers' pages: from a path to a document, by the registry of page types."""

import hashlib
import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect

from rotative.content import queries
from rotative.frontend.pages import errors
from rotative.publishing import page_types
from rotative.publishing.compress import compress, negotiate
from rotative.publishing.page_types import Document, NotOnThisPathError

logger = logging.getLogger(__name__)

CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
LONGEST_PATH = 1000
RETRY_AFTER_SECONDS = "60"
HEADERS = {
    # The page carries its own policy; this is the part that a page cannot say of itself.
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}


def serve(request: HttpRequest, address: str = "") -> HttpResponse:
    """Answer a reader. Only GET and HEAD ask for pages."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    path = "/" + address
    try:
        if not can_be_address(path):
            return answer(request, errors.not_found())
        document = find_document(path)
        if document is None:
            if target := find_target(request, path):
                return lead_to(target)
            document = errors.gone() if queries.was_withdrawn(path) else errors.not_found()
    except (OperationalError, InterfaceError):
        logger.exception("The database does not answer")
        document = errors.unavailable()
    return answer(request, document)


def can_be_address(path: str) -> bool:
    """Tell whether anything can stand at `path`: a NUL, which PostgreSQL refuses, or an absurd length says no."""
    return "\0" not in path and len(path) <= LONGEST_PATH


def find_document(path: str) -> Document | None:
    """Return the document at `path`, or None."""
    try:
        return page_types.render(path)
    except NotOnThisPathError:
        return None


def find_target(request: HttpRequest, path: str) -> str | None:
    """Return where somebody who asks for `path` should be led: the page moved, or only its last slash is missing."""
    if not path.endswith("/") and not path.startswith("//") and find_document(path + "/"):
        return path + "/"
    asked = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    for old_path in (asked, asked.partition("?")[0]):
        if (found := get_redirect(request, old_path)) and found.link:
            return str(found.link)
    # A place takes its archive along.
    place, _, rest = path.partition("archives/")
    if place != path and (found := get_redirect(request, Redirect.normalise_path(place))) and found.link:
        return f"{str(found.link).rstrip('/')}/archives/{rest}"
    return None


def lead_to(target: str) -> HttpResponse:
    """Answer 301, to be asked again after a while: without a limit, a name that comes back would lead in a circle."""
    return HttpResponsePermanentRedirect(target, headers={"Cache-Control": CACHE_CONTROL})


def answer(request: HttpRequest, document: Document) -> HttpResponse:
    """Wrap a document for one browser: encoding, validator, policies."""
    encoding = negotiate(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(
        compress(document.body, encoding), status=document.status, content_type=document.content_type, headers=HEADERS
    )
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    patch_vary_headers(response, ["Accept-Encoding"])
    if document.status in {403, 500, 503}:
        response.headers["Cache-Control"] = "no-store"
        if document.status == 503:
            response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    response.headers["Cache-Control"] = CACHE_CONTROL
    if document.status != 200:
        return response
    # The digest is the page's, not the encoding's: weak, because the bytes on the wire differ.
    etag = "W/" + quote_etag(hashlib.sha256(document.body).hexdigest()[:20])
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
    else:
        response = answer(request, errors.newsroom_failed())
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.status_code = 500
    return response
