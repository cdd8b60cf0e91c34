"""Print plans, jobs and their lines on a console."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rotative.content.models import Article, Section
from rotative.importers.account_book import entries
from rotative.importers.account_book.wording import label_of, left_in_words, reason_in_words
from rotative.importers.filing.planning import Plan
from rotative.importers.filing.sources import Source
from rotative.importers.models import ImportJob, JobState, Outcome
from rotative.importers.story.stories import Doubt, Repair, State
from rotative.importers.wordpress.source import Export

SHOWN = 40


def print_plan(console: Console, name: str, source: Source, plan: Plan) -> None:
    """Print what an import would do. Nothing was written."""
    console.print(Text(_("Dry run of %(name)s: nothing was written.") % {"name": name}, style="bold"))
    console.print(_table(_summary(source, plan)))
    if isinstance(source, Export):
        console.print(_categories(source))
        console.print(Text(_("Change one with --category, for instance: --category politique=section:News/Politique")))
    else:
        console.print(_counts(_("Sections"), plan.sections, lambda trail: trail or _("none: to be filed")))
    for title, counts, in_words in (
        (_("To be checked"), plan.doubts, partial(label_of, Doubt)),
        (_("Repairs"), plan.repairs, partial(label_of, Repair)),
        (_("Unknown shortcodes, kept as text"), plan.shortcodes, str),
        (_("Left out of stories"), plan.left_out, left_in_words),
        (_("Where pictures are"), plan.picture_hosts, str),
    ):
        if counts:
            console.print(_counts(title, counts, in_words))


def _summary(source: Source, plan: Plan) -> Iterable[tuple[str, str]]:
    yield _("Old site"), source.name or _("not said")
    if isinstance(source, Export):
        yield _("Version of the export"), source.site.head.version or _("not said")
    for outcome in (Outcome.IMPORTED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.KEPT, Outcome.DELETED):
        if plan.outcomes[outcome]:
            yield f"{_('Stories')}: {outcome.label}", str(plan.outcomes[outcome])
    for state, count in plan.states.most_common():
        yield f"{_('State')}: {label_of(State, state)}", str(count)
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
    table = Table(title=_("What categories become"), title_justify="left", box=None, padding=(0, 2))
    for heading in (_("category"), _("address"), _("becomes"), _("name here")):
        table.add_column(heading)
    for slug, target in sorted(export.targets.items()):
        name = export.site.categories[slug].name
        table.add_row(Text(name), Text(slug), Text(str(target.becomes.label)), Text(" › ".join(target.trail)))
    return table


def _counts(title: str, counts: Counter[str], in_words: Callable[[str], str]) -> Table:
    table = Table(title=title, title_justify="left", box=None, show_header=False, padding=(0, 2))
    for name, count in counts.most_common(SHOWN):
        table.add_row(Text(str(count), justify="right"), Text(in_words(name).replace("%(text)s", "…")))
    return table


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, value in rows:
        table.add_row(Text(label, style="dim"), Text(printable(value)))
    return table


def print_lines(console: Console, job: ImportJob) -> None:
    """Print what became of each thing that a job met, one by one."""
    for entry in entries.entries_of(list(job.lines.select_related("item__page").order_by("number"))):
        said = f"{entry.outcome} ({entry.reason})" if entry.reason else entry.outcome
        console.print(Text(printable(entry.line.report.get("file", entry.line.key)), style="bold"))
        console.print(Text(printable(f"  {said}: {entry.line.title}")))
        console.print(Padding(_table(_of_entry(entry)), (0, 0, 1, 2), expand=False))


def _of_entry(entry: entries.Entry) -> Iterable[tuple[str, str]]:
    article = Article.objects.filter(pk=entry.page).first() if entry.page else None
    if article is not None:
        yield from _of_article(article)
    for label, sentences in (
        (_("Left out"), entry.left_out),
        (_("Repaired"), entry.repairs),
        (_("To be checked"), [*entry.doubts, *entry.notes]),
        (_("Still to find"), entry.still_to_find),
    ):
        if sentences:
            yield label, "\n".join(sentences[:SHOWN])


def _of_article(article: Article) -> Iterable[tuple[str, str]]:
    yield _("Address"), article.address
    yield _("Section"), " › ".join(article.section.titles)
    yield _("Edition"), article.edition.title if article.edition else _("none")
    published = article.published_at
    yield _("Date"), date_format(timezone.localtime(published), "DATETIME_FORMAT") if published else _("date unknown")
    if names := [str(byline) for byline in article.bylines.all()]:
        yield _("Signed by"), ", ".join(names)
    if article.kicker:
        yield _("Kicker"), article.kicker
    words = len(strip_tags(str(article.body)).split())
    yield _("Body"), ngettext("%(count)s word", "%(count)s words", words) % {"count": words}


def printable(text: str) -> str:
    """Return `text` without what would act on the terminal, or fail to be written there."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() or letter in "\n\u00a0\u202f" else "�" for letter in text)


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
    made = Section.objects.filter(pk__in=job.made.filter(kind="section").values("number")).order_by("path")
    if made:
        yield _("Sections made"), ", ".join(section.title for section in made)
    if job.total and job.state not in {JobState.DONE, JobState.UNDONE}:
        yield _("Read"), f"{100 * job.position // max(job.total, 1)} %"
    yield from ((label, str(count)) for label, count in entries.summary_of(job))
    if job.error:
        yield _("Error"), job.error
