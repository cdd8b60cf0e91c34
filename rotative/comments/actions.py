"""Everything that changes comments, each in one transaction."""

import ipaddress
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from rotative.comments import learning, moderation, notices, queries
from rotative.comments.captcha import NETWORK_SECONDS, PAPER_SECONDS, Solution, steps_for
from rotative.comments.errors import ClosedError, InvalidError, QueueFullError
from rotative.comments.models import Comment, Complaint, Decision, Proof, SpentChallenge, Status
from rotative.comments.models.comments import digest, fingerprint_of, recount, writer_of
from rotative.comments.moderation import Submission
from rotative.comments.text import LONGEST_NAME, LONGEST_TEXT, clean, clean_line, fold
from rotative.content.models import Article
from rotative.publishing.writing import is_writing, writing

# Comments that wait without a proof of work. With one, each has cost its sender something: of those there is no limit.
MOST_UNPROVED: Final = 20_000
MOST_SPAM: Final = 20_000
MOST_TWINS: Final = 5
TWINS_DAYS: Final = 30
UNPROVED: Final = Solution(Proof.MISSING)
SECOND_TAP: Final = timedelta(hours=1)
MOST_TURNS: Final = 30  # the same words, of so many people or times
LONGEST_COMPLAINT: Final = 500
# Open complaints about one comment: of everybody, and of one network.
MOST_COMPLAINTS: Final = 500
MOST_OF_NETWORK: Final = 50
SHORTEST_TWIN: Final = 20  # characters: many people say “Merci”

EDIT = "comments.edit"
DELETE_ALL = "comments.delete_all"


