"""What an import says, in the reader's language. No reader of a source has a sentence of its own."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.story.stories import Doubt, Note, Repair, State

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
    Doubt.TRAIL_NOT_SPLIT: gettext_lazy("The breadcrumb cannot be split with certainty: %(text)s"),
    Doubt.LEVELS_DROPPED: gettext_lazy("The breadcrumb has more than two levels; left out: %(text)s"),
    Doubt.NO_DATE: gettext_lazy("The date cannot be read: %(text)s"),
    Doubt.DATES_DIFFER: gettext_lazy("The source gives several dates: %(text)s"),
    Doubt.DATE_IMPOSSIBLE: gettext_lazy("The page gives a date that does not exist."),
    Doubt.DATE_WEEKDAY: gettext_lazy("The day of the week does not fit the date."),
    Doubt.DATE_DAY_OR_MONTH: gettext_lazy("Day and month of the date cannot be told apart."),
    Doubt.DATE_IN_FUTURE: gettext_lazy("The date %(text)s lies in the future; the article has none."),
    Doubt.HEADLINE_CUT: gettext_lazy("The headline was cut from a longer line."),
    Doubt.HEADLINES_DIFFER: gettext_lazy("The source gives several headlines: %(text)s"),
    Doubt.STATE: gettext_lazy("It came in as a draft: on the old site it was “%(text)s”."),
    Doubt.SHORTCODE_UNKNOWN: gettext_lazy("Unknown shortcode, kept as text: [%(text)s]"),
    Doubt.EMBED_UNKNOWN: gettext_lazy("Something of a place we do not know was embedded: %(text)s"),
    Doubt.BLOCK_UNKNOWN: gettext_lazy("Part of the page has no equal here and was left out: %(text)s"),
    Doubt.FIELD_CUT: gettext_lazy("A text was too long and was cut: %(text)s characters"),
    Doubt.FIELD_LEFT: gettext_lazy("A field leads nowhere: %(text)s"),
    Doubt.LINE_ABOVE: gettext_lazy("Running text above the headline, not imported: %(text)s"),
    Doubt.LINE_BELOW: gettext_lazy("Below the story, not recognised, not imported: %(text)s"),
    Doubt.SHORT_LINES_AT_END: gettext_lazy(
        "The body ends with %(text)s short lines that may belong to a list. They are in the article."
    ),
    Doubt.TYPE_UNKNOWN: gettext_lazy("It came in as a draft: the old site called it “%(text)s”."),
    Doubt.STICKY: gettext_lazy("It was pinned to the old front page."),
    Doubt.TOO_DEEP: gettext_lazy("The mark-up was nested too deeply; its text alone came in."),
    Doubt.TOO_LONG: gettext_lazy("The text was too long and was cut after %(text)s characters."),
}
NOTES: dict[str, Any] = {
    Note.SECTION_REFUSED: gettext_lazy("This section cannot be made: %(text)s"),
    Note.EDITION_UNKNOWN: gettext_lazy("There is no edition “%(text)s”; the article has none."),
    Note.EDITION_OPEN: gettext_lazy("The page does not say which country it is about; the article has no edition."),
    Note.ADDRESS_TAKEN: gettext_lazy("Another article has this address already; this one ends with “%(text)s”."),
    Note.HOUR_UNKNOWN: gettext_lazy("The page gives the day but no hour; noon was written."),
    Note.EDITED_SINCE: gettext_lazy("The newsroom has edited it since; its version stays."),
    Note.WITHDRAWN: gettext_lazy("The newsroom has withdrawn it since; it stays withdrawn."),
    Note.OTHER_CAPTURE: gettext_lazy("The same story came in from “%(text)s”."),
}
REFUSALS: dict[str, Any] = {
    Reason.MISSING: gettext_lazy("There is no such file."),
    Reason.FOLDER: gettext_lazy("This is a folder. Name the files in it."),
    Reason.UNREADABLE: gettext_lazy("This file cannot be read. %(cause)s"),
    Reason.TOO_LARGE: gettext_lazy("This file is larger than %(megabytes)s MB: it is no captured page."),
    Reason.EMPTY: gettext_lazy("This file is empty."),
    Reason.BINARY: gettext_lazy("This is no text but a picture, an archive or another binary file."),
    Reason.MARKUP: gettext_lazy("This is mark-up (HTML, XML or RTF). A capture holds the text of a page alone."),
    Reason.ENCODING: gettext_lazy(
        "This text is not in the encoding %(encoding)s: line %(line)s cannot be read. Save the file as UTF-8."
    ),
    Reason.NO_ARTICLE: gettext_lazy("There is no article in this text, only a page's menus, lists and forms."),
    Reason.NO_HEADLINE: gettext_lazy("There is running text but no headline above it."),
    Reason.NO_EXPORT: gettext_lazy("This is no export of WordPress: no item stands in it."),
    Reason.NO_FEED: gettext_lazy("This is no feed: neither RSS nor Atom nor JSON Feed."),
    Reason.NOT_FETCHED: gettext_lazy("It cannot be fetched (%(cause)s)."),
    Reason.NO_PAGES: gettext_lazy("There is no page to read in it."),
    Reason.BOMB: gettext_lazy("This file unpacks to far more than an export holds; nothing of it was read."),
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
    "same story": gettext_lazy("the same story"),
}


# What stands in a name behind one of these words is the old site's own.
LEFT_NAMED: dict[str, Any] = {
    "field": gettext_lazy("custom field %(name)s"),
    "term": gettext_lazy("term of the kind %(name)s"),
    "element": gettext_lazy("element %(name)s"),
}
LEFT_OUT: dict[str, Any] = {
    Kind.NAMEPLATE: gettext_lazy("nameplate"),
    Kind.MENU: gettext_lazy("menu"),
    Kind.BREADCRUMB: gettext_lazy("breadcrumb"),
    Kind.REPEATED_HEADLINE: gettext_lazy("repeated headline"),
    Kind.ADVERTISING: gettext_lazy("advertising label"),
    Kind.SHARE_BAR: gettext_lazy("share links"),
    Kind.COUNTERS: gettext_lazy("counters and ages"),
    Kind.PLAYER: gettext_lazy("player"),
    Kind.PICTURE: gettext_lazy("picture credit"),
    Kind.TAGS: gettext_lazy("tags"),
    Kind.NEWSLETTER: gettext_lazy("call to subscribe"),
    Kind.COOKIES: gettext_lazy("cookie note"),
    Kind.RELATED: gettext_lazy("heading of a list of stories"),
    Kind.NEIGHBOURS: gettext_lazy("previous and next article"),
    Kind.COMMENTS: gettext_lazy("heading of the comments"),
    Kind.COMMENT_FORM: gettext_lazy("comment form"),
    Kind.CAPTCHA: gettext_lazy("captcha"),
    Kind.ABOUT_AUTHOR: gettext_lazy("about the author"),
    Kind.FOOTER: gettext_lazy("footer"),
    Kind.ABOVE: gettext_lazy("other lines above the headline"),
    Kind.BETWEEN: gettext_lazy("other passages between those of the story"),
    Kind.BELOW: gettext_lazy("other lines below the story"),
    "repeated picture": gettext_lazy("lead image repeated in the text"),
    "pingback": gettext_lazy("pingbacks"),
    "trackback": gettext_lazy("trackbacks"),
    "orphaned replies": gettext_lazy("replies whose comment is missing, shown as comments"),
    "other descriptions": gettext_lazy("alternative texts of a picture that has another one here"),
    "lost comments": gettext_lazy("comments without a text or below a page that takes none"),
}


def doubt_in_words(doubt: str, text: str) -> str:
    """Return the sentence for a doubt; one that this version does not know is given as it is."""
    if doubt == Doubt.NO_DATE and not text:
        return _("The source gives no date of publication; a date inside the story is not one.")
    if doubt == Doubt.NO_HEADLINE and text:
        return _("There is no headline; the article has the beginning of its text for one.")
    if doubt == Doubt.STATE:
        text = str(STATES.get(text, text))
    if doubt == Doubt.FIELD_CUT:
        text = text.rpartition(" ")[2]
    return str(DOUBTS[doubt]) % {"text": text} if doubt in DOUBTS else f"{doubt} {text}".strip()


def note_in_words(note: str, text: str) -> str:
    return str(NOTES.get(note, note)) % {"text": text}


def reason_in_words(reason: str, facts: Mapping[str, Any] | None = None) -> str:
    """Return why something did not come in; a fact that is not given is an ellipsis."""
    if reason in REFUSALS:
        return (str(REFUSALS[reason]) % defaultdict(lambda: "…", facts or {})).strip()
    return str(REASONS.get(reason, reason))


def explain(refusal: SourceRefusedError) -> str:
    """Return the sentence that says why a source was refused, and what to do."""
    return reason_in_words(refusal.reason, refusal.facts)


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
