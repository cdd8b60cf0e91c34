"""Imports and their account books as the newsroom sees them: what was chosen of them, and each line in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.contrib.redirects.models import Redirect

from rotative.content.models.addresses import address_of
from rotative.importers import actions, finishing
from rotative.importers.chores import TAKEN_AT, TAKEN_FROM
from rotative.importers.models import CategoryTarget, ImportJob, JobState, Line, Outcome
from rotative.importers.story.old_addresses import parts_of
from rotative.importers.wording import (
    REPAIRS,
    doubt_in_words,
    left_in_words,
    note_in_words,
    pictures_in_words,
    reason_in_words,
)

JOBS: Final = 20
LINES: Final = 50
LEAST_SECONDS: Final = 5  # before a guess of the time left is worth anything
# Lines that are no stories: what a source names, and its files.
NO_STORIES: Final = ("section", "edition", "topic", "author", "picture", "media", "file")
CHECK, PICTURES, SILENT = "check", "pictures", "silent"
MARKS: Final[dict[str, Any]] = {
    CHECK: gettext_lazy("to be checked"),
    PICTURES: gettext_lazy("with missing pictures"),
}
TONES: Final[dict[str, str]] = {
    JobState.PLANNED: "quiet",
    JobState.WAITING: "busy",
    JobState.RUNNING: "busy",
    JobState.STOPPED: "warn",
    JobState.FINISHING: "busy",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.UNDOING: "busy",
    JobState.UNDONE: "quiet",
}
OUTCOME_TONES: Final[dict[str, str]] = {
    Outcome.IMPORTED: "good",
    Outcome.CHANGED: "good",
    Outcome.KEPT: "warn",
    Outcome.REFUSED: "bad",
    Outcome.MISSING: "bad",
}
PHASES: Final[dict[str, Any]] = dict(
    zip(
        finishing.STEPS,
        (
            gettext_lazy("linking stories with one another"),
            gettext_lazy("choosing related stories"),
            gettext_lazy("filling the index of the search"),
        ),
        strict=True,
    )
)


# --- jobs


@dataclass(frozen=True)
class JobCard:
    """An import with its progress."""

    job: ImportJob
    counts: tuple[tuple[str, int], ...]  # stories by outcome, in words

    @property
    def is_moving(self) -> bool:
        """Tell whether it changes by itself."""
        return self.job.state in {*actions.AT_WORK, JobState.WAITING, JobState.UNDOING} and not self.is_dead

    @property
    def is_dead(self) -> bool:
        return actions.is_dead(self.job)

    @property
    def status(self) -> str:
        if self.is_dead:
            return _("Interrupted")
        if self.job.stop_asked and self.job.state in actions.AT_WORK:
            return _("Stopping")
        return str(JobState(self.job.state).label)

    @property
    def tone(self) -> str:
        return "warn" if self.is_dead else TONES[self.job.state]

    @property
    def percent(self) -> int:
        return min(100, 100 * self.job.position // self.job.total) if self.job.total > 0 else 0

    @property
    def has_progress(self) -> bool:
        return self.job.total > 0 and self.job.state not in {JobState.PLANNED, JobState.UNDOING, JobState.UNDONE}

    @property
    def phase(self) -> str:
        is_shown = self.job.state == JobState.FINISHING and self.job.phase in PHASES
        return str(PHASES[self.job.phase]) if is_shown else ""

    @property
    def took(self) -> str:
        """Return how long it took, or has been at work."""
        job = self.job
        end = job.ended_at or (timezone.now() if job.state in actions.AT_WORK and not self.is_dead else None)
        return in_words(end - job.started_at) if job.started_at and end else ""

    @property
    def time_left(self) -> str:
        left = _seconds_left(self.job)
        return in_words(timedelta(seconds=left)) if left is not None and not self.is_dead else ""

    @property
    def may_stop(self) -> bool:
        return actions.may_stop(self.job)

    @property
    def may_go_on(self) -> bool:
        return actions.may_go_on(self.job)

    @property
    def may_undo(self) -> bool:
        return actions.may_undo(self.job)


def _seconds_left(job: ImportJob) -> float | None:
    """Guess how long the reading still takes, from how fast it went since the job was taken up."""
    if job.state != JobState.RUNNING or not job.started_at or job.total <= 0:
        return None
    since, position = job.started_at, 0
    taken = job.options.get(TAKEN_AT)
    if taken and (at := datetime.fromisoformat(taken)) > since:
        since, position = at, int(job.options.get(TAKEN_FROM, 0))
    seconds, done = (timezone.now() - since).total_seconds(), job.position - position
    return (job.total - job.position) * seconds / done if done > 0 and seconds > LEAST_SECONDS else None


def in_words(time: timedelta) -> str:
    """Return a duration as people say it."""
    seconds = max(0, int(time.total_seconds()))
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    if seconds < 3600:
        minutes = round(seconds / 60)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}


def page_of_jobs(number: str) -> tuple["PageOf[Any]", list[JobCard]]:
    """Return a page of imports, the newest first, in a constant number of queries. Each wire has a list of its own."""
    page = Paginator(ImportJob.objects.filter(wire=None).select_related("made_by"), JOBS).get_page(number)
    return page, cards_of(page.object_list)


def cards_of(jobs: Iterable[ImportJob]) -> list[JobCard]:
    rows = list(jobs)
    counted = (
        Line.objects.filter(job__in=rows)
        .exclude(reason__in=NO_STORIES)
        .order_by()
        .values_list("job", "outcome")
        .annotate(count=Count("pk"))
    )
    by_job: dict[int, dict[str, int]] = defaultdict(dict)
    for job, outcome, count in counted:
        by_job[job][outcome] = count
    return [
        JobCard(job, tuple((str(one.label), by_job[job.pk][one]) for one in Outcome if one in by_job[job.pk]))
        for job in rows
    ]


def what_of(reason: str) -> str:
    """Return what lines with a reason are; those without one are stories."""
    return reason_in_words(reason) if reason else _("stories")


def summary_of(job: ImportJob) -> list[tuple[str, int]]:
    """Return what became of a job, as labels and numbers."""
    counted = job.lines.order_by("outcome", "reason").values_list("outcome", "reason").annotate(count=Count("pk"))
    rows = [
        (_("%(outcome)s: %(what)s") % {"outcome": Outcome(outcome).label, "what": what_of(reason)}, count)
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


def has_categories(job: ImportJob) -> bool:
    return bool(job.site) and CategoryTarget.objects.filter(site=job.site).exists()


# --- lines


@dataclass(frozen=True)
class Choice:
    """What somebody wants to see of an account book, as it stands in the address. What cannot be read is left out."""

    outcome: str = ""
    mark: str = ""
    words: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Choice":
        outcome, mark = query.get("outcome", ""), query.get("mark", "")
        return cls(
            outcome=outcome if outcome in set(Outcome) else "",
            mark=mark if mark in MARKS else "",
            words=query.get("words", "").replace("\0", "").strip()[:200],
        )

    @property
    def is_narrowed(self) -> bool:
        return any(asdict(self).values())

    def query(self, **changes: str) -> str:
        """Return the part of an address after its question mark, with some values changed."""
        query = QueryDict(mutable=True)
        for name, value in asdict(replace(self, **changes)).items():
            if value:
                query[name] = value
        return query.urlencode()

    def lines(self, job: ImportJob) -> QuerySet[Line]:
        lines = job.lines.select_related("item__page").order_by("number")
        if self.outcome:
            lines = lines.filter(outcome=self.outcome)
        if self.mark == CHECK:
            lines = lines.filter(has_doubts=True)
        if self.mark == PICTURES:
            lines = lines.filter(missing__gt=0)
        if self.words:
            lines = lines.filter(Q(address__icontains=self.words) | Q(title__icontains=self.words))
        return lines


@dataclass(frozen=True)
class MissingPicture:
    address: str
    link: str
    why: str


@dataclass(frozen=True)
class Entry:
    """A line of the account book, in words."""

    line: Line
    old_link: str
    new_address: str
    page: int | None
    is_live: bool
    redirects: str  # yes, no, or nothing where there is no old path
    silent: tuple[str, ...]  # old paths that lead nowhere

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
        return [f"{REPAIRS.get(name, name)} × {count}" for name, count in _pairs(self.line.report.get("repairs"))]

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


def page_of_lines(job: ImportJob, choice: Choice, number: str) -> tuple["PageOf[Any]", list[Entry]]:
    """Return a page of lines, in a constant number of queries."""
    page = Paginator(choice.lines(job), LINES).get_page(number)
    return page, entries_of(list(page.object_list))


def entries_of(lines: Sequence[Line]) -> list[Entry]:
    paths = {path for line in lines for path in line.report.get("paths", [])}
    rows = Redirect.objects.filter(old_path__in=paths, redirect_page__live=True)
    answering = set(rows.values_list("old_path", flat=True)) if paths else set()
    return [_entry(line, answering) for line in lines]


def _entry(line: Line, answering: set[str]) -> Entry:
    page = line.item.page if line.item else None
    address = address_of(page.url_path) if page else ""
    here = Redirect.normalise_path(address) if address else ""
    paths = line.report.get("paths", [])
    silent = tuple(path for path in paths if path not in answering and path != here)
    said = "" if not paths else _("no") if silent else _("yes")
    return Entry(
        line, link_to(line.address), address, page.pk if page else None, bool(page and page.live), said, silent
    )


def link_to(address: str) -> str:
    """Return an address that may be followed; nothing for one that is none of the web's."""
    parts = parts_of(address)
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""
