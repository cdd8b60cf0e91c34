"""Blocks of WordPress's editor whose words stand elsewhere: in another item, a field, an attribute."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_OPENING: Final = "<!-- wp:"
_ALONE: Final = re.compile(r"<!-- wp:([a-z0-9/_-]+)\s*(\{.*\})?\s*/-->", re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]*>")
_SENTENCE: Final = re.compile(r"\w[^\w\s]*\s+[^\w\s]*\w")  # two words: what a machine reads is one
_OF_THE_LOOK: Final = frozenset({"className", "style", "layout", "metadata", "placeholder", "fontFamily", "query"})
_MOST: Final = 200  # blocks that come from elsewhere, in one body
_DEEPEST: Final = 5


@dataclass
class Elsewhere:
    """Where the words of a body's blocks are. `left` names blocks whose words nothing here shows, with the words."""

    reusable: Mapping[int, str]
    footnotes: str = ""  # the field, as JSON
    left: list[str] = field(default_factory=list)
    _inlined: int = 0

    def inline(self, html: str, depth: int = 0) -> str:
        """Return a body with the words of its blocks in their places."""
        parts, at = [], 0
        while (start := html.find(_OPENING, at)) >= 0 and (end := html.find("-->", start)) >= 0:
            comment = html[start : end + 3]
            found = _ALONE.fullmatch(comment)
            parts += [html[at:start], self._shown(found[1], _read(found[2]), depth) if found else comment]
            at = end + 3
        return "".join([*parts, html[at:]])

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
        elif words := list(_sentences(said)):
            self.left.append(f"{name}: {' · '.join(words)}")
        return ""


def _read(said: str | None) -> Any:
    try:
        return json.loads(said or "{}")
    except (ValueError, RecursionError):
        return {}


def _sentences(said: Any) -> Iterator[str]:
    """Yield what is written for readers in the attributes of a block."""
    if isinstance(said, dict):
        for name, value in said.items():
            if name not in _OF_THE_LOOK:
                yield from _sentences(value)
    elif isinstance(said, list):
        for value in said:
            yield from _sentences(value)
    elif isinstance(said, str) and _SENTENCE.search(text := " ".join(_TAG.sub(" ", said).split())):
        yield text
