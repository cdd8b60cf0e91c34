"""The moderators' screens. Each answers a form with a screen, and the script of the queue with JSON."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from rotative.comments import deciding, learning, queries
from rotative.comments import queue as queues
from rotative.comments.errors import InvalidError
from rotative.comments.models import Comment, Decision, Lesson, Status
from rotative.comments.models.decisions import decisions_in_order
from rotative.comments.queue import Card, QueueFilter, cards_of, number_in
from rotative.content.queries import get_newspaper

MORE: Final = 25  # cards that the script asks for at once
DECISIONS: Final[dict[str, tuple[Status, Any]]] = {
    "approve": (Status.APPROVED, gettext_lazy("Approved: {what}.")),
    "reject": (Status.REJECTED, gettext_lazy("Rejected: {what}.")),
    "spam": (Status.SPAM, gettext_lazy("Put aside as spam: {what}.")),
}
SAID_MEANWHILE: Final[dict[str, Any]] = {
    Status.APPROVED: gettext_lazy("%(person)s has approved this comment meanwhile. Look at it again, then decide."),
    Status.REJECTED: gettext_lazy("%(person)s has rejected this comment meanwhile. Look at it again, then decide."),
    Status.SPAM: gettext_lazy("%(person)s has called this comment spam meanwhile. Look at it again, then decide."),
    Status.WAITING: gettext_lazy("%(person)s has put this comment back into the queue. Look at it again, then decide."),
}
TIDINGS: Final[dict[str, Any]] = {
    Status.APPROVED: gettext_lazy("Approved by %(person)s a moment ago."),
    Status.REJECTED: gettext_lazy("Rejected by %(person)s a moment ago."),
    Status.SPAM: gettext_lazy("Called spam by %(person)s a moment ago."),
}

View = Callable[..., HttpResponse]


# --- what all of them have in common


class MissingError(Exception):
    """Raised for a comment that is not there, or not this person's to decide on."""


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def moderators_only(*methods: str) -> Callable[[View], View]:
    """Refuse whoever is no moderator, and say it to scripts as JSON: they cannot read a screen."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not queries.may_moderate(request.user):
                if wants_json(request):
                    return tell(_("You may not moderate comments."), 403)
                raise PermissionDenied
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            try:
                return view(request, *args, **kwargs)
            except MissingError as error:
                if wants_json(request):
                    return tell(missing(), 404)
                raise Http404 from error

        return guarded

    return decorate


def tell(sentence: str, status: int = 200, **more: Any) -> JsonResponse:
    return JsonResponse({"sentence": sentence, **more}, status=status)


def missing() -> str:
    return _("This comment is not here any more: its writer took it back, or it is not yours to decide on.")


def find(request: HttpRequest, number: int) -> Comment:
    comment = queues.find(request.user, number)
    if comment is None:
        raise MissingError
    return comment


def name_of(user: Any) -> str:
    return str(user.get_full_name() or user.get_username()) if user else _("Somebody")


def back_to_queue(request: HttpRequest) -> HttpResponse:
    """Lead back to what was chosen of the queue: only what QueueFilter reads comes through."""
    return redirect(reverse("comments:queue") + QueueFilter.read(request.GET).address_part)


def markup_of(request: HttpRequest, cards: Iterable[Card]) -> str:
    context = {"cards": list(cards), "queue_filter": QueueFilter.read(request.GET)}
    return render_to_string("comments/cards.html", context, request)


def card_again(request: HttpRequest, number: int) -> str:
    """Return the markup of one card as it stands now; nothing when it is gone."""
    found = queues.find(request.user, number)
    return markup_of(request, cards_of(request.user, [found])) if found else ""


# --- the queue


@moderators_only("GET", "HEAD")
def queue(request: HttpRequest) -> HttpResponse:
    """Show one page of the queue."""
    queue_filter = QueueFilter.read(request.GET)
    after = number_in(request.GET.get("after", ""))
    rows, has_more = queue_filter.after(request.user, after)
    cards = cards_of(request.user, rows)
    counts = {state: queue_filter.count(request.user, state) for state in (Status.WAITING, queues.REPORTED)}
    newspaper = get_newspaper()
    context = {
        "queue_filter": queue_filter,
        "cards": cards,
        "has_more": has_more,
        "next": f"{queue_filter.query()}&after={cards[-1].place}".lstrip("&") if has_more else "",
        "is_continued": after is not None,
        "tabs": [
            (label, queue_filter.query(state=state, order=""), state == queue_filter.state, counts.get(state))
            for state, label in queues.STATES.items()
        ],
        "waiting": counts[Status.WAITING],
        "other_order": {
            "label": _("Oldest first") if queue_filter.is_newest_first else _("Newest first"),
            "query": queue_filter.query(order=queues.OLDEST if queue_filter.is_newest_first else queues.NEWEST),
        },
        "sections": queues.section_choices(),
        "editions": queues.edition_choices(),
        "reasons": queues.reason_choices(),
        "ages": [(age, words) for age, (words, *_rest) in queues.AGES.items()],
        "writer": cards[0].comment.name if queue_filter.writer and cards else "",
        "story": cards[0].comment.article.headline if queue_filter.story and cards else "",
        "said": {word: sentence for word, (_status, sentence) in DECISIONS.items()},
        "last_decision": queues.last_decision(),
        "can_undo": queues.can_undo(request.user),
        "newspaper": newspaper,
        "may_set": request.user.has_perm("comments.change_commentsettings"),
    }
    return render(request, "comments/queue.html", context)


@moderators_only("GET", "HEAD")
def more(request: HttpRequest) -> HttpResponse:
    """Give the cards that follow a place; or those that came in since, with `newer`."""
    queue_filter = QueueFilter.read(request.GET)
    newer = number_in(request.GET.get("newer", ""))
    if newer is not None:
        rows, has_more = queue_filter.newer(request.user, newer), False
    else:
        rows, has_more = queue_filter.after(request.user, number_in(request.GET.get("after", "")), MORE)
    cards = cards_of(request.user, rows)
    return JsonResponse({"html": markup_of(request, cards), "has_more": has_more})


@moderators_only("GET", "HEAD")
def news(request: HttpRequest) -> HttpResponse:
    """Say how many wait, how far the queue reaches, and what other moderators have decided since."""
    queue_filter = QueueFilter.read(request.GET)
    decisions = queues.tidings(request.user, number_in(request.GET.get("decision", "")) or 0)
    order = queue_filter.comments(request.user)
    newest = order.order_by("-place").values_list("place", flat=True).first()
    return JsonResponse(
        {
            "waiting": queue_filter.count(request.user, Status.WAITING),
            "reported": queue_filter.count(request.user, queues.REPORTED),
            "newest": newest or 0,
            "decided": [tiding(decision) for decision in decisions],
            "decision": decisions[-1].pk if decisions else queues.last_decision(),
            "token": get_token(request),  # another one after somebody has signed in again
        }
    )


def tiding(decision: Decision) -> dict[str, Any]:
    sentence = str(TIDINGS.get(decision.after, "")) % {"person": name_of(decision.made_by)}
    return {"number": decision.comment_id, "state": decision.comment.status, "sentence": sentence}


@moderators_only("GET", "HEAD")
def thread(request: HttpRequest, comment_pk: int) -> HttpResponse:
    """Show the thread around a comment."""
    comment = find(request, comment_pk)
    shown, is_cut = queues.thread_around(comment)
    context = {
        "comment": comment,
        "thread": shown,
        "is_cut": is_cut,
        "queue_filter": QueueFilter.read(request.GET),
        "cards": cards_of(request.user, [comment]),
    }
    if wants_json(request):
        return JsonResponse({"html": render_to_string("comments/thread_list.html", context, request)})
    return render(request, "comments/thread.html", context)


# --- decisions


@moderators_only("POST")
def decide(request: HttpRequest) -> HttpResponse:
    """Decide on one comment (`one`: approve:12) or on those that are ticked (`decision`, `comment`)."""
    word, _colon, one = request.POST.get("one", "").partition(":")
    word = word or request.POST.get("decision", "")
    numbers = [number for text in ([one] if one else request.POST.getlist("comment")) if (number := number_in(text))]
    if word not in DECISIONS or not numbers:
        return told(request, _("Tick the comments first, then decide.") if word in DECISIONS else missing(), 400)
    status, label = DECISIONS[word]
    seen = {number: request.POST.get(f"seen-{number}", Status.WAITING) for number in numbers}
    comments = queries.moderated_by(request.user).filter(pk__in=seen).exclude(text="").select_related("decided_by")
    outcome = deciding.decide(comments, status, request.user, seen)
    decided = [comment.pk for comment in outcome.decided]
    overtaken = [(comment.pk, meanwhile(comment)) for comment in outcome.overtaken]
    gone = sorted(set(numbers) - set(decided) - {number for number, _sentence in overtaken})
    if not decided and not overtaken:
        raise MissingError
    sentence = label.format(what=said_of(outcome.decided)) if decided else ""
    if not wants_json(request):
        return report(request, sentence, [words for _number, words in overtaken] + [missing()] * bool(gone))
    return tell(
        sentence,
        decided=decided,
        overtaken=[
            {"number": number, "sentence": words, "html": card_again(request, number)} for number, words in overtaken
        ],
        gone=gone,
        gone_sentence=missing() if gone else "",
    )


def said_of(comments: list[Comment]) -> str:
    """Name what was decided on: its writer, or how many they were."""
    if len(comments) == 1:
        return comments[0].name
    return ngettext("%(count)d comment", "%(count)d comments", len(comments)) % {"count": len(comments)}


def meanwhile(comment: Comment) -> str:
    return str(SAID_MEANWHILE[comment.status]) % {"person": name_of(comment.decided_by)}


def told(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Say why nothing was done."""
    if wants_json(request):
        return tell(sentence, status)
    return report(request, "", [sentence])


