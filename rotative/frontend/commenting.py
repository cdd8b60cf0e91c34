"""The form below an article, and what else a reader does with comments: all that a stored page cannot answer itself.

Nobody who wrote in good faith loses a word: whatever keeps a comment from being taken, the answer has the text in it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final
from urllib.parse import parse_qsl

from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from rotative.accounts.client_address import find_client_address
from rotative.comments import captcha, moderation, notices, posting, privacy, queries
from rotative.comments.errors import ClosedError, InvalidError, QueueFullError
from rotative.comments.models import Complaint, Status
from rotative.comments.origin import Origin, is_ticket, make_ticket, origin_of
from rotative.comments.posting import Receipt
from rotative.comments.text import clean_line
from rotative.content.models import Article
from rotative.content.queries import get_newspaper
from rotative.frontend.metadata import absolute
from rotative.frontend.pages import errors
from rotative.frontend.pages.discussions import address_of
from rotative.frontend.rendering import render_bare, render_page
from rotative.frontend.templatetags.rotative import said
from rotative.publishing import tracking
from rotative.publishing.page_types import Document, frozen
from rotative.publishing.serving import headers

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 1_000_000
MOST_FIELDS: Final = 40
SECONDS_TO_COME_BACK: Final = 5
PATH: Final = "/commentaires/"
FEED_LENGTH: Final = 30
MOST_OWN: Final = 500  # of one's own comments, on one page

View = Callable[..., HttpResponse]


# --- what all of them have in common


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
            with frozen(), tracking.sharing():
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


@dataclass(frozen=True)
class Form:
    """What was sent, as it was typed; `is_cut` when it was longer than we read."""

    fields: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


def read_form(request: HttpRequest) -> Form:
    """Read the fields of a form, whatever was sent: bytes that are no text become signs that say so."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if request.content_type == "multipart/form-data" and length <= MOST_BYTES:
        return Form({name: str(request.POST.get(name, "")) for name in request.POST})
    return parse_form(request.read(min(length, MOST_BYTES)), is_cut=length > MOST_BYTES)


