"""Dry run: read a whole source as an import would, write nothing, and say what would happen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from rotative.addresses import parts_of
from rotative.importers.filing.recognition import known_items, outcome_of
from rotative.importers.filing.sources import SourceItem
from rotative.importers.models import FetchedFile, ImportedItem
from rotative.importers.story.stories import Doubt, PictureAt, Story
from rotative.progress import Tell, say_nothing

BATCH = 200


@dataclass
class Plan:
    """What an import would do."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)
    authors: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    repairs: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    shortcodes: Counter[str] = field(default_factory=Counter)
    comments: int = 0
    pictures: int = 0
    pictures_here: int = 0
    picture_hosts: Counter[str] = field(default_factory=Counter)
    doubled: int = 0


def plan(site: str, arrivals: Iterable[SourceItem], total: int, tell: Tell = say_nothing, label: str = "") -> Plan:
    """Return what an import of `arrivals` would do."""
    made, seen, pictures = Plan(), set[str](), set[str]()
    rest = iter(arrivals)
    while batch := list(islice(rest, BATCH)):
        known = known_items(site, batch)
        for item in batch:
            made.doubled += item.key in seen
            seen.add(item.key)
            _note(made, item, known.get(item.key), pictures)
        tell(label, batch[-1].end, total)
    made.pictures = len(pictures)
    for start in range(0, len(pictures), BATCH):
        some = sorted(pictures)[start : start + BATCH]
        made.pictures_here += FetchedFile.objects.filter(address__in=some, picture__isnull=False).count()
    return made


def _note(made: Plan, item: SourceItem, imported: ImportedItem | None, pictures: set[str]) -> None:
    if isinstance(item.upload, PictureAt):
        pictures.add(item.upload.address)
    elif item.story:
        made.outcomes[outcome_of(item, imported)] += 1
        _note_story(made, item.story, pictures)
    elif not (item.term or item.upload):
        made.skipped[item.refusal] += 1


def _note_story(made: Plan, story: Story, pictures: set[str]) -> None:
    made.states[story.state.value] += 1
    made.sections["" if story.is_standing else " › ".join(story.sections)] += 1
    made.authors.update(story.bylines)
    made.topics.update(story.topics)
    made.repairs.update({repair.value: count for repair, count in story.repairs.items()})
    made.doubts.update(doubt.value for doubt, _text in story.doubts)
    made.shortcodes.update(text for doubt, text in story.doubts if doubt is Doubt.SHORTCODE_UNKNOWN)
    made.left_out.update(story.left_out)
    made.comments += len(story.remarks)
    for picture in story.pictures:
        if picture.address not in pictures:
            pictures.add(picture.address)
            made.picture_hosts[parts_of(picture.address).netloc] += 1
