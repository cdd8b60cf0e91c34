"""Rendering with recorded dependencies: from a path to bytes, status, and the keys of everything that was read."""

from dataclasses import dataclass
from datetime import datetime

from rotative.publishing import page_types, store, tracking
from rotative.publishing.keys import path_key
from rotative.publishing.page_types import Document

ABSENT = Document(b"", status=404)


@dataclass(frozen=True)
class Rendering:
    """What a path answers now, and why."""

    path: str
    kind: str
    document: Document
    keys: frozenset[str]
    expires_at: datetime | None
    untracked: int

    @property
    def subject(self) -> str:
        return self.document.subject

    @property
    def digest(self) -> str:
        return store.digest_of(self.document.body)


class WrongTypeError(Exception):
    """Raised when a page says it is of another type than its path does: files carry no headers."""


def render(path: str) -> Rendering:
    """Render what stands at `path`; a path where nothing stands gives an empty document with status 404."""
    with tracking.recording() as record:
        record.note(path_key(path))
        answer = page_types.resolve(path)
    document = answer.document if answer else ABSENT
    if document.status == 200 and document.content_type != store.media_type(path):
        raise WrongTypeError(f"{path} is {document.content_type}, but its name says {store.media_type(path)}.")
    return Rendering(
        path=path,
        kind=answer.kind if answer else "",
        document=document,
        keys=frozenset(record.keys),
        expires_at=record.expires_at,
        untracked=record.untracked,
    )