@dataclass(frozen=True)
class Post:
    """A comment as it was sent. `make_post` cleans what a form holds."""

    name: str
    text: str
    email: str = ""
    wants_replies: bool = False
    in_reply_to: int | None = None
    solution: Solution = UNPROVED
    trap: str = ""
    address: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a comment, and whether the e-mail that came with it cannot be one."""

    comment: Comment
    has_bad_email: bool = False


def make_post(fields: dict[str, str], solution: Solution, address: str) -> Post:
    """Make a post of the fields of a form, cleaned."""
    reply = fields.get("in_reply_to", "")
    return Post(
        name=clean_line(fields.get("name", "")) or _("Anonymous"),
        text=clean(fields.get("text", "")),
        email=clean_line(fields.get("email", "")),
        wants_replies=bool(fields.get("wants_replies")),
        in_reply_to=int(reply) if reply.isdecimal() and len(reply) < 19 else None,
        solution=solution,
        trap=clean_line(fields.get("website", "")),
        address=address,
    )


def submit(article: Article, post: Post) -> Receipt:
    """Take a comment. The same words again give the same comment.

    Raises ClosedError, InvalidError or QueueFullError; of these the reader is told, and has the words back.
    """
    check_fields(post)
    if not queries.is_open(article):
        raise ClosedError(_("Comments on this story are closed."))
    has_bad_email = bool(post.email) and not is_email(post.email)
    if has_bad_email:
        post = replace(post, email="")
    try:
        with transaction.atomic():
            comment = _find_or_make(article, post)
    except _SeenAtOnceError:
        with writing():
            comment = _find_or_make(article, post)
    return Receipt(comment, has_bad_email)


class _SeenAtOnceError(Exception):
    """Raised when readers would see a comment at once: that is a change of the newspaper, to be begun as one.

    Of those that wait there may be a flood, which shall not stand in line with those who change the newspaper.
    """


def check_fields(post: Post) -> None:
    """Raise InvalidError for what no comment can be: empty, or too long."""
    errors = {}
    if not post.text:
        errors["text"] = _("Write something before you send it.")
    elif len(post.text) > LONGEST_TEXT:
        errors["text"] = _("%(count)s characters too many: a comment has at most %(most)s.") % {
            "count": len(post.text) - LONGEST_TEXT,
            "most": LONGEST_TEXT,
        }
    if len(post.name) > LONGEST_NAME:
        errors["name"] = _("This name is too long: it has at most %(most)s characters.") % {"most": LONGEST_NAME}
    if errors:
        raise InvalidError(_("Your comment was not sent yet. What you typed is still here."), errors)


def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _find_or_make(article: Article, post: Post) -> Comment:
    answered = _find_answered(article, post.in_reply_to)
    fingerprint, found = _find_same(article, answered, post)
    if found:
        return found
    proof = _spend(post.solution)
    now = timezone.now()
    network = network_of(post.address)
    words = digest(fold(post.text))
    writer = writer_of(post.name, post.email)
    verdict = moderation.judge(_describe(post, proof, writer, network, words, now))
    if verdict.status == Status.APPROVED and not is_writing():
        raise _SeenAtOnceError
    if proof != Proof.SOLVED:
        _check_room(verdict.status)
    fields = {
        "article": article,
        "thread": (answered.thread or answered) if answered else None,
        "in_reply_to": answered,
        "name": post.name,
        "email": post.email,
        "text": post.text,
        "wants_replies": post.wants_replies and bool(post.email),
        "status": verdict.status,
        "reasons": [reason.as_dict() for reason in verdict.reasons],
        "created_at": now,
        "proof": proof,
        "address": post.address,
        "network": network,
        "writer": writer,
        "text_digest": words,
    }
    comment, is_new = Comment.objects.get_or_create(fingerprint=fingerprint, defaults=fields)
    while not is_new and not _is_again(comment, post):  # somebody said the same in this very moment
        fingerprint, found = _find_same(article, answered, post)
        if found:
            return found
        comment, is_new = Comment.objects.get_or_create(fingerprint=fingerprint, defaults=fields)
    if is_new and verdict.status == Status.APPROVED:
        notices.tell_of_reply(comment)
    return comment


def _find_same(article: Article, answered: Comment | None, post: Post) -> tuple[str, Comment | None]:
    """Return the comment that this one is again, as two taps make one, and its fingerprint; else one that is free."""
    parent = answered.pk if answered else None
    turns = [fingerprint_of(article.pk, parent, post.name, post.text, post.email, turn) for turn in range(MOST_TURNS)]
    rows = {row.fingerprint: row for row in Comment.objects.filter(fingerprint__in=turns)}
    for fingerprint in turns:
        found = rows.get(fingerprint)
        if found is None or _is_again(found, post):
            break
    return fingerprint, found


def _is_again(comment: Comment, post: Post) -> bool:
    """Tell whether a comment with the same words and name is the one that was sent, and not another person's.

    What was refused is no answer to somebody who says the same later than a second tap. And many people say “Merci”.
    """
    if comment.is_refused and comment.created_at <= timezone.now() - SECOND_TAP:
        return False
    return bool(post.email) or len(post.text) >= SHORTEST_TWIN or comment.address == post.address


def _find_answered(article: Article, pk: int | None) -> Comment | None:
    """Return the comment that is replied to: one that readers see below the same article."""
    if pk is None:
        return None
    found: Comment | None = Comment.objects.approved().filter(article=article, pk=pk).select_related("thread").first()
    return found


def _spend(solution: Solution) -> Proof:
    """Spend the challenge of a solution, in the transaction of the comment; a second comment cannot use it."""
    if solution.proof != Proof.SOLVED or solution.expires_at is None:
        return solution.proof
    _row, is_new = SpentChallenge.objects.get_or_create(
        nonce=solution.nonce, defaults={"expires_at": solution.expires_at}
    )
    return Proof.SOLVED if is_new else Proof.REPLAYED


def _check_room(status: Status) -> None:
    """Raise QueueFullError when there is too much already of what no proof came with, and that goes the same way."""
    most = MOST_SPAM if status == Status.SPAM else MOST_UNPROVED
    unproved = Comment.objects.filter(status=status).exclude(proof=Proof.SOLVED).order_by()
    if len(unproved.values_list("pk", flat=True)[:most]) >= most:
        raise QueueFullError(
            _("Too many comments are coming in at the moment. Yours is kept here: send it again in a minute.")
        )


def _describe(post: Post, proof: Proof, writer: str, network: str, words: str, now: datetime) -> Submission:
    """Collect what the rules ask."""
    own = Comment.objects.filter(writer=writer, is_newsroom=False)
    if not post.email:
        # A name alone is no proof of anything: it is known in the network from which it was approved.
        own = own.filter(network=network)
    refused = own.filter(status__in=[Status.REJECTED, Status.SPAM]).order_by("-pk").values_list("pk", flat=True).first()
    approved = own.approved().filter(decided_by__isnull=False, pk__gt=refused or 0)
    twins: list[str] = []
    if len(post.text) >= SHORTEST_TWIN:
        same = Comment.objects.filter(text_digest=words, created_at__gte=now - timedelta(days=TWINS_DAYS))
        twins = list(same.order_by("-pk").values_list("status", flat=True)[:MOST_TWINS])
    return Submission(
        name=post.name,
        text=post.text,
        settings=queries.get_settings(),
        sent_at=now,
        proof=proof,
        trap=post.trap,
        has_email=bool(post.email),
        approvals=approved.count(),
        last_sent_at=own.order_by("-pk").values_list("created_at", flat=True).first(),
        twins=twins,
        scores=learning.scores(post.text),
    )


def work_for(address: str) -> int:
    """Return how often the work of a challenge doubles for a device: more when many write from its network."""
    now = timezone.now()
    of_network = queries.count_since(now - timedelta(seconds=NETWORK_SECONDS), 1_000, network_of(address))
    of_paper = queries.count_since(now - timedelta(seconds=PAPER_SECONDS), 2_000)
    return steps_for(of_network, of_paper)


def network_of(address: str) -> str:
    """Return the network of an address: of IPv4 three numbers, of IPv6 what a provider gives to one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((mapped, 24 if mapped.version == 4 else 48), strict=False))


