"""What reads a page's date best: `python -m bench.dates CAPTURES`, a file of labelled captures (JSON lines, xz).

From the text of each page alone, and from the dates that pages state for machines. A page is right when the first
date that a reader finds is the page's own, give or take the day that two time zones make.
"""

import argparse
import json
import lzma
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import dateparser
import htmldate
from dateparser.search import search_dates
from rich.console import Console
from rich.table import Table

from rotative.importers.boilerplate.datelines import read_dateline
from rotative.importers.pages.moments import read_moment

LANGUAGES = ("fr", "en")
LONGEST = 200
STRICT: dict[str, Any] = {"DATE_ORDER": "DMY", "STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]}

Reader = Callable[[str], Iterable[date]]


def of_dateline(line: str) -> Iterator[date]:
    dateline = read_dateline(line)
    return (stated.moment.on for stated in (dateline.stated if dateline else ()) if stated.moment)


def parsed(line: str) -> Iterator[date]:
    found = dateparser.parse(line, languages=LANGUAGES, settings=STRICT)
    return (moment.date() for moment in (found,) if moment)


def searched(line: str) -> Iterator[date]:
    return (moment.date() for _, moment in search_dates(line, languages=LANGUAGES, settings=STRICT) or ())


def by_line(read: Reader) -> Reader:
    def read_page(text: str) -> Iterator[date]:
        lines = (line.strip() for line in text.splitlines())
        return (day for line in lines if 5 < len(line) <= LONGEST and any(map(str.isdigit, line)) for day in read(line))

    return read_page


def of_page(text: str) -> Iterator[date]:
    body = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    found = htmldate.find_date(f"<html><body>{body}</body></html>", original_date=True)
    return (date.fromisoformat(day) for day in (found,) if day)


PAGES: dict[str, Reader] = {
    "ours, datelines": by_line(of_dateline),
    "dateparser.parse": by_line(parsed),
    "dateparser.search": by_line(searched),
    "htmldate": of_page,
}
STATED: dict[str, Callable[[str], object]] = {"ours, moments": read_moment, "dateparser.parse": dateparser.parse}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("captures", type=Path)
    path = parser.parse_args(arguments).captures
    warnings.simplefilter("ignore")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        pages = [page for line in file if (page := json.loads(line))["date"]]
    console = Console()
    console.print(*(_of_text(language, pages) for language in LANGUAGES), _of_stated(pages), sep="\n")
    return 0


def _of_text(language: str, pages: Sequence[dict[str, Any]]) -> Table:
    asked = [(page["whole_page"], day) for page in pages if page["lang"] == language and (day := _day(page["date"]))]
    table = Table("reader", "right", "wrong", "none", "ms a page", title=f"{len(asked)} pages as text, {language}")
    for name, read in PAGES.items():
        began = time.perf_counter()
        found = [(next(iter(read(text)), None), day) for text, day in asked]
        taken = 1000 * (time.perf_counter() - began) / len(asked)
        right = sum(first is not None and abs((first - day).days) <= 1 for first, day in found)
        none = sum(first is None for first, _ in found)
        table.add_row(name, str(right), str(len(asked) - right - none), str(none), f"{taken:.1f}")
    return table


def _of_stated(pages: Sequence[dict[str, Any]]) -> Table:
    table = Table("reader", "read", "µs each", title=f"{len(pages)} dates for machines")
    for name, read in STATED.items():
        began = time.perf_counter()
        count = sum(read(page["date"]) is not None for page in pages)
        table.add_row(name, str(count), f"{1e6 * (time.perf_counter() - began) / len(pages):.0f}")
    return table


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
