"""Sending a comment: the form below an article, its proof of work, and what becomes of it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from rotative.accounts.client_address import find_client_address
from rotative.comments import captcha, moderation, posting, queries
from rotative.comments.errors import ClosedError, InvalidError, QueueFullError
from rotative.comments.models import Status
from rotative.comments.origin import Origin, is_ticket, make_ticket, origin_of
from rotative.comments.posting import Receipt
from rotative.content.models import Article
from rotative.frontend.commenting.answers import (
    SECONDS_TO_COME_BACK,
    answer_form,
    kept,
    not_here,
    page,
    reader_view,
    respond,
    wants_json,
)
from rotative.frontend.commenting.forms import Form


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
