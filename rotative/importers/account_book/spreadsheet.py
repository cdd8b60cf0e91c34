"""The account book as a table: a line for each old address, as CSV that any spreadsheet opens."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rotative.content import spreadsheets
from rotative.importers.account_book.entries import Entry, entries_of
from rotative.importers.models import ImportJob

CHUNK: Final = 500


COLUMNS: Final[tuple[tuple[Any, Callable[[Entry], object]], ...]] = (
    (gettext_lazy("number"), lambda entry: entry.number),
    (gettext_lazy("old address"), lambda entry: entry.line.address),
    (gettext_lazy("headline"), lambda entry: entry.line.title),
    (gettext_lazy("outcome"), lambda entry: entry.outcome),
    (gettext_lazy("reason"), lambda entry: entry.reason),
    (gettext_lazy("new address"), lambda entry: entry.new_address),
    (gettext_lazy("redirect answers"), lambda entry: _redirects(entry)),
    (gettext_lazy("images in"), lambda entry: entry.line.pictures),
    (gettext_lazy("images missing"), lambda entry: entry.line.missing),
    (gettext_lazy("missing image addresses"), lambda entry: " ".join(picture.address for picture in entry.missing)),
    (gettext_lazy("comments"), lambda entry: entry.line.comments),
    (gettext_lazy("repaired"), lambda entry: ", ".join(entry.repairs)),
    (gettext_lazy("to be checked"), lambda entry: " ".join(entry.doubts)),
    (gettext_lazy("left out"), lambda entry: ", ".join(entry.left_out)),
)


def _redirects(entry: Entry) -> str:
    return _("no: %(paths)s") % {"paths": " ".join(entry.silent)} if entry.silent else entry.redirects


def _rows(job: ImportJob) -> Iterator[list[object]]:
    """Yield the headings, then the lines of a job in the order of its source."""
    yield [heading for heading, _value_of in COLUMNS]
    lines = job.lines.select_related("item__page").order_by("number")
    for start in range(0, lines.count(), CHUNK):
        for entry in entries_of(list(lines[start : start + CHUNK])):
            yield [value_of(entry) for _heading, value_of in COLUMNS]


def csv_lines(job: ImportJob) -> Iterator[str]:
    """Yield the account book of a job, line by line."""
    return spreadsheets.csv_lines(_rows(job))