def report(request: HttpRequest, sentence: str, warnings: list[str]) -> HttpResponse:
    if sentence:
        messages.success(request, sentence)
    for warning in warnings:
        messages.warning(request, warning)
    return back_to_queue(request)


@moderators_only("POST")
def undo(request: HttpRequest) -> HttpResponse:
    """Take back this person's last decision."""
    restored = [comment.pk for comment in deciding.undo(request.user)]
    if not restored:
        return told(request, _("There is nothing to undo."), 409)
    queue_filter = QueueFilter.read(request.GET)
    fitting = queues.for_cards(queue_filter.comments(request.user).filter(pk__in=restored))
    names = list(queries.moderated_by(request.user).filter(pk__in=restored))
    sentence = _("Taken back: {what}.").format(what=said_of(names))
    if not wants_json(request):
        return report(request, sentence, [])
    cards = {card.comment.pk: markup_of(request, [card]) for card in cards_of(request.user, fitting)}
    return tell(sentence, restored=[{"number": number, "html": cards.get(number, "")} for number in restored])


@moderators_only("POST")
def pin(request: HttpRequest, comment_pk: int) -> HttpResponse:
    """Pin a comment (`pinned`: yes), or take its pin off (`pinned`: no)."""
    comment = find(request, comment_pk)
    wanted = request.POST.get("pinned")
    if wanted not in {"yes", "no"}:
        return told(request, _("Say whether it shall be pinned or not."), 400)
    if comment.thread_id:
        return told(request, _("Only the first comment of a thread can be pinned."), 400)
    deciding.pin(comment, wanted == "yes")
    sentence = _("Pinned: %(name)s.") if wanted == "yes" else _("Not pinned any more: %(name)s.")
    sentence %= {"name": comment.name}
    if not wants_json(request):
        return report(request, sentence, [])
    return tell(sentence, html=card_again(request, comment_pk))


