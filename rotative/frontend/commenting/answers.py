"""Answers to readers who do something with comments: small pages, JSON, and their words given back."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from rotative.addresses import COMMENTS
from rotative.comments.origin import Origin, is_ticket, origin_of
from rotative.content.models import Article
from rotative.frontend.commenting.forms import Form, read_form
from rotative.frontend.pages import errors
from rotative.frontend.rendering import render_bare, render_page
from rotative.publishing import tracking
from rotative.publishing.page_types import Document, frozen
from rotative.publishing.serving import headers

logger = logging.getLogger(__name__)

SECONDS_TO_COME_BACK: Final = 5

View = Callable[..., HttpResponse]


def reader_view(*methods: str) -> Callable[[View], View]:
    """Make a view for readers: in the paper's language, answers for one reader alone, calm when the database is down.

    Views open their transactions themselves, and only once the form has been read: a slow reader holds up nobody. No
    token against forged forms: the page that holds the form is the same file for everybody (see comments/origin.py).
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @transaction.non_atomic_requests
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in {*methods, "HEAD"}:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            with frozen(), tracking.batch_cache():
                form = read_form(request) if request.method == "POST" else Form()
                try:
                    response = view(request, form, *args, **kwargs)
                except (DatabaseError, InterfaceError):
                    logger.exception("A comment cannot be taken: the database does not answer, or takes nothing")
                    response = later(request, form, kwargs.get("article_pk"))
            response.headers.setdefault("Cache-Control", headers.NO_STORE)
            return response

        return guarded

    return decorate


def is_from_here(request: HttpRequest, form: Form, ticket: str) -> bool:
    """Tell whether the form of a small page was sent from that page."""
    origin = origin_of(request)
    return origin is Origin.OURS or (origin is Origin.UNKNOWN and is_ticket(form.get("ticket"), ticket))


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def respond(document: Document, status: int, **fields: str) -> HttpResponse:
    return HttpResponse(
        document.body,
        status=status,
        content_type=document.content_type,
        headers={**headers.POLICIES, "Cache-Control": headers.NO_STORE, "X-Robots-Tag": "noindex", **fields},
    )


def page(request: HttpRequest, status: int, title: str, message: str = "", **context: Any) -> HttpResponse:
    """Answer with a small page of the paper."""
    document = render_page(
        "frontend/comments/answer.html",
        COMMENTS,
        title,
        styles=("end", "article", "quotation", "talk"),
        status=404,  # of which no machine keeps an address
        message=message,
        **context,
    )
    return respond(document, status)


def answer_form(
    request: HttpRequest, status: int, state: str, message: str, form: Form, article: Article, **context: Any
) -> HttpResponse:
    """Answer with the form and everything that was typed, or with what the script under the form shows."""
    if wants_json(request):
        told = {"state": state, "message": message, "errors": context.get("errors", {})}
        return JsonResponse(told, status=status)
    return page(
        request,
        status,
        context.pop("title", _("Your comment was not sent yet")),
        message,
        has_form=True,
        values=form.fields,
        article_pk=article.pk,
        way_back=article.address + "#commentaires",
        **context,
    )


def later(request: HttpRequest, form: Form, article_pk: int | None) -> HttpResponse:
    """Answer without the database: the text is given back, and the script sends it again by itself."""
    message = _("The newspaper cannot take your comment right now. It is kept here: send it again in a moment.")
    retry = {"Retry-After": str(SECONDS_TO_COME_BACK)}
    if wants_json(request):
        told = {"state": "later", "message": message, "retry_after": SECONDS_TO_COME_BACK}
        return JsonResponse(told, status=503, headers=retry)
    if article_pk is None or not form.fields:
        return respond(errors.unavailable(), 503, **retry)
    return respond(kept(form, article_pk, message), 503, **retry)


def kept(form: Form, article_pk: int, message: str) -> Document:
    """Render the form with everything that was typed, reading nothing."""
    with frozen():
        return render_bare(
            "frontend/comments/kept.html",
            styles=("article", "talk"),
            status=503,
            title=_("Your comment is kept here"),
            message=message,
            values=form.fields,
            article_pk=article_pk,
        )


def too_many() -> str:
    """Say that others are served first."""
    with frozen():
        return _("Too many comments are coming in at the moment. Yours is kept here: send it again in a minute.")


def not_here(request: HttpRequest) -> HttpResponse:
    message = _("There is no such story or comment any more.")
    if wants_json(request):
        return JsonResponse({"state": "closed", "message": message}, status=404)
    return page(request, 404, _("This page does not exist"), message)