# --- moderators


@writing()
def decide(comments: Iterable[Comment], status: Status, user: Any) -> uuid.UUID:
    """Give comments a state; return the number under which `undo` takes it back."""
    batch = uuid.uuid4()
    chosen = list(comments)
    numbers = [comment.pk for comment in chosen]
    now = timezone.now()
    Comment.objects.filter(pk__in=numbers).update(status=status, decided_at=now, decided_by=user)
    Decision.objects.bulk_create(
        [
            Decision(
                comment=row,
                before=row.status,
                after=status,
                made_by=user,
                batch=batch,
                before_by_id=row.decided_by_id,
                before_at=row.decided_at,
            )
            for row in chosen
        ]
    )
    Complaint.objects.filter(comment__in=numbers, settled_at=None).update(settled_at=now)
    if status == Status.APPROVED:
        for comment in Comment.objects.filter(pk__in=numbers).select_related("in_reply_to", "article"):
            notices.tell_of_reply(comment)
    else:
        notices.forget_replies(numbers)
    return batch


@writing()
def undo(user: Any) -> list[Comment]:
    """Take back a person's last decision, and what was decided with it; return the comments it was about.

    A comment on which somebody else has decided since stays as it is.
    """
    last = Decision.objects.filter(made_by=user, is_undone=False).order_by("-pk").first()
    if last is None:
        return []
    decisions = list(Decision.objects.filter(batch=last.batch, is_undone=False).select_related("comment"))
    Decision.objects.filter(pk__in=[decision.pk for decision in decisions]).update(is_undone=True)
    standing = [decision for decision in decisions if decision.comment.status == decision.after]
    by_past: dict[tuple[str, Any, Any], list[int]] = {}
    for decision in standing:
        past = (decision.before, decision.before_by_id, decision.before_at)
        by_past.setdefault(past, []).append(decision.comment_id)
    for (before, decided_by, decided_at), numbers in by_past.items():
        Comment.objects.filter(pk__in=numbers).update(status=before, decided_by=decided_by, decided_at=decided_at)
    notices.forget_replies([decision.comment_id for decision in standing])
    return [decision.comment for decision in standing]


