"""Write many comments that were made elsewhere at once: whole discussions, in threads of two levels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rotative.comments.models import Comment, Discussion, Proof, Status
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
from rotative.comments.posting import is_email
from rotative.comments.text import LONGEST_NAME, clean, clean_line, fold
from rotative.content.bulk import Rows, reserve_keys

ANONYMOUS: Final = "Anonyme"


@dataclass(frozen=True)
class OldComment:
    """A comment as another site had it. `key` names it in its discussion; `parent` is the key of the one it answers."""

    key: str
    parent: str
    name: str
    email: str
    text: str
    status: Status
    created_at: datetime


class CommentRows:
    """Gathers discussions of at most `most` comments together. Make it inside the transaction that writes them."""

    def __init__(self, most: int) -> None:
        self.comments = Rows(Comment)
        self.discussions = Rows(Discussion, article_id=0)
        self._numbers: Iterator[int] = iter(reserve_keys(Comment, most))

    def add_discussion(self, article: int, said: Sequence[OldComment], *, is_live: bool) -> int:
        """Gather what was said below an article; return how many comments there are, for one without words is none."""
        # Discussions are read in the order of their numbers.
        in_order = sorted(said, key=lambda old: old.created_at)
        worded = [(old, text) for old in in_order if (text := clean(old.text))]
        keys = {old.key: next(self._numbers) for old, _text in worded}
        parents = {old.key: old.parent for old, _text in worded if old.parent in keys}
        seen: set[str] = set()
        for old, text in worded:
            root = keys[_root_of(old.key, parents)]
            self._add(article, old, text, keys[old.key], keys.get(parents.get(old.key, "")), root, seen)
        approved = [keys[old.key] for old, _text in worded if old.status == Status.APPROVED]
        if approved and is_live:
            self.discussions.add(article_id=article, count=len(approved), latest=max(approved))
        return len(worded)

    def _add(
        self, article: int, old: OldComment, text: str, number: int, answered: int | None, root: int, seen: set[str]
    ) -> None:
        name = clean_line(old.name)[:LONGEST_NAME] or ANONYMOUS
        email = old.email if is_email(old.email) else ""
        turn = 0
        while (fingerprint := fingerprint_of(article, answered, name, text, email, turn)) in seen:
            turn += 1  # the same words twice: both stood on the old site
        seen.add(fingerprint)
        self.comments.add(
            id=number,
            article_id=article,
            thread_id=root if root != number else None,
            in_reply_to_id=answered,
            name=name,
            email=email,
            text=text,
            status=old.status,
            created_at=old.created_at,
            decided_at=old.created_at if old.status != Status.WAITING else None,
            proof=Proof.MISSING,
            fingerprint=fingerprint,
            writer=writer_of(name, email),
            text_digest=digest(fold(text)),
        )

    def write(self) -> None:
        """Insert what was gathered."""
        self.comments.write()
        self.discussions.write()


def _root_of(key: str, parents: dict[str, str]) -> str:
    """Return the first comment of a thread; a circle, which only a broken export has, ends where it began."""
    seen = set()
    while key in parents and key not in seen:
        seen.add(key)
        key = parents[key]
    return key
