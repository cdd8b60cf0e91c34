"""How well pages and captures are read: `script/bench extraction FOLDER`.

The folder holds pairs: `NAME.html` or `NAME.txt`, and `NAME.json` with what a careful reader would copy from it:
`headline`, `body`, and where known `date` (ISO), `authors` (a list), `section`. Bodies are compared by four-word
shingles as in Zyte's article-extraction-benchmark (https://github.com/scrapinghub/article-extraction-benchmark): the
means of precision and recall over the documents, and F1 of the two means. The other fields count when they are equal,
case and spaces apart. Beside the project's own readers stand the whole text of the page and trafilatura alone.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from rotative.importers.captures.learning import learn
from rotative.importers.captures.reading import read_capture
from rotative.importers.errors import SourceRefusedError
from rotative.importers.pages import read_page
from rotative.importers.pages.texts import text_of_block
from rotative.importers.story import stories

SHINGLE = 4
FIELDS = ("headline", "date", "authors", "section")
_WORD = re.compile(r"\w+")
_SOFT_HYPHEN = "\u00ad"  # which some readers keep within words


@dataclass(frozen=True)
class Answer:
    """What a reader found on one page, or the truth about it. A field that is None is not compared."""

    body: str = ""
    headline: str | None = None
    date: str | None = None
    authors: tuple[str, ...] | None = None
    section: str | None = None


@dataclass
class Score:
    """What one reader reached over all documents so far."""

    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    seconds: float = 0.0

    def add(self, truth: Answer, found: Answer) -> None:
        """Compare one answer with the truth."""
        true_positive, false_positive, false_negative = compare(truth.body, found.body)
        if true_positive + false_positive:
            self.precisions.append(true_positive / (true_positive + false_positive))
        if true_positive + false_negative:
            self.recalls.append(true_positive / (true_positive + false_negative))
        for name in FIELDS:
            if (expected := getattr(truth, name)) is not None:
                self.asked[name] += 1
                self.right[name] += _folded(getattr(found, name)) == _folded(expected)

    @property
    def precision(self) -> float:
        return sum(self.precisions) / max(len(self.precisions), 1)

    @property
    def recall(self) -> float:
        return sum(self.recalls) / max(len(self.recalls), 1)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def compare(truth: str, found: str) -> tuple[int, int, int]:
    """Return how many shingles are in both, only in what was found, and only in the truth."""
    expected, given = shingles(truth), shingles(found)
    both = sum((expected & given).values())
    return both, sum(given.values()) - both, sum(expected.values()) - both


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words, case kept; a text of fewer words is one run."""
    words = _WORD.findall(text.replace(_SOFT_HYPHEN, ""))
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))


def _folded(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split()).casefold()
    return tuple(_folded(one) for one in value) if isinstance(value, (list, tuple)) else value


# --- the readers


Reader = Callable[[bytes], Answer]


def everything(data: bytes) -> Answer:
    """Take the whole text for the body and its first line for the headline."""
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    return Answer(body="\n".join(lines), headline=lines[0] if lines else "")


def all_of_a_page(data: bytes) -> Answer:
    """Take the whole text of an HTML page for the body and its title for the headline."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(data)
    title = tree.css_first("title")
    tree.strip_tags(["script", "style", "noscript", "template"])
    return Answer(
        body=tree.body.text(separator=" ") if tree.body else "", headline=title.text(strip=True) if title else ""
    )


def trafilatura_alone(data: bytes) -> Answer:
    """Take what the extractor gives without our help."""
    import trafilatura

    found = trafilatura.bare_extraction(data, include_comments=False, with_metadata=True)
    if found is None:
        return Answer()
    told: dict[str, Any] = found.as_dict()
    authors = tuple(name.strip() for name in (told.get("author") or "").split(";") if name.strip())
    return Answer(told.get("text") or "", told.get("title") or "", told.get("date") or "", authors)


def our_page_reader(data: bytes) -> Answer:
    return _as_answer(read_page(data))


def our_capture_reader(texts: Sequence[str]) -> Reader:
    """Return the reader of captures that has seen `texts` before."""
    template = learn(texts) if texts else None

    def read(data: bytes) -> Answer:
        return _as_answer(read_capture(data.decode("utf-8", "replace"), template=template).story)

    return read


def _as_answer(story: stories.Story) -> Answer:
    return Answer(
        body="\n".join([story.standfirst, *map(text_of_block, story.blocks)]),
        headline=story.headline,
        date=story.published.on.isoformat() if story.published else "",
        authors=story.bylines,
        section=story.sections[-1] if story.sections else "",
    )


# --- the table


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="name the N pages that our reader reads worst"
    )
    options = parser.parse_args(arguments)
    console = Console()
    for suffix in ("html", "txt"):
        pairs = [
            (path.stem, path.read_bytes(), _truth_of(path.with_suffix(".json")))
            for path in sorted(options.folder.glob(f"*.{suffix}"))
            if path.with_suffix(".json").exists()
        ]
        if pairs:
            _show(console, suffix, pairs, options.worst)
    return 0


def _truth_of(path: Path) -> Answer:
    told = json.loads(path.read_text(encoding="utf-8"))
    authors = told.get("authors")
    return Answer(
        body=told.get("body", ""),
        headline=told.get("headline") or None,
        date=told.get("date") or None,
        authors=tuple(authors) if authors is not None else None,
        section=told.get("section") or None,
    )


def _show(console: Console, suffix: str, pairs: Sequence[tuple[str, bytes, Answer]], worst: int) -> None:
    if suffix == "html":
        readers = {
            "everything": all_of_a_page,
            "trafilatura alone": trafilatura_alone,
            "rotative": our_page_reader,
        }
    else:
        texts = [data.decode("utf-8", "replace") for _, data, _ in pairs]
        readers = {
            "everything": everything,
            "rotative, page by page": our_capture_reader(()),
            "rotative, learned": our_capture_reader(texts),
        }
    table = Table(
        "reader", "precision", "recall", "F1", *FIELDS, "refused", "pages/s", title=f"{len(pairs)} × .{suffix}"
    )
    for name, read in readers.items():
        score, ranking = _measure(read, pairs)
        shown = [f"{score.right[one] / score.asked[one]:.1%}" if score.asked[one] else "–" for one in FIELDS]
        speed = f"{len(pairs) / score.seconds:.0f}" if score.seconds else "–"
        figures = (f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}")
        table.add_row(name, *figures, *shown, str(score.refused), speed)
    console.print(table)
    for value, stem in ranking[:worst]:
        console.print(f"{value:.3f}  {stem}", highlight=False, markup=False)


def _measure(read: Reader, pairs: Sequence[tuple[str, bytes, Answer]]) -> tuple[Score, list[tuple[float, str]]]:
    score = Score()
    ranking = []
    for name, data, truth in pairs:
        started = time.perf_counter()
        try:
            found = read(data)
        except SourceRefusedError:
            found = Answer()
            score.refused += 1
        score.seconds += time.perf_counter() - started
        score.add(truth, found)
        both, more, less = compare(truth.body, found.body)
        ranking.append((2 * both / max(2 * both + more + less, 1), name))
    return score, sorted(ranking)


if __name__ == "__main__":
    sys.exit(main())
