"""The rules by which a comment appears at once, waits for a moderator, or is put aside as spam.

A rule is a function from a submission to a reason, or None when it has nothing to say. No rule refuses anything: what
a reader wrote is kept, and a moderator sees why it waits. To add one: write it, and add it to RULES; give its reason
its words in REASONS.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rotative.comments.models import CommentSettings, Proof, Status
from rotative.comments.text import fold

FASTEST_REPEAT: Final = timedelta(seconds=20)  # between two comments of one person
LINK: Final = re.compile(
    r"(?:https?://|\bwww\.)\S*|\b[\w-]+\.(?:com|net|org|info|biz|ru|cn|top|xyz|site|online|shop)\b\S*", re.IGNORECASE
)


@dataclass(frozen=True)
class Reason:
    """Why a comment waits: the name of a rule, and what it found. `status` is where it sends the comment."""

    rule: str
    detail: str = ""
    status: Status = Status.WAITING

    def as_dict(self) -> dict[str, str]:
        return {"rule": self.rule, "detail": self.detail}


@dataclass(frozen=True)
class Submission:
    """What is known about a comment when it comes in."""

    name: str
    text: str
    settings: CommentSettings
    sent_at: datetime
    proof: Proof = Proof.SOLVED
    trap: str = ""  # what stands in the field that people do not see
    has_email: bool = False
    approvals: int = 0  # of this person, since the last refusal
    last_sent_at: datetime | None = None  # by this person
    twins: Sequence[str] = field(default_factory=tuple)  # the states of other comments with the same words
    scores: Sequence[tuple[str, int, str]] = field(default_factory=tuple)  # kind, per cent, words


Rule = Callable[[Submission], Reason | None]


@dataclass(frozen=True)
class Verdict:
    status: Status
    reasons: tuple[Reason, ...]


def judge(submission: Submission) -> Verdict:
    """Ask every rule. A comment of which none says anything appears at once."""
    reasons = tuple(filter(None, (rule(submission) for rule in RULES)))
    if not reasons:
        return Verdict(Status.APPROVED, ())
    is_spam = any(reason.status == Status.SPAM for reason in reasons)
    return Verdict(Status.SPAM if is_spam else Status.WAITING, reasons)


# --- rules


def trap(submission: Submission) -> Reason | None:
    """Programs fill in every field, also the one that is hidden."""
    return Reason("trap", submission.trap[:60], Status.SPAM) if submission.trap else None


def banned_words(submission: Submission) -> Reason | None:
    found = words_in(submission, submission.settings.banned_words)
    return Reason("banned", ", ".join(found), Status.SPAM) if found else None


def suspect_words(submission: Submission) -> Reason | None:
    found = words_in(submission, submission.settings.suspect_words)
    return Reason("suspect", ", ".join(found)) if found else None


def same_as_spam(submission: Submission) -> Reason | None:
    """The same words were sent before; a moderator who called them spam need not say it again."""
    if Status.SPAM in submission.twins:
        return Reason("spam-again", status=Status.SPAM)
    return Reason("twin", str(len(submission.twins))) if submission.twins else None


def proof_of_work(submission: Submission) -> Reason | None:
    return None if submission.proof == Proof.SOLVED else Reason("proof", submission.proof)


def newcomer(submission: Submission) -> Reason | None:
    """Nobody at the paper has read anything of this person yet."""
    missing = submission.settings.trusted_after - submission.approvals
    return Reason("newcomer", str(submission.approvals)) if missing > 0 else None


def links(submission: Submission) -> Reason | None:
    count = len(LINK.findall(submission.text))
    return Reason("links", str(count)) if count > submission.settings.most_links else None


def too_fast(submission: Submission) -> Reason | None:
    last = submission.last_sent_at
    return Reason("fast") if last and submission.sent_at - last < FASTEST_REPEAT else None


def night(submission: Submission) -> Reason | None:
    start, end = submission.settings.pause_from, submission.settings.pause_until
    if start is None or end is None:
        return None
    return Reason("night") if is_between(timezone.localtime(submission.sent_at).time(), start, end) else None


def everything(submission: Submission) -> Reason | None:
    return Reason("all") if submission.settings.reads_all_first else None


def learned(submission: Submission) -> Reason | None:
    """What the newsroom's own decisions say of such words. It holds back, and never decides."""
    if not submission.scores:
        return None
    kind, per_cent, words = max(submission.scores, key=lambda score: score[1])
    return Reason(f"looks-like-{kind}", f"{per_cent} % · {words}" if words else f"{per_cent} %")


RULES: tuple[Rule, ...] = (
    trap,
    banned_words,
    same_as_spam,
    suspect_words,
    learned,
    links,
    too_fast,
    proof_of_work,
    newcomer,
    night,
    everything,
)

# What moderators read. `%s` is the detail.
REASONS: Final = {
    "trap": _("hidden field filled in: %s"),
    "banned": _("banned words: %s"),
    "suspect": _("suspect words: %s"),
    "spam-again": _("same words as a spam"),
    "twin": _("same words sent %s times before"),
    "looks-like-spam": _("looks like spam: %s"),
    "looks-like-abuse": _("looks like abuse: %s"),
    "links": _("%s links"),
    "fast": _("very fast"),
    "proof": _("proof of work: %s"),
    "newcomer": _("first comments (%s approved)"),
    "night": _("sent during the night’s pause"),
    "all": _("everything is read first"),
}


def explain(reason: dict[str, str]) -> str:
    """Return the words for a stored reason; an unknown rule's own name if it was removed since."""
    words = str(REASONS.get(reason.get("rule", ""), reason.get("rule", "")))
    detail = reason.get("detail", "")
    if reason.get("rule") == "proof" and detail in Proof.values:
        detail = str(Proof(detail).label)
    return words.replace("%s", detail)


# --- what rules are made of


def words_in(submission: Submission, listed: str) -> list[str]:
    """Return the listed words that the name or the text has: whole words, whatever their accents and capitals."""
    pattern = _pattern(listed)
    if pattern is None:
        return []
    found = pattern.findall(fold(f"{submission.name}\n{submission.text}"))
    return sorted(set(found))


@lru_cache(maxsize=8)
def _pattern(listed: str) -> re.Pattern[str] | None:
    words = sorted(filter(None, (fold(line) for line in listed.splitlines())), key=len, reverse=True)
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")


def is_between(moment: time, start: time, end: time) -> bool:
    """Tell whether an hour of the day lies between two others, over midnight or not."""
    return start <= moment < end if start <= end else moment >= start or moment < end


def is_pause(settings: CommentSettings, moment: datetime) -> bool:
    """Tell whether moderators sleep."""
    return night(Submission("", "", settings, moment)) is not None


def described(reasons: Iterable[dict[str, str]]) -> list[str]:
    return [explain(reason) for reason in reasons]
