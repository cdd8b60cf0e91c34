"""What each item of a batch is on its way in: recognised, placed, given a body, written, accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rotative.content.models import Author, Edition, Section, Topic
from rotative.importers.filing.sources import SourceItem
from rotative.importers.models import ImportedItem, Outcome
from rotative.importers.story.stories import Note, Story

Notes = list[tuple[Note, str]]


@dataclass
class PlacedStory:
    """A story, and what of the paper it belongs to."""

    story: Story
    trail: Sequence[str]  # of sections, and the country, as the source names them
    country: str
    section: Section | None  # None for a standing page
    edition: Edition | None
    other_editions: Sequence[Edition]
    topics: Sequence[Topic]
    bylines: Sequence[tuple[Author | None, str]]  # an author, or a guest by name
    old_paths: Sequence[str]
    body: list[dict[str, Any]] = field(default_factory=list)
    lead_image_id: int | None = None


@dataclass
class BatchItem:
    """An item, and what each step has said of it."""

    item: SourceItem
    outcome: Outcome
    reason: str = ""
    imported: ImportedItem | None = None  # what came in of it, now or before
    old_paths: Sequence[str] = ()
    notes: Notes = field(default_factory=Notes)
    placed: PlacedStory | None = None  # if it is to be written
    comments: int | None = None  # written with it, if it is new
