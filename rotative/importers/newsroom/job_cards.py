"""Imports and their account books as the newsroom sees them: what was chosen of them, and each line in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from rotative.importers.account_book.entries import Entry, entries_of
from rotative.importers.filing.chores import TAKEN_AT, TAKEN_FROM
from rotative.importers.filing.leases import AT_WORK
from rotative.importers.models import CategoryTarget, ImportJob, JobState, Line, Outcome
from rotative.importers.newsroom import actions

JOBS: Final = 20
LINES: Final = 50
LEAST_SECONDS: Final = 5  # before a guess of the time left is worth anything
# Lines that are no stories: what a source names, and its files.
NO_STORIES: Final = ("section", "edition", "topic", "author", "picture", "media", "file")
CHECK, PICTURES = "check", "pictures"
TONES: Final[dict[str, str]] = {
    JobState.PLANNED: "quiet",
    JobState.STOPPED: "warn",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.UNDONE: "quiet",
}
PHASES: Final[dict[str, Any]] = {
    "links": gettext_lazy("linking stories with one another"),
    "related": gettext_lazy("choosing related stories"),
    "index": gettext_lazy("filling the index of the search"),
}


# --- jobs


@dataclass(frozen=True)
class JobCard:
    """An import with its progress."""

    job: ImportJob
    counts: tuple[tuple[str, int], ...]  # stories by outcome, in words

    @property
    def is_moving(self) -> bool:
        """Tell whether it changes by itself."""
        return self.job.state in {*AT_WORK, JobState.WAITING, JobState.UNDOING} and not self.is_dead

    @property
    def is_dead(self) -> bool:
        return actions.is_dead(self.job)

    @property
    def status(self) -> str:
        if self.is_dead:
            return _("Interrupted")
        if self.job.stop_asked and self.job.state in AT_WORK:
            return _("Stopping")
        return str(JobState(self.job.state).label)

    @property
    def tone(self) -> str:
        return "warn" if self.is_dead else TONES.get(self.job.state, "busy")

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
        end = job.ended_at or (timezone.now() if job.state in AT_WORK and not self.is_dead else None)
        return in_words(end - job.started_at) if job.started_at and end else ""

    @property
    def time_left(self) -> str:
        left = _seconds_left(self.job)
        return in_words(timedelta(seconds=left)) if left is not None and not self.is_dead else ""


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
    page = Paginator(ImportJob.objects.filter(wire=None), JOBS).get_page(number)
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


def has_categories(job: ImportJob) -> bool:
    return bool(job.site) and CategoryTarget.objects.filter(site=job.site).exists()


# --- lines


class Choice(forms.Form):
    """What somebody wants to see of an account book, as it stands in the address. What cannot be read is left out."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[("", pgettext_lazy("outcomes", "all")), *Outcome.choices],
        required=False,
    )
    mark = forms.ChoiceField(
        label=gettext_lazy("Only"),
        choices=[
            ("", gettext_lazy("all lines")),
            (CHECK, gettext_lazy("to be checked")),
            (PICTURES, gettext_lazy("with missing pictures")),
        ],
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("Words of the address or the headline"), widget=forms.SearchInput, required=False
    )

    def __init__(self, query: Mapping[str, str]) -> None:
        said = {name: query.get(name, "").replace("\0", "")[:200] for name in self.base_fields}
        super().__init__(said, auto_id="choice-%s")
        self.is_valid()
        self.said = {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """Return the part of an address after its question mark."""
        return urlencode(self.said)

    def lines(self, job: ImportJob) -> QuerySet[Line]:
        lines = job.lines.select_related("item__page").order_by("number")
        if "outcome" in self.said:
            lines = lines.filter(outcome=self.said["outcome"])
        if mark := self.said.get("mark"):
            lines = lines.filter(has_doubts=True) if mark == CHECK else lines.filter(missing__gt=0)
        if words := self.said.get("words"):
            lines = lines.filter(Q(address__icontains=words) | Q(title__icontains=words))
        return lines


def page_of_lines(job: ImportJob, choice: Choice, number: str) -> tuple["PageOf[Any]", list[Entry]]:
    """Return a page of lines, in a constant number of queries."""
    page = Paginator(choice.lines(job), LINES).get_page(number)
    return page, entries_of(list(page.object_list))
