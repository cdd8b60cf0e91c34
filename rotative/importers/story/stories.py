"""The common data model of all sources: a story, its pictures, and what readers said of it.

Pure: nothing here knows the database. A reader of some kind of source makes these; `filing` puts them into the paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rotative.importers.boilerplate.moment import Moment as Moment


class State(StrEnum):
    """How a story stood where it comes from."""

    LIVE = "live"
    DRAFT = "draft"
    PENDING = "pending"
    SCHEDULED = "scheduled"
    PRIVATE = "private"
    PASSWORD = "password"  # noqa: S105 (that it had one)
    TRASH = "trash"


class Repair(StrEnum):
    """What was mended on the way; a count says how often."""

    SPACES = "spaces"
    INVISIBLE = "invisible"
    GARBLED = "garbled"
    JOINED = "joined"
    ENCODING = "encoding"
    ENTITIES = "entities"
    MARKUP = "markup"
    UNSAFE = "unsafe"
    SHORTCODES = "shortcodes"
    DATES = "dates"


class Doubt(StrEnum):
    """What an editor should look at."""

    NO_HEADLINE = "no headline"
    NO_BODY = "no body"
    NO_SECTION = "no section"
    TRAIL_NOT_SPLIT = "trail not split"
    LEVELS_DROPPED = "levels dropped"
    NO_DATE = "no date"
    DATES_DIFFER = "dates differ"
    DATE_IMPOSSIBLE = "date impossible"
    DATE_WEEKDAY = "date weekday"
    DATE_DAY_OR_MONTH = "date day or month"
    DATE_IN_FUTURE = "date in future"
    HEADLINE_CUT = "headline cut"
    HEADLINES_DIFFER = "headlines differ"
    STATE = "state"
    SHORTCODE_UNKNOWN = "shortcode unknown"
    EMBED_UNKNOWN = "embed unknown"
    BLOCK_UNKNOWN = "block unknown"
    FIELD_CUT = "field cut"
    FIELD_LEFT = "field left"
    LINE_ABOVE = "line above"
    LINE_BELOW = "line below"
    SHORT_LINES_AT_END = "short lines at end"
    TYPE_UNKNOWN = "type unknown"
    STICKY = "sticky"
    TOO_DEEP = "too deep"
    TOO_LONG = "too long"


class Note(StrEnum):
    """What happened on the way in, which the source could not know."""

    SECTION_REFUSED = "section refused"
    EDITION_UNKNOWN = "edition unknown"
    EDITION_OPEN = "edition open"
    ADDRESS_TAKEN = "address taken"
    HOUR_UNKNOWN = "hour unknown"
    EDITED_SINCE = "edited since"
    WITHDRAWN = "withdrawn"
    OTHER_CAPTURE = "other capture"


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


class RemarkState(StrEnum):
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