def parse_form(body: bytes, *, is_cut: bool = False) -> Form:
    """Parse a form as browsers send it."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # more fields than our forms have
        pairs = []
    return Form(dict(pairs), is_cut)


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
        PATH,
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


# --- to send a comment


@reader_view("GET", "POST")
def send(request: HttpRequest, form: Form, article_pk: int) -> HttpResponse:
    """Take a comment on an article."""
    article = queries.find_article(article_pk)
    if article is None:
        return given_back(request, form, article_pk, _("This story was taken back by the newsroom."))
    if request.method != "POST":
        return HttpResponseRedirect(f"{article.address}#commenter")
    network = posting.network_of(find_client_address(request))
    ticket = f"{article.pk}:{network}"
    origin = origin_of(request)
    if origin is Origin.ELSEWHERE or (origin is Origin.UNKNOWN and not is_ticket(form.get("ticket"), ticket)):
        return ask_to_confirm(request, form, article, origin, make_ticket(ticket))
    if form.is_cut:
        message = _("This is far too long for a comment. What we could read of it is here.")
        return answer_form(request, 413, "invalid", message, form, article, errors={"text": message})
    return take(request, form, article)


def take(request: HttpRequest, form: Form, article: Article) -> HttpResponse:
    solution = captcha.check(form.get("proof"), article.pk)
    post = posting.make_post(form.fields, solution, find_client_address(request))
    try:
        receipt = posting.submit(article, post)
    except InvalidError as error:
        return answer_form(request, 422, "invalid", error.message, form, article, errors=error.errors)
    except ClosedError as error:
        return answer_form(request, 403, "closed", error.message, form, article, title=_("Comments are closed"))
    except QueueFullError as error:
        if wants_json(request):
            told = {"state": "later", "message": error.message, "retry_after": SECONDS_TO_COME_BACK}
            return JsonResponse(told, status=503)
        answer = answer_form(request, 503, "later", error.message, form, article)
        answer.headers["Retry-After"] = str(SECONDS_TO_COME_BACK)
        return answer
    return received(request, receipt, article)


def received(request: HttpRequest, receipt: Receipt, article: Article) -> HttpResponse:
    """Say what becomes of a comment that was taken."""
    is_online = receipt.comment.status == Status.APPROVED
    if is_online:
        title, message = _("Your comment is online"), _("Thank you. It stands below the story in a moment.")
    else:
        title, message = _("Your comment has arrived"), what_happens_next()
    if receipt.has_bad_email:
        message += " " + _("The e-mail you gave cannot be one: nobody can tell you of replies.")
    if wants_json(request):
        told = {"state": "published" if is_online else "waiting", "message": f"{title}. {message}"}
        return JsonResponse(told, status=200 if is_online else 202)
    return page(
        request,
        200 if is_online else 202,
        title,
        message,
        quoted=[receipt.comment],
        way_back=article.address + "#commentaires",
    )


def what_happens_next() -> str:
    settings = queries.get_settings()
    if moderation.is_pause(settings, timezone.now()) and settings.pause_until:
        hour = settings.pause_until.strftime("%H:%M")
        return _("The newsroom sleeps now, and reads it after %(hour)s. Then it appears below the story.") % {
            "hour": hour
        }
    return _("Somebody at the newspaper reads it first. Then it appears below the story.")


def ask_to_confirm(request: HttpRequest, form: Form, article: Article, origin: Origin, ticket: str) -> HttpResponse:
    """Show what was sent in a form of our own, because nobody can tell yet that it was sent from our page."""
    if origin is Origin.ELSEWHERE:
        message = _("This came from another site, so it was not sent. If you wrote it, send it from here.")
        return answer_form(request, 403, "elsewhere", message, form, article, ticket=ticket)
    message = _("Your browser does not say from which page this was sent. Look it over, and confirm.")
    title, button = _("Is this your comment?"), _("Yes, send it")
    # 428: for a script, that it has to be sent by the browser itself.
    status = 428 if wants_json(request) else 200
    return answer_form(request, status, "confirm", message, form, article, ticket=ticket, title=title, button=button)


def given_back(request: HttpRequest, form: Form, article_pk: int, message: str) -> HttpResponse:
    """Give a text back for which there is no place any more."""
    if wants_json(request):
        return JsonResponse({"state": "closed", "message": message}, status=404)
    return respond(kept(form, article_pk, message), 404) if form.fields else not_here(request)


@reader_view("GET")
def challenge(request: HttpRequest, _form: Form, article_pk: int) -> HttpResponse:
    """Hand out work for a comment on an article."""
    steps = posting.work_for(find_client_address(request))
    return JsonResponse(captcha.make_challenge(article_pk, steps))


@reader_view("GET")
def reply(request: HttpRequest, _form: Form, comment_pk: int) -> HttpResponse:
    """Show the form for a reply: with scripts the form moves below the comment instead."""
    comment = queries.find_online(comment_pk)
    if comment is None:
        return not_here(request)
    article = comment.article
    if not queries.is_open(article):
        return page(request, 200, _("Comments are closed"), way_back=article.address + "#commentaires")
    return page(
        request,
        200,
        article.headline,
        quoted=[comment],
        has_form=True,
        answered=comment,
        values={"in_reply_to": str(comment.pk)},
        article_pk=article.pk,
        way_back=comment.link,
    )


@reader_view("GET")
def show(request: HttpRequest, _form: Form, comment_pk: int) -> HttpResponse:
    """Lead to a comment, on whichever page of its discussion it stands now."""
    comment = queries.find_online(comment_pk)
    if comment is None:
        return not_here(request)
    return HttpResponseRedirect(f"{address_of(comment.article, queries.page_of(comment))}#{comment.anchor}")


# --- to complain of one


@reader_view("GET", "POST")
def complain(request: HttpRequest, form: Form, comment_pk: int) -> HttpResponse:
    """Tell the newsroom what is wrong with a comment."""
    comment = queries.find_online(comment_pk)
    if comment is None:
        return not_here(request)
    address = find_client_address(request)
    ticket = f"complaint:{comment.pk}:{posting.network_of(address)}"
    way_back = comment.link
    ground = form.get("ground")
    if request.method == "POST" and is_from_here(request, form, ticket) and ground in Complaint.Ground.values:
        if posting.complain(comment, ground, form.get("words"), address):
            return page(request, 200, _("Thank you"), _("A moderator looks at it."), way_back=way_back)
        message = _("Very many have reported this comment, and a moderator looks at it. Your report was not added.")
        return page(request, 200, _("It is known already"), message, way_back=way_back)
    fields = [
        {"name": "ground", "label": _("What is wrong with it?"), "choices": Complaint.Ground.choices},
        {"name": "words", "label": _("In a few words (optional)"), "type": "text", "value": form.get("words")},
    ]
    return page(
        request,
        200,
        _("Report a comment"),
        quoted=[comment],
        fields=fields,
        button=_("Report"),
        ticket=make_ticket(ticket),
        way_back=way_back,
    )


def is_from_here(request: HttpRequest, form: Form, ticket: str) -> bool:
    """Tell whether the form of a small page was sent from that page."""
    origin = origin_of(request)
    return origin is Origin.OURS or (origin is Origin.UNKNOWN and is_ticket(form.get("ticket"), ticket))


# --- one's own


@reader_view("GET", "POST")
def ask_for_own(request: HttpRequest, form: Form) -> HttpResponse:
    """Send a link to all comments that were written under an e-mail, to that e-mail."""
    title, error = _("My comments"), ""
    email = clean_line(form.get("email"))
    if request.method == "POST" and is_from_here(request, form, "own"):
        if posting.is_email(email):
            with transaction.atomic():
                notices.send_way_to_own(email)
            message = _(
                "If comments were written with %(email)s, a mail brings a link to them. There is one such mail an hour "
                "at most, and three a day: if you have asked before, the link that has come is still good."
            )
            return page(request, 200, title, message % {"email": email})
        error = _("This is no e-mail address: awa@example.org is one.")
    message = _("Give the e-mail that you wrote them with: a link comes by mail, by which you see and delete them.")
    field = {"name": "email", "label": _("E-mail"), "type": "email", "value": email, "error": error}
    status = 422 if error else 200
    return page(
        request, status, title, message, fields=[field], button=_("Send me the link"), ticket=make_ticket("own")
    )


@reader_view("GET", "POST")
def own(request: HttpRequest, form: Form, token: str) -> HttpResponse:
    """Show somebody's comments, and delete what they want deleted."""
    title = _("My comments")
    email = notices.find_owner(token)
    if email is None:
        message = _("This link is too old, or not complete. Ask for another one.")
        return page(request, 410, title, message, way_back="")
    deleted = 0
    if request.method == "POST" and is_from_here(request, form, token):
        chosen = form.get("comment")
        if chosen.isdecimal() and len(chosen) < 19:
            deleted = privacy.delete_own(queries.own_comments(email).filter(pk=int(chosen)))
        elif form.get("all"):
            deleted = privacy.delete_own(queries.own_comments(email))
    comments = list(queries.own_comments(email)[:MOST_OWN])
    message = _("These are all the comments written with %(email)s.") if comments else _("There are none any more.")
    message %= {"email": email}
    if deleted:
        said = ngettext("%(count)d comment was deleted.", "%(count)d comments were deleted.", deleted)
        message = f"{said % {'count': deleted}} {message}"
    fields = [{"name": "all", "value": "1"}] if comments else []
    return page(
        request,
        200,
        title,
        message,
        quoted=comments,
        is_own=True,
        fields=fields,
        button=_("Delete all of them"),
        ticket=make_ticket(token),
    )


