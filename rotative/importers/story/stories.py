"""The common data model of all sources: a story, its pictures, and what readers said of it.

Pure: nothing here reads or writes. A reader of some kind of source makes these; `filing` puts them into the paper.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html import unescape
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rotative.importers.boilerplate.lines import fold
from rotative.importers.boilerplate.moment import Moment as Moment

_TAG: Final = re.compile(r"<[^>]*>")


class State(TextChoices):
    """How a story stood where it comes from."""

    LIVE = "live", _("published")
    DRAFT = "draft", _("draft")
    PENDING = "pending", _("waiting for review")
    SCHEDULED = "scheduled", _("scheduled")
    PRIVATE = "private", _("private")
    PASSWORD = "password", _("behind a password")
    TRASH = "trash", _("in the trash")


class Repair(TextChoices):
    """What was mended on the way; a count says how often."""

    SPACES = "spaces", _("doubled spaces")
    INVISIBLE = "invisible", _("invisible characters removed")
    GARBLED = "garbled", _("lines with garbled accents")
    JOINED = "joined", _("lines joined that were cut at a fixed width")
    ENCODING = "encoding", _("bytes in another encoding")
    ENTITIES = "entities", _("references that XML does not know")
    MARKUP = "markup", _("broken XML")
    UNSAFE = "unsafe", _("scripts and unsafe links removed")
    SHORTCODES = "shortcodes", _("shortcodes translated")
    DATES = "dates", _("dates taken from another field")


class Doubt(TextChoices):
    """What an editor should look at."""

    NO_HEADLINE = "no headline", _("There is no headline.")
    NO_BODY = "no body", _("There is no text.")
    NO_SECTION = "no section", _("The source names no section.")
    TRAIL_NOT_SPLIT = "trail not split", _("The breadcrumb cannot be split with certainty: %(text)s")
    LEVELS_DROPPED = "levels dropped", _("The breadcrumb has more than two levels; left out: %(text)s")
    NO_DATE = "no date", _("The date cannot be read: %(text)s")
    DATES_DIFFER = "dates differ", _("The source gives several dates: %(text)s")
    DATE_IMPOSSIBLE = "date impossible", _("The page gives a date that does not exist.")
    DATE_WEEKDAY = "date weekday", _("The day of the week does not fit the date.")
    DATE_DAY_OR_MONTH = "date day or month", _("Day and month of the date cannot be told apart.")
    DATE_IN_FUTURE = "date in future", _("The date %(text)s lies in the future; the article has none.")
    HEADLINE_CUT = "headline cut", _("The headline was cut from a longer line.")
    HEADLINES_DIFFER = "headlines differ", _("The source gives several headlines: %(text)s")
    STATE = "state", _("It came in as a draft: on the old site it was “%(text)s”.")
    SHORTCODE_UNKNOWN = "shortcode unknown", _("Unknown shortcode, kept as text: [%(text)s]")
    EMBED_UNKNOWN = "embed unknown", _("Something of a place we do not know was embedded: %(text)s")
    BLOCK_UNKNOWN = "block unknown", _("Part of the page has no equal here and was left out: %(text)s")
    FIELD_CUT = "field cut", _("A text was too long and was cut: %(text)s characters")
    FIELD_LEFT = "field left", _("A field leads nowhere: %(text)s")
    LINE_ABOVE = "line above", _("Running text above the headline, not imported: %(text)s")
    LINE_BELOW = "line below", _("Below the story, not recognised, not imported: %(text)s")
    SHORT_LINES_AT_END = (
        "short lines at end",
        _("The body ends with %(text)s short lines that may belong to a list. They are in the article."),
    )
    TYPE_UNKNOWN = "type unknown", _("It came in as a draft: the old site called it “%(text)s”.")
    STICKY = "sticky", _("It was pinned to the old front page.")
    TOO_DEEP = "too deep", _("The mark-up was nested too deeply; its text alone came in.")
    TOO_LONG = "too long", _("The text was too long and was cut after %(text)s characters.")


class Note(TextChoices):
    """What happened on the way in, which the source could not know."""

    SECTION_REFUSED = "section refused", _("This section cannot be made: %(text)s")
    EDITION_UNKNOWN = "edition unknown", _("There is no edition “%(text)s”; the article has none.")
    EDITION_OPEN = "edition open", _("The page does not say which country it is about; the article has no edition.")
    ADDRESS_TAKEN = "address taken", _("Another article has this address already; this one ends with “%(text)s”.")
    HOUR_UNKNOWN = "hour unknown", _("The page gives the day but no hour; noon was written.")
    EDITED_SINCE = "edited since", _("The newsroom has edited it since; its version stays.")
    WITHDRAWN = "withdrawn", _("The newsroom has withdrawn it since; it stays withdrawn.")
    OTHER_CAPTURE = "other capture", _("The same story came in from “%(text)s”.")


@dataclass(frozen=True)
class PictureAt:
    """A picture by its address: an absolute URL, or a path beside the source."""

    address: str
    description: str = ""  # what it shows, for those who do not see it
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class FileAt:
    """A sound, a film or a PDF by its address."""

    address: str
    title: str = ""

    @property
    def extension(self) -> str:
        """Return the end of its name in small letters: `mp3`."""
        name = self.address.partition("?")[0].partition("#")[0].rpartition("/")[2]
        return name.rpartition(".")[2].lower()


@dataclass
class KnownFiles:
    """Which files of the old site are in, by their old addresses, and why the others are not."""

    pictures: dict[str, int] = field(default_factory=dict)  # numbers of Picture
    descriptions: dict[str, str] = field(default_factory=dict)  # of the pictures, as they are kept
    media: dict[str, int] = field(default_factory=dict)  # numbers of MediaFile
    reasons: dict[str, str] = field(default_factory=dict)

    def has(self, wanted: PictureAt | FileAt) -> bool:
        """Tell whether a file is in."""
        return wanted.address in (self.pictures if isinstance(wanted, PictureAt) else self.media)


# --- what a body is made of: each becomes a block of content.blocks.ArticleBody


@dataclass(frozen=True)
class Text:
    """Clean HTML: paragraphs, headings of the levels 2 and 3, lists, bold, italic, superscript, links."""

    html: str


@dataclass(frozen=True)
class Image:
    picture: PictureAt


@dataclass(frozen=True)
class Gallery:
    pictures: tuple[PictureAt, ...]
    title: str = ""


@dataclass(frozen=True)
class Quotation:
    text: str
    attribution: str = ""


@dataclass(frozen=True)
class FactBox:
    title: str
    html: str


@dataclass(frozen=True)
class Embed:
    """Something elsewhere: a film, a post, a player."""

    url: str
    title: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells, each clean HTML in one line. `has_head` when the first row names the columns."""

    rows: tuple[tuple[str, ...], ...]
    has_head: bool = False
    caption: str = ""


