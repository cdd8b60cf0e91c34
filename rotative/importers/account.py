"""The account book as a table: a line for each old address, as CSV that any spreadsheet opens."""

import csv
from collections.abc import Iterable, Iterator
from typing import IO, Final

from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect

from rotative.content.models.addresses import address_of
from rotative.importers.models import ImportJob, Line, Outcome
from rotative.importers.wording import DOUBTS, REPAIRS, doubt_in_words, reason_in_words

CHUNK: Final = 500
# A spreadsheet takes what begins with these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


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
        some = list(lines[start : start + CHUNK])
        answering = _answering(some)
        for line in some:
            yield [_plain(value) for value in _row(line, answering)]


def write_csv(job: ImportJob, file: IO[str]) -> None:
    """Write the account book of a job."""
    writer = csv.writer(file)
    writer.writerow(header())
    writer.writerows(rows(job))


def _row(line: Line, answering: set[str]) -> Iterable[str]:
    page = line.item.page if line.item else None
    report = line.report
    paths = report.get("paths", [])
    return [
        str(line.number + 1),
        line.address,
        line.title,
        str(Outcome(line.outcome).label),
        reason_in_words(line.reason),
        address_of(page.url_path) if page else "",
        _redirects_in_words(paths, answering, address_of(page.url_path) if page else ""),
        str(line.pictures),
        str(line.missing),
        " ".join(address for address, _reason in report.get("missing", [])),
        str(line.comments),
        ", ".join(f"{REPAIRS.get(name, name)} × {count}" for name, count in report.get("repairs", {}).items()),
        " ".join(doubt_in_words(name, text) for name, text in report.get("doubts", [])) if DOUBTS else "",
        ", ".join(f"{name} × {count}" for name, count in report.get("left_out", {}).items()),
    ]


def _answering(lines: Iterable[Line]) -> set[str]:
    """Return the old paths that lead to a page which readers see."""
    paths = {path for line in lines for path in line.report.get("paths", [])}
    found = Redirect.objects.filter(old_path__in=paths, redirect_page__live=True)
    return set(found.values_list("old_path", flat=True))


def _redirects_in_words(paths: Iterable[str], answering: set[str], address: str) -> str:
    paths = list(paths)
    if not paths:
        return ""
    here = Redirect.normalise_path(address) if address else ""
    silent = [path for path in paths if path not in answering and path != here]
    if not silent:
        return _("yes")
    return _("no: %(paths)s") % {"paths": " ".join(silent)}


def _plain(value: object) -> str:
    text = str(value).replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) else text
