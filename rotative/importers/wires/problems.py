"""What is wrong with a wire, in the reader's language."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PROBLEMS: Final[dict[str, Any]] = {
    "address": gettext_lazy(
        "This is no address of a feed: it begins with https:// or http:// and has no password in it."
    ),
    "broken": gettext_lazy("Its answer broke off."),
    "connection": gettext_lazy("Its server cannot be reached, or breaks off."),
    "encoding": gettext_lazy("Its answer is packed in a way that cannot be read."),
    "name": gettext_lazy("There is no such server. Look for a mistake in the address."),
    "no feed": gettext_lazy(
        "What stands there is no feed: neither RSS nor Atom nor JSON Feed. It may be a page for readers."
    ),
    "no section": gettext_lazy("Its section was deleted. Choose another one."),
    "not filed": gettext_lazy("What came could not be filed; it is tried again. The account book says more."),
    "port": gettext_lazy("Its address names a port on which no feed is asked for."),
    "private": gettext_lazy("Its address leads into a private network, where nothing is asked for."),
    "redirect": gettext_lazy("It leads on without saying where to."),
    "redirects": gettext_lazy("It leads on too many times."),
    "timeout": gettext_lazy("It took too long to answer."),
    "too large": gettext_lazy("Its answer is larger than any feed (10 MB)."),
    "status 401": gettext_lazy("It asks for a password. Ask the agency for an address without one."),
    "status 403": gettext_lazy("Its server refuses to answer us. Ask the agency to let this paper in."),
    "status 404": gettext_lazy("There is nothing at this address. Ask the agency where its feed stands now."),
    "status 410": gettext_lazy("Its server says that this feed has ended for good. It is not asked any more."),
    "status 429": gettext_lazy("Its server says that it was asked too often. It is left alone for a while."),
    "status 503": gettext_lazy("Its server says that it is not available for the moment."),
}


def problem_in_words(word: str) -> str:
    """Return the sentence for what is wrong; nothing when nothing is."""
    if word in PROBLEMS:
        return str(PROBLEMS[word])
    if word.startswith("status "):
        return _("Its server answers with an error (%(status)s).") % {"status": word.removeprefix("status ")}
    return _("It brings nothing (%(word)s).") % {"word": word} if word else ""
