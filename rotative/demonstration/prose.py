"""Make French articles out of phrases: plausible enough to look at, plain enough to make a hundred thousand of them.

What is made depends on the random numbers given and on nothing else, so that two machines measure the same paper.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd
from pathlib import Path
from random import Random
from typing import Any

SHORTEST, LONGEST = 250, 820  # words of a body, give or take a paragraph
MOST_BLOCKS = 3
WORDS_OF_PARAGRAPH = 70
DEFAULT_THEME = "news-infos"
DEFAULT_EDITION = "benin"
VOWELS = frozenset("AEÉIOUY")

Names = Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """The words of one article. `blocks` are the HTML of its text blocks."""

    kicker: str
    headline: str
    standfirst: str
    place: str
    caption: str
    blocks: list[str]


def compose(chance: Random, theme: str, edition: str) -> Story:
    """Write one article. `theme` is the slug of a desk and `edition` that of a country; unknown ones take the first."""
    phrases = _phrases(theme)
    names = _names(chance, phrases, edition)
    say = phrases.say
    return Story(
        kicker=say("kickers", chance, names),
        headline=_as_headline(say("headlines", chance, names)),
        standfirst=say("standfirsts", chance, names),
        place=names["place"],
        caption=say("captions", chance, names),
        blocks=_write_blocks(chance, phrases, names),
    )


def topics_of(theme: str) -> list[str]:
    """Return the names of the subjects that articles of a desk share."""
    return list(_read()["themes"].get(theme, _read()["themes"][DEFAULT_THEME])["topics"])


def authors() -> list[tuple[str, str]]:
    """Return (name, role) of those who sign."""
    roles = _read()["roles"]
    return [(name, roles[number % len(roles)]) for number, name in enumerate(_read()["authors"])]


def guest(chance: Random) -> str:
    """Return the name of somebody who signs once, with what makes them worth hearing."""
    return f"{_person(chance)}, {pick(chance, _read()['guest_roles'])}"


def pick(chance: Random, choices: Sequence[Any]) -> Any:
    """Return one of `choices`. Random.choice promises no stable result between versions of Python; random() does."""
    return choices[int(chance.random() * len(choices))]


# --- the text


def _write_blocks(chance: Random, phrases: "_Phrases", names: Names) -> list[str]:
    wanted = SHORTEST + int(chance.random() ** 2 * (LONGEST - SHORTEST))
    sentences = _Shuffled(chance, phrases.count("sentences"))
    quotations = _Shuffled(chance, phrases.count("quotations"))

    def say_next() -> str:
        if chance.random() < 0.2:
            return phrases.say_at("quotations", next(quotations), chance, names)
        return phrases.say_at("sentences", next(sentences), chance, names)

    paragraphs = [f"<p>{phrases.say('openings', chance, names)} {say_next()}</p>"]
    words = _count_words(paragraphs[0])
    while words < wanted - WORDS_OF_PARAGRAPH // 2:
        paragraph = _write_paragraph(say_next)
        words += _count_words(paragraph)
        if len(paragraphs) > 2 and chance.random() < 0.22:
            paragraph = f"<h2>{phrases.say('subheads', chance, names)}</h2>{paragraph}"
        paragraphs.append(paragraph)
    paragraphs.append(f"<p>{phrases.say('closings', chance, names)}</p>")
    size = -(-len(paragraphs) // (1 + int(chance.random() * MOST_BLOCKS)))
    return ["".join(paragraphs[start : start + size]) for start in range(0, len(paragraphs), size)]


def _write_paragraph(say_next: Callable[[], str]) -> str:
    parts: list[str] = []
    words = 0
    while words < WORDS_OF_PARAGRAPH:
        parts.append(say_next())
        words += _count_words(parts[-1])
    return f"<p>{' '.join(parts)}</p>"


class _Shuffled:
    """Yields every number below `count` once before it begins again."""

    def __init__(self, chance: Random, count: int) -> None:
        self.count, self.stride = count, pick(chance, _strides(count))
        self.place = int(chance.random() * count)

    def __next__(self) -> int:
        self.place = (self.place + self.stride) % self.count
        return self.place


def _count_words(text: str) -> int:
    return text.count(" ") + 1


def _as_headline(text: str) -> str:
    return text[0].upper() + text[1:]


def _person(chance: Random) -> str:
    return f"{pick(chance, _read()['first_names'])} {pick(chance, _read()['last_names'])}"


def _names(chance: Random, phrases: "_Phrases", edition: str) -> dict[str, str]:
    """Choose what stays the same throughout one article."""
    places = _read()["places"]
    here = places.get(edition, places[DEFAULT_EDITION])
    first = int(chance.random() * len(here))
    place, elsewhere = here[first], here[(first + 1 + int(chance.random() * (len(here) - 1))) % len(here)]
    names = {"place": place, "of_place": _of(place), "elsewhere": elsewhere, "of_elsewhere": _of(elsewhere)}
    for key in ("actor", "group", "thing"):
        names[key] = pick(chance, phrases.words[key])
        names[key.capitalize()] = _as_headline(names[key])
    names["person"], names["calling"] = _person(chance), pick(chance, phrases.words["trade"])
    return names


def _of(place: str) -> str:
    return f"d'{place}" if place[0] in VOWELS else f"de {place}"


# --- phrases


Part = str | Callable[[Random, Names], str]


class _Phrases:
    """The words of one theme, with those that all share; its templates are taken apart once."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.words = words
        self._templates: dict[str, list[list[Part]]] = {}

    def count(self, key: str) -> int:
        return len(self.words[key])

    def say(self, key: str, chance: Random, names: Names) -> str:
        """Fill in one of the templates at `key`."""
        return self.say_at(key, int(chance.random() * self.count(key)), chance, names)

    def say_at(self, key: str, number: int, chance: Random, names: Names) -> str:
        """Fill in template `number` of those at `key`."""
        if key not in self._templates:
            self._templates[key] = [self._take_apart(text) for text in self.words[key]]
        parts = self._templates[key][number]
        return "".join([part if isinstance(part, str) else part(chance, names) for part in parts])

    def _take_apart(self, template: str) -> list[Part]:
        parts: list[Part] = []
        for piece in template.split("{"):
            slot, closed, rest = piece.partition("}")
            if not closed:
                parts.append(piece)
                continue
            parts.append(self._slot(slot))
            parts.append(rest)
        return [part for part in parts if part]

    def _slot(self, key: str) -> Part:
        choices = self.words.get(key.lower())
        if key == "speaker":
            return lambda chance, names: _person(chance)
        if choices is None or key in FIXED:
            return lambda chance, names: names[key]
        if key[0].isupper():
            capitals = [_as_headline(choice) for choice in choices]
            return lambda chance, names: pick(chance, capitals)
        return lambda chance, names: pick(chance, choices)


# Chosen once an article, though the themes have lists of them.
FIXED = frozenset({"actor", "Actor", "group", "Group", "thing", "Thing"})


@cache
def _strides(count: int) -> list[int]:
    return [stride for stride in range(1, count) if gcd(stride, count) == 1]


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))


@cache
def _phrases(theme: str) -> _Phrases:
    shared, themes = _read(), _read()["themes"]
    own = themes.get(theme, themes[DEFAULT_THEME])
    return _Phrases({**shared, **own, "sentences": [*shared["sentences"], *own["sentences"]]})
