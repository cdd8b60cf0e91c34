"""How well text captures are read, by set and by language: `python -m bench.captures PAGES`.

PAGES holds labelled captures (JSON lines, perhaps compressed with xz): `capture`, `body` and `headlines`, any of which
is right. Headlines count where a line of the capture holds one. With `--fit` the headline model is fitted, and judged
on sites that it has not seen.
"""

import argparse
import json
import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from bench.extraction import compare
from bench.fitting import OURS, Sample, fit, folds, our_pages, samples_of, write
from rotative.importers.boilerplate.lines import fold
from rotative.importers.captures import likelihood
from rotative.importers.captures.reading import read_capture
from rotative.importers.errors import SourceRefusedError

FEWEST = 40  # pages of a row

Page = dict[str, Any]


class Reading(NamedTuple):
    page: Page
    headline: str
    body: str


def load_pages(path: Path) -> list[Page]:
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def read(page: Page) -> Reading:
    try:
        capture = read_capture(page["capture"])
    except SourceRefusedError:
        return Reading(page, "", "")
    return Reading(page, capture.story.headline, "\n".join(capture.paragraphs))


def plain(text: str) -> str:
    """Return a headline as headlines are compared: without the differences of typography."""
    return re.sub(r' ?([?!:;"]) ?', r"\1", fold(text))


def is_right(reading: Reading) -> bool:
    return plain(reading.headline) in map(plain, reading.page["headlines"])


def holds_headline(page: Page) -> bool:
    right = set(map(plain, page["headlines"]))
    return any(label == "crumb+headline" or plain(text) in right for _number, label, text in page["lines"])


def figures(readings: Sequence[Reading]) -> Iterator[str]:
    counts = [compare("\n".join(one.page["body"]), one.body) for one in readings if one.page["body"]]
    precision = fmean([both / (both + more) for both, more, _less in counts if both + more] or [0])
    recall = fmean([both / (both + less) for both, _more, less in counts if both + less] or [0])
    f1 = 2 * precision * recall / (precision + recall or 1)
    asked = [is_right(one) for one in readings if holds_headline(one.page)]
    yield from (f"{figure:.3f}" for figure in (precision, recall, f1))
    yield f"{sum(asked)} of {len(asked)}, {fmean(asked or [0]):.1%}"


def cross_validated(pages: Sequence[Page], samples: Sequence[Sample]) -> Iterator[Reading]:
    """Yield what is read of each page by a model that has seen no page of its site."""
    for held_out, weights in folds(pages, samples):
        with patch.object(likelihood, "load_weights", partial(dict, weights)):
            yield from map(read, held_out)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument(
        "--fit", action="store_true", help="fit the headline model: show it cross-validated, and write it"
    )
    asked = parser.parse_args(arguments)
    pages = load_pages(asked.pages)
    samples = samples_of([*pages, *OURS * our_pages()], plain) if asked.fit else []
    show(cross_validated(pages, samples) if asked.fit else map(read, pages))
    if asked.fit:
        write(fit(samples))
    return 0


def show(readings: Iterable[Reading]) -> None:
    rows: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        for name in ("all", reading.page["set"], f"language {reading.page['lang']}"):
            rows[name].append(reading)
    table = Table("pages", "precision", "recall", "F1", "headline")
    for name, readings in sorted(rows.items()):
        if len(readings) >= FEWEST:
            table.add_row(f"{name} ({len(readings)})", *figures(readings))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