@dataclass(frozen=True)
class Media:
    """A sound or a film in a file of the old site."""

    kind: str  # audio, video
    address: str
    title: str = ""
    poster: PictureAt | None = None

    @property
    def file(self) -> FileAt:
        return FileAt(self.address, self.title)


Block = Text | Image | Gallery | Quotation | FactBox | Embed | Table | Media


def with_pictures(block: Block, change: Callable[[PictureAt], PictureAt]) -> Block:
    """Return a block with its pictures changed; a block without any is the same."""
    match block:
        case Image(picture):
            return Image(change(picture))
        case Gallery(pictures):
            return replace(block, pictures=tuple(map(change, pictures)))
    return block


class RemarkState(TextChoices):
    """What had become of a comment."""

    PUBLISHED = "published"
    WAITING = "waiting"
    SPAM = "spam"
    TRASH = "trash"


@dataclass(frozen=True)
class Remark:
    """A reader's comment. `key` names it within its story; `parent` is the key of the one it answers, or empty."""

    key: str
    name: str
    text: str
    at: Moment | None = None
    parent: str = ""
    email: str = ""
    state: RemarkState = RemarkState.PUBLISHED


@dataclass(frozen=True)
class Story:
    """One article as its source tells it. `key` names it there, and is the same whenever the source is read."""

    key: str
    headline: str
    blocks: tuple[Block, ...] = ()
    address: str = ""  # where it stood
    other_addresses: tuple[str, ...] = ()  # which lead to it as well
    slug: str = ""
    kicker: str = ""
    standfirst: str = ""
    place: str = ""
    description: str = ""  # for search engines
    language: str = ""
    bylines: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # from the desk down
    country: str = ""
    other_countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    lead: PictureAt | None = None
    published: Moment | None = None
    updated: Moment | None = None  # that readers are told of
    saved: Moment | None = None  # for the last time, which nobody is told of
    is_standing: bool = False  # a page beside the news: About, Contact
    state: State = State.LIVE
    remarks: tuple[Remark, ...] = ()
    comments_closed: bool = False
    repairs: Mapping[Repair, int] = field(default_factory=dict)
    doubts: tuple[tuple[Doubt, str], ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)  # what the page's template wrote, by its kind

    @property
    def pictures(self) -> list[PictureAt]:
        """Return every picture that the story shows, each once, the lead image first."""
        shown = [self.lead] if self.lead else []
        for block in self.blocks:
            match block:
                case Image(picture) | Media(poster=PictureAt() as picture):
                    shown.append(picture)
                case Gallery(pictures):
                    shown += pictures
        return list({picture.address: picture for picture in shown if picture.address}.values())

    @property
    def digest(self) -> str:
        """Return what tells duplicates: a digest of the headline and the words; nothing for a story without words."""
        words = [block.html for block in self.blocks if isinstance(block, Text | FactBox)]
        words += [block.text for block in self.blocks if isinstance(block, Quotation)]
        said = fold(unescape(_TAG.sub(" ", " ".join(words))))
        return sha256(f"{fold(self.headline)}\n{said}".encode("utf-8", "backslashreplace")).hexdigest() if said else ""
