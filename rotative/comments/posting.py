"""Posting: readers send comments and complaints. Each is written in one transaction, once however often it is sent."""

import ipaddress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rotative.comments import learning, moderation, notices, queries
from rotative.comments.captcha import NETWORK_SECONDS, PAPER_SECONDS, Solution, steps_for
from rotative.comments.errors import ClosedError, InvalidError, QueueFullError
from rotative.comments.models import Comment, Complaint, Proof, SpentChallenge, Status
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
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
    """Take a comment. Idempotent: the same words again give the same comment.

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
    """Return the comment that this one is a retry of, as two taps make one, and its fingerprint; else a free one."""
    parent = answered.pk if answered else None
    turns = [fingerprint_of(article.pk, parent, post.name, post.text, post.email, turn) for turn in range(MOST_TURNS)]
    rows = {row.fingerprint: row for row in Comment.objects.filter(fingerprint__in=turns)}
    for fingerprint in turns:
        found = rows.get(fingerprint)
        if found is None or _is_again(found, post):
            break
    return fingerprint, found


def _is_again(comment: Comment, post: Post) -> bool:
    """Tell whether a comment with the same words and name is a duplicate, and not another person's.

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
    """Spend the challenge of a solution, in the transaction of the comment: a replay proves nothing."""
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
    """Return the difficulty of a challenge for a device, in doublings: more when many write from its network."""
    now = timezone.now()
    of_network = queries.count_since(now - timedelta(seconds=NETWORK_SECONDS), 1_000, network_of(address))
    of_paper = queries.count_since(now - timedelta(seconds=PAPER_SECONDS), 2_000)
    return steps_for(of_network, of_paper)


def network_of(address: str) -> str:
    """Return the network of an IP address: of IPv4 three numbers, of IPv6 what a provider gives to one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((mapped, 24 if mapped.version == 4 else 48), strict=False))


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
