"""Categories of the old site, and what each becomes here: a section, an edition, a topic, or nothing.

The first guess is made of names alone and shown before anything is written; an editor changes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rotative.importers.boilerplate.vocabulary import COUNTRIES, key_of

_NO_CATEGORY: Final = frozenset({"uncategorized", "non classe", "non categorise", "sans categorie", "uncategorised"})
# What a theme's front page was made of, and no reader looks for.
_LAYOUT: Final = frozenset(
    {
        *("a la une", "une", "a la une 1", "a la une 2", "featured", "slider", "slide", "breaking news", "top news"),
        *("headline", "headlines", "carousel", "carrousel", "home", "accueil", "hot", "trending", "editor s choice"),
    }
)


class Becomes(TextChoices):
    SECTION = "section", _("section")
    EDITION = "edition", _("edition")
    TOPIC = "topic", _("topic")
    NOTHING = "nothing", _("nothing")


@dataclass(frozen=True)
class Category:
    """A category of the old site."""

    slug: str
    name: str
    parent: str = ""
    number: int | None = None
    description: str = ""


@dataclass(frozen=True)
class Target:
    """What a category becomes. `trail` are the titles of a section, of one or two levels; of others one name."""

    becomes: Becomes
    trail: tuple[str, ...] = ()


def guess(categories: Mapping[str, Category]) -> dict[str, Target]:
    """Return what each category becomes unless an editor says otherwise, by its slug."""
    return {slug: _guess_one(category, categories) for slug, category in categories.items()}


def _guess_one(category: Category, categories: Mapping[str, Category]) -> Target:
    key = key_of(category.name)
    if key in COUNTRIES:
        return Target(Becomes.EDITION, (category.name,))
    if key in _NO_CATEGORY or key_of(category.slug.replace("-", " ")) in _NO_CATEGORY or key in _LAYOUT:
        return Target(Becomes.NOTHING)
    higher = [each for each in above(category, categories) if key_of(each.name) not in COUNTRIES]
    # Two levels are what a paper has: of a deeper category its desk and itself.
    trail = (higher[-1].name, category.name) if higher else (category.name,)
    return Target(Becomes.SECTION, trail)


def above(category: Category, categories: Mapping[str, Category]) -> list[Category]:
    """Return the categories above one, the nearest first; a circle ends."""
    found: list[Category] = []
    seen = {category.slug}
    parent = categories.get(category.parent)
    while parent is not None and parent.slug not in seen:
        found.append(parent)
        seen.add(parent.slug)
        parent = categories.get(parent.parent)
    return found


@dataclass(frozen=True)
class Filed:
    """Where an item with certain categories belongs."""

    sections: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def file_under(slugs: Iterable[str], targets: Mapping[str, Target], primary: str = "") -> Filed:
    """Return where an item with these categories goes. Of several sections the primary one counts, else the deepest
    of the first; the others become topics, so that none is forgotten.
    """
    found = [targets[slug] for slug in sorted(slugs, key=lambda slug: slug != primary) if slug in targets]
    sections = [target.trail for target in found if target.becomes is Becomes.SECTION]
    chosen: tuple[str, ...] = ()
    if sections:
        first = sections[0]
        below = [trail for trail in sections if len(trail) == 2 and trail[0] == first[0]]
        chosen = first if len(first) == 2 or not below else below[0]
    others = [trail[-1] for trail in sections if trail != chosen and trail[-1] not in chosen]
    topics = [target.trail[-1] for target in found if target.becomes is Becomes.TOPIC]
    countries = [target.trail[-1] for target in found if target.becomes is Becomes.EDITION]
    return Filed(chosen, tuple(dict.fromkeys(countries)), tuple(dict.fromkeys([*topics, *others])))
