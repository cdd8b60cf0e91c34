"""What can be wrong with a place to which something goes out."""


class ExportError(Exception):
    """Raised when an export cannot be made. Its text is a sentence for people: what is wrong, and what to do."""
