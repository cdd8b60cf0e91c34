"""What can be wrong with an export, and with a copy that is to be restored. The texts are sentences for people."""


class ExportError(Exception):
    """Raised when an export cannot be made: what is wrong, and what to do."""


class RestoreRefusedError(Exception):
    """Raised when a copy cannot be restored; nothing was changed."""
