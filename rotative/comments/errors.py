"""What keeps a comment from being taken: each with what to tell the reader, whose words are given back."""


class CommentError(Exception):
    """Raised when a comment is not taken. `message` is for the reader."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ClosedError(CommentError):
    """Raised when nobody can comment on an article any more."""


class InvalidError(CommentError):
    """Raised when the fields cannot be taken as they are. `errors` has a sentence for each, by the field's name."""

    def __init__(self, message: str, errors: dict[str, str]) -> None:
        super().__init__(message)
        self.errors = errors


class QueueFullError(CommentError):
    """Raised under a flood, when too much waits that no proof of work came with. The reader sends it again later."""
