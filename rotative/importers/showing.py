"""Plans and jobs on a console."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rotative.importers.jobs import Source
from rotative.importers.models import ImportJob, JobState, Outcome
from rotative.importers.planning import Plan
from rotative.importers.wording import DOUBTS, REPAIRS, STATES, left_in_words, reason_in_words
from rotative.importers.wordpress.source import Export
from rotative.importers.wordpress.terms import Becomes

SHOWN = 40


def print_plan(console: Console, name: str, source: Source, plan: Plan) -> None:
    """Print what an import would do. Nothing was written."""
    console.print(Text(_("Dry run of %(name)s: nothing was written.") % {"name": name}, style="bold"))
    console.print(_table(_summary(source, plan)))
    if isinstance(source, Export):
        console.print(_categories(source))
        console.print(Text(_("Change one with --category, for instance: --category politique=section:News/Politique")))
    else:
        console.print(_counts(_("Sections"), plan.sections.most_common(SHOWN), {"": _("none: to be filed")}))
    for title, counts, words in (
        (_("To be checked"), plan.doubts, DOUBTS),
        (_("Repairs"), plan.repairs, REPAIRS),
        (_("Unknown shortcodes, kept as text"), plan.shortcodes, {}),
        (_("Left out of stories"), _in_words(plan.left_out), {}),
        (_("Where pictures are"), plan.picture_hosts, {}),
    ):
        if counts:
            console.print(_counts(title, counts.most_common(SHOWN), words))


def _summary(source: Source, plan: Plan) -> Iterable[tuple[str, str]]:
    yield _("Old site"), source.name or _("not said")
    if isinstance(source, Export):
        yield _("Version of the export"), source.site.head.version or _("not said")
    for outcome in (Outcome.IMPORTED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.KEPT, Outcome.DELETED):
        if plan.outcomes[outcome]:
            yield f"{_('Stories')}: {outcome.label}", str(plan.outcomes[outcome])
    for state, count in plan.states.most_common():
        yield f"{_('State')}: {STATES.get(state, state)}", str(count)
    for reason, count in plan.skipped.most_common():
        yield f"{_('Skipped')}: {reason_in_words(reason)}", str(count)
    yield _("Authors"), str(len(plan.authors))
    yield _("Topics"), str(len(plan.topics))
    yield _("Comments"), str(plan.comments)
    yield (
        _("Pictures"),
        _("%(count)s, of which %(here)s are here") % {"count": plan.pictures, "here": plan.pictures_here},
    )
    if plan.doubled:
        yield _("Items whose number stands twice"), str(plan.doubled)
    if isinstance(source, Export) and source.site.head.had_rubbish:
        yield _("Repaired"), _("lines before the beginning of the file")


def _categories(export: Export) -> Table:
    words = {
        Becomes.SECTION: _("section"),
        Becomes.EDITION: _("edition"),
        Becomes.TOPIC: _("topic"),
        Becomes.NOTHING: _("nothing"),
    }
    table = Table(title=_("What categories become"), title_justify="left", box=None, padding=(0, 2))
    for heading in (_("category"), _("address"), _("becomes"), _("name here")):
        table.add_column(heading)
    for slug, target in sorted(export.targets.items()):
        name = export.site.categories[slug].name
        table.add_row(Text(name), Text(slug), Text(words[target.becomes]), Text(" › ".join(target.trail)))
    return table


def _in_words(left_out: Counter[str]) -> Counter[str]:
    return Counter({left_in_words(kind): count for kind, count in left_out.items()})


def _counts(title: str, counts: Iterable[tuple[str, int]], words: Mapping[str, Any]) -> Table:
    table = Table(title=title, title_justify="left", box=None, show_header=False, padding=(0, 2))
    for name, count in counts:
        sentence = str(words.get(name, name)).replace("%(text)s", "…")
        table.add_row(Text(str(count), justify="right"), Text(sentence))
    return table


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, value in rows:
        table.add_row(Text(label, style="dim"), Text(value))
    return table


def print_job(console: Console, job: ImportJob) -> None:
    """Print what became of a job, and what can be done with it."""
    state = JobState(job.state)
    console.print(Text(f"{_('Import')} {job.pk}: {state.label}", style="bold"))
    console.print(_table(_of_job(job)))
    if state in {JobState.STOPPED, JobState.FAILED}:
        console.print(Text(_("Go on: rotative imports resume %(number)s") % {"number": job.pk}))
    if state is JobState.DONE:
        console.print(Text(_("Every line: rotative imports account %(number)s") % {"number": job.pk}))
        console.print(Text(_("Take it back: rotative imports undo %(number)s") % {"number": job.pk}))


def _of_job(job: ImportJob) -> Iterable[tuple[str, str]]:
    yield _("Source"), job.name
    if job.total and job.state not in {JobState.DONE, JobState.UNDONE}:
        yield _("Read"), f"{100 * job.position // max(job.total, 1)} %"
    counted = job.lines.order_by("outcome", "reason").values_list("outcome", "reason").annotate(count=Count("pk"))
    for outcome, reason, count in counted:
        label = str(Outcome(outcome).label)
        yield f"{label}: {reason_in_words(reason)}" if reason else f"{label}: {_('stories')}", str(count)
    sums = job.lines.aggregate(comments=Sum("comments"), pictures=Sum("pictures"), missing=Sum("missing"))
    yield _("Comments"), str(sums["comments"] or 0)
    yield _("Pictures"), str(sums["pictures"] or 0)
    if sums["missing"]:
        yield _("Missing pictures"), str(sums["missing"])
    doubtful = job.lines.filter(has_doubts=True).count()
    if doubtful:
        yield _("Stories to be checked"), str(doubtful)
    if job.error:
        yield _("Error"), job.error