# --- writing


@moderators_only("GET", "HEAD", "POST")
def edit(request: HttpRequest, comment_pk: int) -> HttpResponse:
    """Change the words of a comment."""
    comment = find(request, comment_pk)
    values = {"text": comment.text, "version": queues.version_of(comment)}
    if request.method != "POST":
        return write(request, "edit", comment, values)
    values |= {"text": request.POST.get("text", ""), "version": request.POST.get("version", "")}
    try:
        is_done = deciding.edit(comment, values["text"], request.user, moment_in(values["version"]))
    except InvalidError as error:
        return write(request, "edit", comment, values, error.errors, 422)
    if not is_done:
        errors = {
            "text": _("Somebody else has changed this comment meanwhile. Your words are kept: look, and save again.")
        }
        values["version"] = queues.version_of(comment)
        return write(request, "edit", comment, values, errors, 409)
    return written(request, comment, _("Changed: %(name)s. Readers see that the newsroom has edited it."))


@moderators_only("GET", "HEAD", "POST")
def answer(request: HttpRequest, comment_pk: int) -> HttpResponse:
    """Answer a comment as the newsroom; it is approved with the answer."""
    comment = find(request, comment_pk)
    values = {"name": get_newspaper().name, "text": "", "seen": comment.status}
    if request.method != "POST":
        return write(request, "answer", comment, values)
    values |= {name: request.POST.get(name, values[name]) for name in values}
    if not values["name"].strip():
        errors = {"name": _("Say who answers.")}
        return write(request, "answer", comment, values, errors, 422)
    try:
        made = deciding.answer(comment, values["text"], values["name"], request.user, values["seen"])
    except InvalidError as error:
        return write(request, "answer", comment, values, error.errors, 422)
    if made is None:
        comment = find(request, comment_pk)
        values["seen"] = comment.status
        return write(request, "answer", comment, values, {"text": meanwhile(comment)}, 409)
    return written(request, comment, _("Answered: %(name)s. The comment is online with your answer."))


def moment_in(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def write(
    request: HttpRequest,
    action: str,
    comment: Comment,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form in which a text is written; what was typed stays in it."""
    errors = errors or {}
    if wants_json(request):
        return tell(" ".join(errors.values()), status, errors=errors, values=values)
    context = {
        "action": action,
        "comment": comment,
        "cards": cards_of(request.user, [comment]),
        "values": values,
        "errors": errors,
        "queue_filter": QueueFilter.read(request.GET),
    }
    return render(request, "comments/write.html", context, status=status)


def written(request: HttpRequest, comment: Comment, sentence: str) -> HttpResponse:
    sentence %= {"name": comment.name}
    if wants_json(request):
        return tell(sentence, html=card_again(request, comment.pk))
    return report(request, sentence, [])


# --- what was learned


@moderators_only("GET", "HEAD")
def learned(request: HttpRequest) -> HttpResponse:
    """Show how well the classifier knows what this newsroom refuses."""
    model = learning.current()
    decided = decisions_in_order().order_by().count()
    context = {
        "reports": [(report, per_cent(report)) for report in model.reports] if model else [],
        "decided": decided,
        "missing": max(0, learning.FIRST_DECISIONS - decided),
        "lesson": Lesson.objects.order_by("-pk").defer("model").first(),
    }
    return render(request, "comments/learned.html", context)


def per_cent(report: Any) -> dict[str, int]:
    return {name: round(getattr(report, name) * 100) for name in ("precision", "recall", "threshold")}
