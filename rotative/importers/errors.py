"""What can be wrong with a source. No sentence stands here: `wording` says each in the reader's language."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a source is refused."""

    MISSING = "missing"
    FOLDER = "folder"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too large"
    EMPTY = "empty file"
    BINARY = "binary"
    MARKUP = "markup"
    ENCODING = "encoding"
    NO_ARTICLE = "no article"
    NO_HEADLINE = "no headline"
    NO_EXPORT = "no export"
    BOMB = "bomb"
    NO_PAGES = "no pages"
    NO_FEED = "no feed"
    NOT_FETCHED = "not fetched"


class SourceRefusedError(Exception):
    """Raised when a source cannot become an article. `reason` says why, `facts` what a sentence about it needs."""

    def __init__(self, reason: Reason, **facts: str | int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts
