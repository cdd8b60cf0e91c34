"""Exports without formula injection: cells that people wrote are text, which no program reads as a formula."""

import csv
from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin

# What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(value: object) -> str:
    """Return `value` as the text of a cell; what would begin a formula has an apostrophe before it."""
    text = force_str(value).replace("\0", "")
    return f"'{text}" if text.startswith(FORMULA) else text


def escape_exports() -> None:
    """Let Wagtail's reports write plain cells into CSV; into XLSX they write text already."""
    csv = SpreadsheetExportMixin.FORMAT_CSV
    known = SpreadsheetExportMixin.custom_value_preprocess
    # The first entry that fits a value counts: this one fits all, and comes last.
    SpreadsheetExportMixin.custom_value_preprocess = {
        **known,
        list: {**known[list], csv: lambda values: plain_cell(", ".join(values))},
        object: {csv: plain_cell},
    }


class _Echo:
    """Hands what a writer writes straight on."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a table as CSV of plain cells, line by line."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield str(writer.writerow(map(plain_cell, row)))