@writing()
def edit(comment: Comment, text: str, user: Any) -> None:
    """Change the words of a comment; readers see that it was changed. Raises InvalidError."""
    text = clean(text)
    check_fields(Post(comment.name, text))
    if text == comment.text:
        return
    log(comment, EDIT, user=user, data={"before": comment.text, "after": text})
    comment.text = text
    comment.edited_at = timezone.now()
    comment.text_digest = digest(fold(text))
    comment.save()


@writing()
def pin(comment: Comment, is_pinned: bool) -> None:
    """Put the thread that a comment begins on top of its discussion, or back into its place."""
    comment.is_pinned = is_pinned and comment.thread_id is None
    comment.save()


@writing()
def answer(comment: Comment, text: str, name: str, user: Any) -> Comment:
    """Answer a comment as the newsroom; what is answered is approved with it. Raises InvalidError."""
    post = Post(clean_line(name)[:LONGEST_NAME], clean(text))
    check_fields(post)
    if comment.status != Status.APPROVED:
        decide([comment], Status.APPROVED, user)
    now = timezone.now()
    made, is_new = Comment.objects.get_or_create(
        fingerprint=fingerprint_of(comment.article_id, comment.pk, post.name, post.text),
        defaults={
            "article": comment.article,
            "thread": comment.thread or comment,
            "in_reply_to": comment,
            "name": post.name,
            "text": post.text,
            "status": Status.APPROVED,
            "is_newsroom": True,
            "written_by": user,
            "created_at": now,
            "decided_at": now,
            "decided_by": user,
            "proof": Proof.SOLVED,
            "writer": writer_of(post.name, f"newsroom:{user.pk}"),
            "text_digest": digest(fold(post.text)),
        },
    )
    if is_new:
        notices.tell_of_reply(made)
    result: Comment = made
    return result


@dataclass(frozen=True)
class Outcome:
    """What became of decisions: some comments had been decided on by somebody else meanwhile, and stay as they are."""

    decided: list[Comment]
    overtaken: list[Comment]


@writing()
def decide_as_seen(comments: QuerySet[Comment], seen: Mapping[int, str], status: Status, user: Any) -> Outcome:
    """Decide on those of `comments` that are still in the state in which the moderator saw them, by their numbers.

    The same decision sent twice, because its answer was lost, is one.
    """
    rows = list(comments.filter(pk__in=seen).exclude(text="").select_related("decided_by"))
    as_seen = [row for row in rows if row.status == seen[row.pk]]
    sent_twice = [
        row for row in rows if row.status != seen[row.pk] and (row.status, row.decided_by_id) == (status, user.pk)
    ]
    if as_seen:
        decide(as_seen, status, user)
    settled = {row.pk for row in (*as_seen, *sent_twice)}
    return Outcome([*as_seen, *sent_twice], [row for row in rows if row.pk not in settled])


@writing()
def take_back(user: Any) -> list[Comment]:
    """Undo a person's last decision; complaints that it settled are open again."""
    last = Decision.objects.filter(made_by=user, is_undone=False).order_by("-pk").first()
    if last:
        settled_by_it = {"comment__decisions__batch": last.batch, "settled_at": F("comment__decided_at")}
        Complaint.objects.filter(**settled_by_it).update(settled_at=None)
    return undo(user)


@writing()
def edit_as_seen(comment: Comment, version: datetime | None, text: str, user: Any) -> bool:
    """Change the words of a comment, unless somebody has since `version`, its last change; tell whether it was done.

    Raises InvalidError.
    """
    comment.refresh_from_db()
    if comment.edited_at != version:
        return False
    edit(comment, text, user)
    return True


