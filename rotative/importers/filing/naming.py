"""Get or create what a source names: sections, editions, topics, authors. What is made is noted, for the undo."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rotative.content import actions
from rotative.content.models import Author, Edition, Home, Section, Topic
from rotative.content.slugs import slug_from, slugs_from
from rotative.importers.boilerplate.vocabulary import key_of
from rotative.importers.models import ImportJob, Made

UNFILED = "À classer"  # the title of a section that readers may see, in the paper's language
LONGEST_NAME = 100


@dataclass
class Names:
    """What names stand for, remembered while a job goes on. Nothing here is shared between transactions that fail."""

    job: ImportJob
    sections: dict[tuple[str, ...], Section] = field(default_factory=dict)
    editions: dict[str, Edition | None] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
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
        before = set(Section.objects.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                if not all(slug_from(title) for title in titles):
                    raise ValidationError(_("no address can be made of it"))
                section, _made = actions.find_or_make_section(_as_the_paper_writes(titles))
        except ValidationError as error:
            if titles == (UNFILED,):
                raise
            self.refused[titles] = f"{' › '.join(titles)}: {' '.join(error.messages)}"
            return self.section(())
        for made in Section.objects.exclude(pk__in=before):
            self.note(made)
        return section

    def edition(self, name: str, *, make: bool) -> Edition | None:
        """Return the edition of a country, or None for one that the paper has not and that is not to be made."""
        key = key_of(name)
        if not key:
            return None
        # That there is none is remembered too: most sections are asked for here.
        if key not in self.editions or (make and self.editions[key] is None):
            edition = next(
                (each for each in Edition.objects.order_by("path") if key in {key_of(each.title), each.slug}), None
            )
            if edition is None and make and slug_from(name):
                edition = self._make_edition(name)
            self.editions[key] = edition
        return self.editions[key]

    def is_edition(self, title: str) -> bool:
        """Tell whether a title is that of an edition and of no section."""
        key = key_of(title)
        return self.edition(title, make=False) is not None and not any(
            key_of(name) == key for name in Section.objects.values_list("title", flat=True)
        )

    def _make_edition(self, name: str) -> Edition | None:
        try:
            with transaction.atomic():
                edition = Home.objects.get().add_child(instance=Edition(title=name, slug=slug_from(name)))
                edition.save_revision().publish()
        except ValidationError:  # a section has this address
            return None
        self.note(edition)
        return Edition.objects.get(pk=edition.pk)

    def topic(self, name: str, description: str = "") -> Topic | None:
        """Return a topic by its name, whatever its accents; None for a name that gives no address."""
        name = " ".join(name.split())[:LONGEST_NAME]
        slug = slug_from(name)[:LONGEST_NAME].strip("-")
        if not slug:
            return None
        if slug not in self.topics:
            topic = Topic.objects.filter(Q(slug__in=[slug, *slugs_from(name)]) | Q(name=name)).order_by("pk").first()
            if topic is None:
                topic = Topic.objects.create(name=name, slug=slug, description=description)
                self.note(topic)
            self.topics[slug] = topic
        return self.topics[slug]

    def author(self, name: str, *, make: bool) -> Author | None:
        """Return an author by name; None for a guest."""
        name = " ".join(name.split())[:LONGEST_NAME]
        slug = slug_from(name)[:LONGEST_NAME].strip("-")
        if not slug:
            return None
        if slug not in self.authors or (make and self.authors[slug] is None):
            author = Author.objects.filter(Q(slug__in=[slug, *slugs_from(name)]) | Q(name=name)).order_by("pk").first()
            if author is None and make:
                author = Author.objects.create(name=name, slug=slug)
                self.note(author)
            self.authors[slug] = author
        return self.authors[slug]

    def note(self, made: Any) -> None:
        """Write down that the job made something."""
        Made.objects.get_or_create(job=self.job, kind=made._meta.model_name, number=made.pk)
        self.made.append(f"{made._meta.model_name}:{made.pk}")


def titles_of(trail: Sequence[str]) -> tuple[str, ...]:
    """Return the titles of a section and its desk, as a trail of any length names them."""
    return tuple(title.strip()[:255] for title in trail[:2] if title.strip()) or (UNFILED,)


def _as_the_paper_writes(titles: tuple[str, ...]) -> list[str]:
    """Return `titles` with the addresses of the sections that exist in the place of their names.

    find_or_make_section() finds by the address that a name gives; a section may have been given another one.
    """
    written: list[str] = []
    sections = Section.objects.filter(desk=None)
    for title in titles:
        section = next((each for each in sections if key_of(each.title) == key_of(title)), None)
        written.append(section.slug if section else title)
        sections = Section.objects.filter(desk=section) if section else Section.objects.none()
    return written