@reader_view("GET", "POST")
def confirm(request: HttpRequest, _form: Form, token: str) -> HttpResponse:
    """Let the owner of an address confirm it. A program that opens every link of a mail presses no button."""
    mailbox = notices.find_to_confirm(token)
    title = _("Mails about replies")
    if mailbox is None:
        return page(request, 404, title, _("This link is not complete: copy the whole of it from the mail."))
    told = {"email": mailbox.email}
    if request.method == "POST":
        notices.confirm(mailbox)
        message = _("Thank you: replies are told to %(email)s from now on, and those that have come are on their way.")
        return page(request, 200, title, message % told)
    message = _("Is %(email)s your address? Then replies to your comments are told to it.") % told
    return page(request, 200, title, message, fields=[{"name": "done", "value": "1"}], button=_("Yes, it is mine"))


@reader_view("GET", "POST")
def unsubscribe(request: HttpRequest, _form: Form, token: str) -> HttpResponse:
    """Send no more notices. Mail programs send the form by themselves (RFC 8058): the link is the proof."""
    email = notices.find_email_to_unsubscribe(token)
    title = _("Mails about replies")
    if email is None:
        return page(request, 404, title, _("This link is not complete: copy the whole of it from the mail."))
    if request.method == "POST":
        notices.unsubscribe(email)
        return page(request, 200, title, _("Done: no more mails about replies come to %(email)s.") % {"email": email})
    message = _("Shall no more mails about replies come to %(email)s?") % {"email": email}
    return page(request, 200, title, message, fields=[{"name": "done", "value": "1"}], button=_("No more mails"))


# --- for machines


@reader_view("GET")
def feed(request: HttpRequest, _form: Form) -> HttpResponse:
    """The newest comments, for those who follow them with a feed reader. No stored page: it would change with each."""
    name = get_newspaper().name
    channel = Rss201rev2Feed(
        title=_("%(newspaper)s – comments") % {"newspaper": name},
        link=absolute("/"),
        description=_("The newest comments"),
        feed_url=absolute(f"{PATH}rss.xml"),
    )
    for comment in queries.newest(FEED_LENGTH):
        channel.add_item(
            title=f"{comment.name} · {comment.article.title}",
            link=absolute(comment.link),
            description=said(comment.text),  # readers of feeds take it for HTML
            pubdate=comment.created_at,
            unique_id=absolute(comment.link),
        )
    body = channel.writeString("utf-8").encode()
    return HttpResponse(
        body, content_type="application/rss+xml; charset=utf-8", headers={"Cache-Control": "public, max-age=60"}
    )
