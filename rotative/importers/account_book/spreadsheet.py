"""The account book as a table: a line for each old address, as CSV that any spreadsheet opens."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from django.utils.translation import gettext as _

from rotative.content.spreadsheets import plain_cell
from rotative.importers.account_book.entries import Entry, entries_of
from rotative.importers.models import ImportJob

CHUNK: Final = 500


def header() -> list[str]:
    return [
        _("number"),
        _("old address"),
        _("headline"),
        _("outcome"),
        _("reason"),
        _("new address"),
        _("redirect answers"),
        _("images in"),
        _("images missing"),
        _("missing image addresses"),
        _("comments"),
        _("repaired"),
        _("to be checked"),
        _("left out"),
    ]


def rows(job: ImportJob) -> Iterator[list[str]]:
    """Yield the lines of a job as text, in the order of its source."""
    lines = job.lines.select_related("item__page").order_by("number")
    for start in range(0, lines.count(), CHUNK):
        for entry in entries_of(list(lines[start : start + CHUNK])):
            yield [plain_cell(value) for value in _row(entry)]


class _Echo:
    """Hands what a writer writes straight on."""

    def write(self, text: str) -> str:
        return text


def csv_lines(job: ImportJob) -> Iterator[str]:
    """Yield the account book of a job, line by line."""
    writer = csv.writer(_Echo())
    for row in chain([header()], rows(job)):
        yield str(writer.writerow(row))


def _row(entry: Entry) -> Iterable[str]:
    line = entry.line
    return [
        str(entry.number),
        line.address,
        line.title,
        entry.outcome,
        entry.reason,
        entry.new_address,
        _("no: %(paths)s") % {"paths": " ".join(entry.silent)} if entry.silent else entry.redirects,
        str(line.pictures),
        str(line.missing),
        " ".join(picture.address for picture in entry.missing),
        str(line.comments),
        ", ".join(entry.repairs),
        " ".join(entry.doubts),
        ", ".join(entry.left_out),
    ]
