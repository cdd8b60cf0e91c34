"""The audit log of an import in words: what became of each thing that a job met."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect

from rotative.addresses import parts_of
from rotative.content.models.addresses import address_of
from rotative.importers.account_book.wording import (
    doubt_in_words,
    label_of,
    left_in_words,
    note_in_words,
    pictures_in_words,
    reason_in_words,
)
from rotative.importers.models import ImportJob, Line, Outcome
from rotative.importers.story.stories import Repair

OUTCOME_TONES: Final[dict[str, str]] = {
    Outcome.IMPORTED: "good",
    Outcome.CHANGED: "good",
    Outcome.KEPT: "warn",
    Outcome.REFUSED: "bad",
    Outcome.MISSING: "bad",
}


@dataclass(frozen=True)
class MissingPicture:
    address: str
    link: str
    why: str


class Entry:
    """A line of the account book, in words. `answering` are the old paths that lead somewhere."""

    def __init__(self, line: Line, answering: Container[str]) -> None:
        page, paths = line.item.page if line.item else None, line.report.get("paths", [])
        self.line = line
        self.page = page.pk if page else None
        self.is_live = bool(page and page.live)
        self.old_link = link_to(line.address)
        self.new_address = address_of(page.url_path) if page else ""
        here = Redirect.normalise_path(self.new_address) if page else ""
        self.silent = [path for path in paths if path not in answering and path != here]
        # Yes, no, or nothing where there is no old path.
        self.redirects = "" if not paths else _("no") if self.silent else _("yes")

    @property
    def number(self) -> int:
        return self.line.number + 1

    @property
    def outcome(self) -> str:
        return str(Outcome(self.line.outcome).label)

    @property
    def tone(self) -> str:
        return OUTCOME_TONES.get(self.line.outcome, "quiet")

    @property
    def reason(self) -> str:
        return reason_in_words(self.line.reason, self.line.report.get("facts"))

    @property
    def repairs(self) -> list[str]:
        return [f"{label_of(Repair, name)} × {count}" for name, count in _pairs(self.line.report.get("repairs"))]

    @property
    def doubts(self) -> list[str]:
        return [doubt_in_words(str(name), str(text)) for name, text in self.line.report.get("doubts", [])]

    @property
    def left_out(self) -> list[str]:
        return [f"{left_in_words(name)} × {count}" for name, count in _pairs(self.line.report.get("left_out"))]

    @property
    def missing(self) -> list[MissingPicture]:
        rows = self.line.report.get("missing", [])
        return [MissingPicture(address, link_to(address), pictures_in_words(reason)) for address, reason in rows]

    @property
    def notes(self) -> list[str]:
        """Return what else the report says."""
        report = self.line.report
        said = [note_in_words(str(name), str(text)) for name, text in report.get("notes", [])]
        if report.get("cut"):
            said.append(_("The file ends in the middle of this item; what stood before came in."))
        if report.get("failed"):
            said.append(str(report["failed"]))
        if report.get("converted"):
            said.append(_("encoding %(encoding)s converted") % {"encoding": report["converted"]})
        if report.get("doubled"):
            said.append(_("Its number stands twice in the source: %(key)s") % {"key": report["doubled"]})
        return said

    @property
    def still_to_find(self) -> list[str]:
        """Return other stories that the page points at."""
        return [" — ".join(filter(None, other)) for other in self.line.report.get("still_to_find", [])]

    @property
    def has_report(self) -> bool:
        report = self.line.report
        kinds = ("repairs", "doubts", "left_out", "missing", "cut", "doubled", "failed", "notes", "converted")
        return bool(self.silent) or any(report.get(kind) for kind in kinds)


def _pairs(counts: Mapping[str, int] | None) -> Iterable[tuple[str, int]]:
    return (counts or {}).items()


def entries_of(lines: Sequence[Line]) -> list[Entry]:
    paths = {path for line in lines for path in line.report.get("paths", [])}
    rows = Redirect.objects.filter(old_path__in=paths, redirect_page__live=True)
    answering = set(rows.values_list("old_path", flat=True)) if paths else set()
    return [Entry(line, answering) for line in lines]


def link_to(address: str) -> str:
    """Return an address that may be followed; nothing for one that is none of the web's."""
    parts = parts_of(address)
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""


def summary_of(job: ImportJob) -> list[tuple[str, int]]:
    """Return what became of a job, as labels and numbers."""
    counted = job.lines.order_by("outcome", "reason").values_list("outcome", "reason").annotate(count=Count("pk"))
    rows = [
        (
            _("%(outcome)s: %(what)s")
            % {"outcome": Outcome(outcome).label, "what": reason_in_words(reason) or _("stories")},
            count,
        )
        for outcome, reason, count in counted
    ]
    sums = job.lines.aggregate(
        comments=Sum("comments"),
        pictures=Sum("pictures"),
        missing=Sum("missing"),
        doubtful=Count("pk", filter=Q(has_doubts=True)),
    )
    rows += [(_("Comments"), sums["comments"] or 0), (_("Pictures"), sums["pictures"] or 0)]
    rows += [(_("Missing pictures"), sums["missing"])] if sums["missing"] else []
    rows += [(_("Stories to be checked"), sums["doubtful"])] if sums["doubtful"] else []
    return rows
