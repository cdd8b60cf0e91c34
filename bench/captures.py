"""How well text captures are read, by set and by language: `python -m bench.captures PAGES`.

PAGES holds labelled captures (JSON lines, perhaps compressed with xz): `capture`, `body` and `headlines`, any of which
is right. Headlines count where a line of the capture holds one. A model fitted on such pages has to be judged by the
same figures, on sites that it has not seen.
"""

import argparse
import json
import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.extraction import compare
from rotative.importers.boilerplate.lines import fold
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
    return Reading(page, capture.headline, "\n".join(capture.paragraphs))


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


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    rows: defaultdict[str, list[Reading]] = defaultdict(list)
    for page in load_pages(parser.parse_args(arguments).pages):
        reading = read(page)
        for name in ("all", page["set"], f"language {page['lang']}"):
            rows[name].append(reading)
    table = Table("pages", "precision", "recall", "F1", "headline")
    for name, readings in sorted(rows.items()):
        if len(readings) >= FEWEST:
            table.add_row(f"{name} ({len(readings)})", *figures(readings))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
