"""What an import says, in the reader's language. No reader of a source has a sentence of its own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rotative.importers.captures.reporting import KINDS
from rotative.importers.story.stories import Doubt, Repair, State

REPAIRS: dict[str, Any] = {
    Repair.SPACES: gettext_lazy("doubled spaces"),
    Repair.INVISIBLE: gettext_lazy("invisible characters removed"),
    Repair.GARBLED: gettext_lazy("lines with garbled accents"),
    Repair.JOINED: gettext_lazy("lines joined that were cut at a fixed width"),
    Repair.ENCODING: gettext_lazy("bytes in another encoding"),
    Repair.ENTITIES: gettext_lazy("references that XML does not know"),
    Repair.MARKUP: gettext_lazy("broken XML"),
    Repair.UNSAFE: gettext_lazy("scripts and unsafe links removed"),
    Repair.SHORTCODES: gettext_lazy("shortcodes translated"),
    Repair.DATES: gettext_lazy("dates taken from another field"),
}
DOUBTS: dict[str, Any] = {
    Doubt.NO_HEADLINE: gettext_lazy("There is no headline."),
    Doubt.NO_BODY: gettext_lazy("There is no text."),
    Doubt.NO_SECTION: gettext_lazy("The source names no section."),
    Doubt.NO_DATE: gettext_lazy("The date cannot be read: %(text)s"),
    Doubt.DATES_DIFFER: gettext_lazy("The source gives several dates: %(text)s"),
    Doubt.HEADLINE_CUT: gettext_lazy("The headline was cut from a longer line."),
    Doubt.HEADLINES_DIFFER: gettext_lazy("The source gives several headlines: %(text)s"),
    Doubt.STATE: gettext_lazy("It came in as a draft: on the old site it was “%(text)s”."),
    Doubt.SHORTCODE_UNKNOWN: gettext_lazy("Unknown shortcode, kept as text: [%(text)s]"),
    Doubt.EMBED_UNKNOWN: gettext_lazy("Something of a place we do not know was embedded: %(text)s"),
    Doubt.BLOCK_UNKNOWN: gettext_lazy("Part of the page has no equal here and was left out: %(text)s"),
    Doubt.FIELD_CUT: gettext_lazy("A text was too long and was cut: %(text)s characters"),
    Doubt.FIELD_LEFT: gettext_lazy("A field leads nowhere: %(text)s"),
    Doubt.TYPE_UNKNOWN: gettext_lazy("It came in as a draft: the old site called it “%(text)s”."),
    Doubt.STICKY: gettext_lazy("It was pinned to the old front page."),
    Doubt.TOO_DEEP: gettext_lazy("The mark-up was nested too deeply; its text alone came in."),
    Doubt.TOO_LONG: gettext_lazy("The text was too long and was cut after %(text)s characters."),
}
STATES: dict[str, Any] = {
    State.LIVE: gettext_lazy("published"),
    State.DRAFT: gettext_lazy("draft"),
    State.PENDING: gettext_lazy("waiting for review"),
    State.SCHEDULED: gettext_lazy("scheduled"),
    State.PRIVATE: gettext_lazy("private"),
    State.PASSWORD: gettext_lazy("behind a password"),
    State.TRASH: gettext_lazy("in the trash"),
}
REASONS: dict[str, Any] = {
    "file": gettext_lazy("a file of a kind that the paper does not keep"),
    "media": gettext_lazy("sound, film or PDF"),
    "picture": gettext_lazy("picture"),
    "machinery": gettext_lazy("part of WordPress's machinery, no story"),
    "trash": gettext_lazy("it was in the trash"),
    "failed": gettext_lazy("it could not be read or written: an error of the program, which the log describes"),
    "empty": gettext_lazy("there is neither a headline nor a text"),
    "too long": gettext_lazy("it is longer than any story"),
    "section": gettext_lazy("section"),
    "edition": gettext_lazy("edition"),
    "topic": gettext_lazy("topic"),
    "author": gettext_lazy("author"),
    "restored": gettext_lazy("the version before was restored"),
    "undo": gettext_lazy("the newsroom has edited it since"),
    "readers": gettext_lazy("readers have commented on it since"),
    "wp:category": gettext_lazy("this category becomes nothing here"),
    "nav_menu": gettext_lazy("a menu of the old site"),
}


# What stands in a name behind one of these words is the old site's own.
LEFT_NAMED: dict[str, Any] = {
    "field": gettext_lazy("custom field %(name)s"),
    "term": gettext_lazy("term of the kind %(name)s"),
    "element": gettext_lazy("element %(name)s"),
}
LEFT_OUT: dict[str, Any] = {
    **{kind.value: words for kind, words in KINDS.items()},
    "repeated picture": gettext_lazy("lead image repeated in the text"),
    "pingback": gettext_lazy("pingbacks"),
    "trackback": gettext_lazy("trackbacks"),
    "orphaned replies": gettext_lazy("replies whose comment is missing, shown as comments"),
    "other descriptions": gettext_lazy("alternative texts of a picture that has another one here"),
    "lost comments": gettext_lazy("comments without a text or below a page that takes none"),
}


def doubt_in_words(doubt: str, text: str) -> str:
    """Return the sentence for a doubt; one that this version does not know is given as it is."""
    if doubt == Doubt.STATE:
        text = str(STATES.get(text, text))
    if doubt == Doubt.FIELD_CUT:
        text = text.rpartition(" ")[2]
    return str(DOUBTS[doubt]) % {"text": text} if doubt in DOUBTS else f"{doubt} {text}".strip()


def reason_in_words(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def left_in_words(kind: str) -> str:
    """Return what was left out of a story, by the word that its reader has for it."""
    first, _space, name = kind.partition(" ")
    if first in LEFT_NAMED and name:
        return str(LEFT_NAMED[first]) % {"name": name}
    return str(LEFT_OUT[kind]) if kind in LEFT_OUT else kind


def pictures_in_words(reason: str) -> str:
    """Return why a picture is missing."""
    if reason.startswith("status "):
        return _("the old site answers %(status)s") % {"status": reason.removeprefix("status ")}
    words = {
        "not fetched": _("not looked for"),
        "private": _("its address leads into a private network"),
        "timeout": _("it took too long"),
        "too large": _("it is too large"),
        "name": _("the name of its machine is not known"),
        "no picture": _("it is no picture"),
        "no media": _("it contains something else than its name says"),
        "too many pixels": _("it has too many pixels"),
        "deleted": _("the newsroom has deleted it"),
    }
    return words.get(reason, _("it cannot be reached"))
