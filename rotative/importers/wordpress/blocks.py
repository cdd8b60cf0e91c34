"""Blocks of WordPress's editor whose words stand elsewhere: in another item, a field, an attribute."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

_PIECES: Final = re.compile(r"(?<=-->)|(?=<!-- /?wp:)")
_COMMENT: Final = re.compile(
    r"<!-- (?P<end>/)?wp:(?P<name>[a-z0-9/_-]+)(?:\s*+(?P<said>\{.*\}))?\s*+(?P<alone>/)?-->", re.DOTALL
)
_TAG: Final = re.compile(r"<[^<>]*>")
_WORD: Final = re.compile(r"\w+")
_SENTENCE: Final = re.compile(r"\w[^\w\s]*\s+[^\w\s]*\w")  # two words: what a machine reads is one
# An attribute with one of these words in its name, such as `titleFont`, is for the look.
_OF_THE_LOOK: Final = frozenset(
    {"animation", "class", "css", "font", "gradient", "layout", "margin", "metadata", "padding", "placeholder", "query"}
    | {"shadow", "style", "styles", "transition", "typography"}
)
_WORDS_OF_NAME: Final = re.compile(r"[A-Z]?[a-z]+")
_MEASURE: Final = re.compile(r"(?:[-+.]?\d\S*|auto|inherit)(?:\s+|\Z)")
_FUNCTION: Final = re.compile(r"\b(?:rgba?|hsla?|var|calc|(?:linear|radial|conic)-gradient)\(")
_OF_WORDPRESS: Final = frozenset({"core", "core-embed"})
_MOST: Final = 200  # blocks that come from elsewhere, in one body
_DEEPEST: Final = 5
_MOST_OPEN: Final = 50
# How much is compared for one body: characters of a block, times its sentences and what it takes to prepare them.
_MOST_COMPARED: Final = 200_000_000
_PREPARED_LIKE: Final = 40  # sentences


@dataclass(frozen=True)
class _Opened:
    """A block of a plug-in whose end has not come: where its inner HTML begins, and what its attributes say."""

    name: str
    start: int
    sentences: list[str]


@dataclass
class Elsewhere:
    """Where the words of a body's blocks are. `left` names blocks whose words nothing here shows, with the words."""

    reusable: Mapping[int, str]
    footnotes: str = ""  # the field, as JSON
    left: list[str] = field(default_factory=list)
    _inlined: int = 0
    _compared: int = 0

    def inline(self, html: str, depth: int = 0) -> str:
        """Return a body with the words of its blocks in their places."""
        parts: list[str] = []
        opened: list[_Opened] = []
        for piece in _PIECES.split(html):
            comment = _COMMENT.fullmatch(piece)
            if comment and comment["alone"]:
                parts.append(self._shown(comment["name"], _read(comment["said"]), depth))
                continue
            parts.append(piece)
            if comment:
                self._follow(comment, parts, opened)
        self._close(opened, 0, parts)
        return "".join(parts)

    def _follow(self, comment: "re.Match[str]", parts: list[str], opened: list[_Opened]) -> None:
        """Note that a block of a plug-in begins or ends; WordPress's own keep in their attributes how they look."""
        name = comment["name"]
        if comment["end"]:
            places = [place for place, block in enumerate(opened) if block.name == name]
            if places:
                self._close(opened, places[-1], parts)
        elif "/" in name and name.partition("/")[0] not in _OF_WORDPRESS:
            block = _Opened(name, len(parts), list(_sentences(_read(comment["said"]))))
            if len(opened) < _MOST_OPEN:
                opened.append(block)
            else:
                self._leave(name, block.sentences)

    def _close(self, opened: list[_Opened], first: int, parts: list[str]) -> None:
        """End the blocks from the first one on: what their attributes say and their inner HTML does not is left."""
        for block in opened[first:]:
            self._leave(block.name, self._missing(block.sentences, "".join(parts[block.start :])))
        del opened[first:]

    def _missing(self, sentences: list[str], html: str) -> list[str]:
        """Return the sentences that readers do not find in a block: neither in its text nor as an alternative text."""
        self._compared += len(html) * (len(sentences) + _PREPARED_LIKE) if sentences else 0
        if not sentences or self._compared > _MOST_COMPARED:
            return sentences
        inner = _without_comments(html)
        texts = (_words(_TAG.sub(" ", inner)), _words(inner))
        return [one for one in sentences if not any(_words(one) in text for text in texts)]

    def _leave(self, name: str, sentences: list[str]) -> None:
        if sentences:
            self.left.append(f"{name}: {' · '.join(sentences)}")

    def _shown(self, name: str, said: Any, depth: int) -> str:
        if name in {"block", "core/block"}:
            number = said.get("ref") if isinstance(said, dict) else None
            if isinstance(number, int) and number in self.reusable and depth < _DEEPEST and self._inlined < _MOST:
                self._inlined += 1
                return self.inline(self.reusable[number], depth + 1)
            self.left.append(f"{name} {number}")
        elif name in {"footnotes", "core/footnotes"}:
            notes = [note.get("content", "") for note in _read(self.footnotes) if isinstance(note, dict)]
            return f"<ol>{''.join(f'<li>{note}</li>' for note in notes)}</ol>"
        else:
            self._leave(name, list(_sentences(said)))
        return ""


def _read(said: str | None) -> Any:
    try:
        return json.loads(said or "{}")
    except (ValueError, RecursionError):
        return {}


def _sentences(said: Any) -> Iterator[str]:
    """Yield what is written for readers in the attributes of a block."""
    waiting = [said]  # a stack: what is nested deeply shall not be handed up through each level
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += reversed([inner for name, inner in value.items() if not _is_of_the_look(name)])
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, str) and _is_sentence(text := " ".join(_TAG.sub(" ", value).split())):
            yield text


def _is_of_the_look(name: str) -> bool:
    return not _OF_THE_LOOK.isdisjoint(word.lower() for word in _WORDS_OF_NAME.findall(name))


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE.search(text) and not _FUNCTION.search(text) and _MEASURE.sub("", text))


def _without_comments(html: str) -> str:
    first, *rest = html.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in rest)


def _words(html: str) -> str:
    """Return the words of a text, to be compared: without its marks, and whole ones only."""
    return f" {' '.join(_WORD.findall(unescape(html).casefold()))} "
