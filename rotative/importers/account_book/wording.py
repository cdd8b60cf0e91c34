"""What an import says, in the reader's language: the labels of its words, filled in, and the words without a label."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rotative.importers.boilerplate.patterns import Kind
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.story.stories import Doubt, Note, State

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
    "repeated picture": gettext_lazy("lead image repeated in the text"),
    "pingback": gettext_lazy("pingbacks"),
    "trackback": gettext_lazy("trackbacks"),
    "orphaned replies": gettext_lazy("replies whose comment is missing, shown as comments"),
    "other descriptions": gettext_lazy("alternative texts of a picture that has another one here"),
    "lost comments": gettext_lazy("comments without a text or below a page that takes none"),
}


def label_of(words: type[TextChoices], word: str) -> str:
    """Return the label of a word; one that this version does not know is given as it is."""
    return str(words(word).label) if word in words.values else word


def doubt_in_words(doubt: str, text: str) -> str:
    """Return the sentence for a doubt."""
    if doubt == Doubt.NO_DATE and not text:
        return _("The source gives no date of publication; a date inside the story is not one.")
    if doubt == Doubt.NO_HEADLINE and text:
        return _("There is no headline; the article has the beginning of its text for one.")
    if doubt == Doubt.STATE:
        text = label_of(State, text)
    if doubt == Doubt.FIELD_CUT:
        text = text.rpartition(" ")[2]
    return label_of(Doubt, doubt) % {"text": text} if doubt in Doubt.values else f"{doubt} {text}".strip()


def note_in_words(note: str, text: str) -> str:
    return label_of(Note, note) % {"text": text}


def reason_in_words(reason: str, facts: Mapping[str, Any] | None = None) -> str:
    """Return why something did not come in; a fact that is not given is an ellipsis."""
    if reason in Reason.values:
        return (label_of(Reason, reason) % defaultdict(lambda: "…", facts or {})).strip()
    return str(REASONS.get(reason, reason))


def explain(refusal: SourceRefusedError) -> str:
    """Return the sentence that says why a source was refused, and what to do."""
    return reason_in_words(refusal.reason, refusal.facts)


def left_in_words(kind: str) -> str:
    """Return what was left out of a story, by the word that its reader has for it."""
    first, _space, name = kind.partition(" ")
    if first in LEFT_NAMED and name:
        return str(LEFT_NAMED[first]) % {"name": name}
    return str(LEFT_OUT[kind]) if kind in LEFT_OUT else label_of(Kind, kind)


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