@writing()
def pin_as_it_stands(comment: Comment, is_pinned: bool) -> None:
    """Pin a comment, or take its pin off, and change nothing else that somebody may have changed since it was read."""
    comment.refresh_from_db()
    pin(comment, is_pinned)


@writing()
def answer_as_seen(comment: Comment, seen: str, text: str, name: str, user: Any) -> Comment | None:
    """Answer a comment, unless somebody has refused it meanwhile: then the answer is None. Raises InvalidError.

    The answer is undone together with the approval that came with it; then it waits in the queue.
    """
    comment.refresh_from_db(fields=["status"])
    if comment.status not in {seen, Status.APPROVED}:
        return None
    made = answer(comment, text, name, user)
    if made.decisions.filter(is_undone=False).exists():
        return made  # sent twice
    approval = None
    if comment.status != Status.APPROVED:
        approval = Decision.objects.filter(comment=comment, made_by=user).order_by("-pk").first()
    if made.status != Status.APPROVED:  # the same answer was given before, and undone
        Comment.objects.filter(pk=made.pk).update(status=Status.APPROVED, decided_at=timezone.now(), decided_by=user)
    Decision.objects.create(
        comment=made,
        before=Status.WAITING,
        after=Status.APPROVED,
        made_by=user,
        batch=approval.batch if approval else uuid.uuid4(),
    )
    return made


@writing()
def delete_all_on(article: int, user: Any = None) -> int:
    """Delete all comments on an article that is about to be deleted, for good; return how many.

    The article's own history says so, when somebody decided it.
    """
    found = queries.on_article(article)
    numbers = list(found.values_list("pk", flat=True))
    notices.forget_words(numbers)
    _history_of(numbers).delete()
    found.delete()
    recount([article])
    if numbers and user:
        log(Article.objects.get(pk=article), DELETE_ALL, user=user, data={"count": len(numbers)})
    return len(numbers)


# --- readers, about comments


@transaction.atomic
def complain(comment: Comment, ground: str, words: str, address: str) -> bool:
    """Note a reader's complaint; tell whether the newsroom has it. A second tap is the same one, until it is settled.

    A mobile operator puts a town behind one network: it is heard many times. Only a flood is not written down.
    """
    words = clean_line(words)[:LONGEST_COMPLAINT]
    network = network_of(address)
    open_ones = Complaint.objects.filter(comment=comment, settled_at=None)
    if open_ones.filter(address=address, ground=ground, words=words).exists():
        return True
    if open_ones.count() >= MOST_COMPLAINTS or open_ones.filter(network=network).count() >= MOST_OF_NETWORK:
        return False
    Complaint.objects.create(comment=comment, ground=ground, words=words, address=address, network=network)
    return True


@writing()
def delete_own(comments: Iterable[Comment]) -> int:
    """Delete comments for good, as their writer asks. Replies of others stay: the first of their thread is emptied."""
    chosen = list(comments)
    numbers = [comment.pk for comment in chosen]
    notices.forget_words(numbers)
    _history_of(numbers).delete()
    for comment in chosen:
        if comment.replies.exists():
            _empty(comment)
        else:
            comment.delete()
    return len(chosen)


def _history_of(numbers: Iterable[int]) -> QuerySet[Any]:
    """Return what the newsroom's history holds of comments: the words before and after they were edited."""
    kind = ContentType.objects.get_for_model(Comment)
    history: QuerySet[Any] = ModelLogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in numbers])
    return history


def _empty(comment: Comment) -> None:
    comment.status = Status.REJECTED
    comment.name = comment.text = comment.email = comment.address = comment.network = ""
    comment.writer = comment.text_digest = ""
    comment.fingerprint = digest("emptied", str(comment.pk))
    comment.reasons = []
    comment.save()
