"""Deciding: what moderators do with comments, each in one transaction.

`seen` is what a moderator saw (optimistic locking): what somebody else has changed since stays as it is.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from rotative.comments import notices
from rotative.comments.models import Comment, Complaint, Decision, Proof, Status
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
from rotative.comments.posting import Post, check_fields
from rotative.comments.text import LONGEST_NAME, clean, clean_line, fold
from rotative.publishing.writing import writing

EDIT = "comments.edit"


@dataclass(frozen=True)
class Outcome:
    """What became of decisions: `overtaken` were decided on by somebody else meanwhile, and stay as they are."""

    decided: list[Comment]
    overtaken: list[Comment]
    batch: uuid.UUID  # by which they are undone together


@writing()
def decide(comments: Iterable[Comment], status: Status, user: Any, seen: Mapping[int, str] | None = None) -> Outcome:
    """Give comments a state; those that have left the state in `seen`, by their numbers, are overtaken.

    A queryset is read in this transaction. The same decision sent twice, because its answer was lost, is one.
    """
    rows = list(comments)
    as_seen = [row for row in rows if seen is None or row.status == seen[row.pk]]
    others = [row for row in rows if seen is not None and row.status != seen[row.pk]]
    sent_twice = [row for row in others if (row.status, row.decided_by_id) == (status, user.pk)]
    batch = uuid.uuid4()
    if as_seen:
        _decide(as_seen, status, user, batch)
    return Outcome([*as_seen, *sent_twice], [row for row in others if row not in sent_twice], batch)


def _decide(chosen: list[Comment], status: Status, user: Any, batch: uuid.UUID) -> None:
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


@writing()
def undo(user: Any) -> list[Comment]:
    """Take back a person's last decision, and what was decided with it; return the comments it was about.

    Complaints that it settled are open again. A comment on which somebody else has decided since stays as it is.
    """
    last = Decision.objects.filter(made_by=user, is_undone=False).order_by("-pk").first()
    if last is None:
        return []
    settled_by_it = {"comment__decisions__batch": last.batch, "settled_at": F("comment__decided_at")}
    Complaint.objects.filter(**settled_by_it).update(settled_at=None)
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
def edit(comment: Comment, text: str, user: Any, seen: datetime | None) -> bool:
    """Change the words of a comment, if it was last edited at `seen`, and tell whether it was. Raises InvalidError."""
    comment.refresh_from_db()
    if comment.edited_at != seen:
        return False
    text = clean(text)
    check_fields(Post(comment.name, text))
    if text != comment.text:
        log(comment, EDIT, user=user, data={"before": comment.text, "after": text})
        comment.text = text
        comment.edited_at = timezone.now()
        comment.text_digest = digest(fold(text))
        comment.save()
    return True


@writing()
def pin(comment: Comment, is_pinned: bool) -> None:
    """Put the thread that a comment begins on top of its discussion, or back; change nothing else of it."""
    comment.refresh_from_db()
    comment.is_pinned = is_pinned and comment.thread_id is None
    comment.save()


@writing()
def answer(comment: Comment, text: str, name: str, user: Any, seen: str | None = None) -> Comment | None:
    """Answer a comment as the newsroom, which approves it; None when somebody has refused it since it was `seen`.

    The answer is undone together with the approval that came with it; then it waits in the queue. The same answer sent
    twice is one. Raises InvalidError.
    """
    comment.refresh_from_db(fields=["status"])
    if seen is not None and comment.status not in {seen, Status.APPROVED}:
        return None
    post = Post(clean_line(name)[:LONGEST_NAME], clean(text))
    check_fields(post)
    batch = uuid.uuid4() if comment.status == Status.APPROVED else decide([comment], Status.APPROVED, user).batch
    made = _find_or_make_answer(comment, post, user)
    if made.decisions.filter(is_undone=False).exists():
        return made  # sent twice
    if made.status != Status.APPROVED:  # the same answer was given before, and undone
        Comment.objects.filter(pk=made.pk).update(status=Status.APPROVED, decided_at=timezone.now(), decided_by=user)
    Decision.objects.create(comment=made, before=Status.WAITING, after=Status.APPROVED, made_by=user, batch=batch)
    return made


def _find_or_make_answer(comment: Comment, post: Post, user: Any) -> Comment:
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
