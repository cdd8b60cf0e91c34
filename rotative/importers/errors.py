"""What can be wrong with a source."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why a source is refused, and what to do; a label is filled in with the facts of the error."""

    MISSING = "missing", _("There is no such file.")
    FOLDER = "folder", _("This is a folder. Name the files in it.")
    UNREADABLE = "unreadable", _("This file cannot be read. %(cause)s")
    TOO_LARGE = "too large", _("This file is larger than %(megabytes)s MB: it is no captured page.")
    EMPTY = "empty file", _("This file is empty.")
    BINARY = "binary", _("This is no text but a picture, an archive or another binary file.")
    MARKUP = "markup", _("This is mark-up (HTML, XML or RTF). A capture holds the text of a page alone.")
    ENCODING = (
        "encoding",
        _("This text is not in the encoding %(encoding)s: line %(line)s cannot be read. Save the file as UTF-8."),
    )
    NO_ARTICLE = "no article", _("There is no article in this text, only a page's menus, lists and forms.")
    NO_HEADLINE = "no headline", _("There is running text but no headline above it.")
    NO_EXPORT = "no export", _("This is no export of WordPress: no item stands in it.")
    BOMB = "bomb", _("This file unpacks to far more than an export holds; nothing of it was read.")
    NO_PAGES = "no pages", _("There is no page to read in it.")
    NO_FEED = "no feed", _("This is no feed: neither RSS nor Atom nor JSON Feed.")
    CHANGED = "changed", _("It is not what it was when the import began. Import it anew.")
    NOT_FETCHED = "not fetched", _("It cannot be fetched (%(cause)s).")


class SourceRefusedError(Exception):
    """Raised when a source cannot become an article. `reason` says why, `facts` what a sentence about it needs."""

    def __init__(self, reason: Reason, **facts: str | int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts
