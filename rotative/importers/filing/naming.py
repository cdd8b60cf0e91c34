"""Get or create what a source names: sections, editions, topics, authors; and place its stories among them.

What is made is noted, for the undo.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rotative.content import actions
from rotative.content.models import Author, Edition, Home, Section, Topic
from rotative.content.slugs import slug_from, slugs_from
from rotative.importers.boilerplate.vocabulary import key_of
from rotative.importers.filing.batch_items import BatchItem, Notes, PlacedStory
from rotative.importers.filing.sources import Manners, NamedTerm
from rotative.importers.models import ImportJob, Made, Outcome
from rotative.importers.story.stories import Note, State, Story

UNFILED = "À classer"  # the title of a section that readers may see, in the paper's language
LONGEST_NAME = 100
Named = TypeVar("Named", Topic, Author)


def find_edition(name: str) -> Edition | None:
    """Return the edition of a country, by its title or its address."""
    key = key_of(name)
    return next((each for each in Edition.objects.order_by("path") if key in {key_of(each.title), each.slug}), None)


@dataclass
class Names:
    """What names stand for, remembered while a job goes on. Nothing here is shared between transactions that fail."""

    job: ImportJob
    sections: dict[tuple[str, ...], Section] = field(default_factory=dict)
    editions: dict[str, Edition | None] = field(default_factory=dict)
    topics: dict[str, Topic | None] = field(default_factory=dict)
    authors: dict[str, Author | None] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    refused: dict[tuple[str, ...], str] = field(default_factory=dict)  # trails that are no sections, and why

    def section(self, trail: Sequence[str]) -> Section:
        """Return the section at the end of a trail; the one for what is not filed yet when it cannot be made."""
        titles = titles_of(trail)
        if titles not in self.sections:
            self.sections[titles] = self._find_or_make_section(titles)
        return self.sections[titles]

    def _find_or_make_section(self, titles: tuple[str, ...]) -> Section:
        try:
            with transaction.atomic():
                if not all(map(slug_from, titles)):
                    raise ValidationError(_("no address can be made of it"))
                section, made = actions.find_or_make_section(titles)
        except ValidationError as error:
            if titles == (UNFILED,):
                raise
            self.refused[titles] = f"{' › '.join(titles)}: {' '.join(error.messages)}"
            return self.section(())
        for each in made:
            self.note(each)
        return section

    def edition(self, name: str, *, make: bool) -> Edition | None:
        """Return the edition of a country, or None for one that the paper has not and that is not to be made."""
        key = key_of(name)
        if not key:
            return None
        # That there is none is remembered too: most sections are asked for here.
        if key not in self.editions or (make and self.editions[key] is None):
            edition = find_edition(name)
            if edition is None and make and (slug := slug_from(name)):
                edition = self._make_edition(name, slug)
            self.editions[key] = edition
        return self.editions[key]

    def is_edition(self, title: str) -> bool:
        """Tell whether a title is that of an edition and of no section."""
        key = key_of(title)
        return self.edition(title, make=False) is not None and not any(
            key_of(name) == key for name in Section.objects.values_list("title", flat=True)
        )

    def _make_edition(self, name: str, slug: str) -> Edition | None:
        try:
            with transaction.atomic():
                edition = Home.objects.get().add_child(instance=Edition(title=name, slug=slug))
                edition.save_revision().publish()
        except ValidationError:  # a section has this address
            return None
        self.note(edition)
        return Edition.objects.get(pk=edition.pk)

    def term(self, kind: str, names: Sequence[str], *, make: bool) -> Section | Edition | Topic | Author | None:
        """Return what a source names by kind and name."""
        match kind:
            case "section":
                return self.section(names)
            case "edition":
                return self.edition(names[0], make=make)
            case "topic":
                return self.topic(names[0])
            case _:
                return self.author(names[0], make=make)

    def topic(self, name: str) -> Topic | None:
        """Return a topic by its name, whatever its accents; None for a name that gives no address."""
        return self._named(Topic, self.topics, name, make=True)

    def author(self, name: str, *, make: bool) -> Author | None:
        """Return an author by name; None for a guest."""
        return self._named(Author, self.authors, name, make=make)

    def _named(self, model: type[Named], known: dict[str, Named | None], name: str, *, make: bool) -> Named | None:
        name = " ".join(name.split())[:LONGEST_NAME]
        slug = slug_from(name)[:LONGEST_NAME].strip("-")
        if not slug:
            return None
        if slug not in known or (make and known[slug] is None):
            one = model.objects.filter(Q(slug__in=[slug, *slugs_from(name)]) | Q(name=name)).order_by("pk").first()
            if one is None and make:
                one = model.objects.create(name=name, slug=slug)
                self.note(one)
            known[slug] = one
        return known[slug]

    def note(self, made: Any) -> None:
        """Write down that the job made something."""
        Made.objects.get_or_create(job=self.job, kind=made._meta.model_name, number=made.pk)
        self.made.append(f"{made._meta.model_name}:{made.pk}")


def settle(names: Names, batch: Sequence[BatchItem], manners: Manners) -> None:
    """Make what the items of a batch name, and place the stories that are to be written."""
    for one in batch:
        if one.item.term:
            one.outcome = _declare(names, one.item.term)
        elif one.item.story and one.outcome in (Outcome.IMPORTED, Outcome.CHANGED):
            one.placed = _place(names, one.item.story, one.old_paths, manners)
            one.notes += [] if one.imported else _notes_on(one.placed, names, manners)


def _declare(names: Names, declared: NamedTerm) -> Outcome:
    """Make what a source names, unless it is here."""
    before = len(names.made)
    term = names.term(declared.kind, declared.names, make=True)
    if len(names.made) == before:
        return Outcome.UNCHANGED
    if isinstance(term, Section | Topic) and declared.description:
        term.description = declared.description
        term.save()
    return Outcome.IMPORTED


def _place(names: Names, story: Story, old_paths: Sequence[str], manners: Manners) -> PlacedStory:
    # A breadcrumb may lead through a country: that is an edition, not a section.
    lands = [title for title in story.sections if names.is_edition(title)]
    trail = [title for title in story.sections if title not in lands]
    country = manners.country or story.country or (lands[0] if lands else "")
    edition = names.edition(country, make=manners.makes_editions) if country else None
    others = [names.edition(name, make=manners.makes_editions) for name in story.other_countries]
    bylines = []
    for name in story.bylines:
        author = names.author(name, make=manners.makes_authors)
        bylines.append((author, "") if author else (None, name[:160]))
    topics = {topic.pk: topic for topic in map(names.topic, story.topics) if topic}
    return PlacedStory(
        story=replace(story, state=State.DRAFT) if manners.makes_drafts else story,
        trail=trail,
        country=country,
        section=None if story.is_standing else names.section(trail),
        edition=edition,
        other_editions=list({other.pk: other for other in others if other and other != edition}.values()),
        topics=list(topics.values()),
        bylines=_each_once(bylines),
        old_paths=old_paths,
    )


def _notes_on(placed: PlacedStory, names: Names, manners: Manners) -> Notes:
    """Say what could not be filed as the source has it."""
    story, notes = placed.story, Notes()
    if placed.section and (refused := names.refused.get(titles_of(placed.trail))):
        notes.append((Note.SECTION_REFUSED, refused))
    if placed.country and placed.edition is None:
        notes.append((Note.EDITION_UNKNOWN, placed.country))
    elif placed.edition is None and manners.wants_edition:
        notes.append((Note.EDITION_OPEN, ""))
    if story.published and story.published.at is None:
        notes.append((Note.HOUR_UNKNOWN, ""))
    return notes


def _each_once(bylines: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    return list({(author.pk if author else 0, guest): (author, guest) for author, guest in bylines}.values())


def titles_of(trail: Sequence[str]) -> tuple[str, ...]:
    """Return the titles of a section and its desk, as a trail of any length names them."""
    return tuple(title.strip()[:255] for title in trail[:2] if title.strip()) or (UNFILED,)
