"""Post-processing, when everything is in: links among stories, related stories, old addresses of lists, indexes.

Each step goes through the pages of a job by their numbers and notes how far it is, like the reading before it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext_noop
from wagtail.contrib.redirects.models import Redirect

from rotative.content.bulk_index import index_pages
from rotative.content.bulk_links import lead_links
from rotative.content.models import Article, Author, Topic
from rotative.content.models.related import find_related, newest_of
from rotative.importers.filing.leases import Lease, cause_of
from rotative.importers.filing.naming import Names
from rotative.importers.filing.redirects import add_redirect
from rotative.importers.filing.sources import Alias
from rotative.importers.models import ImportedItem, ImportJob, JobState
from rotative.importers.story.old_addresses import is_of
from rotative.progress import Tell
from rotative.publishing.invalidation import invalidate_all

CHUNK: Final = 200
FINISHING: Final = gettext_noop("Finishing")

Step = Callable[[ImportJob, Sequence[int]], object]


def finish(lease: Lease, aliases: Callable[[], Iterable[Alias]], tell: Tell, is_to_stop: Callable[[], bool]) -> bool:
    """Do what is left of the last steps; tell whether all is done."""
    job, names = lease.job, list(STEPS)
    if not job.phase:
        with lease.step(phase=names[0], cursor=0, state=JobState.FINISHING):
            lead_from(job, aliases())
    pages = ImportedItem.objects.filter(job=job, page__isnull=False).order_by("page")
    total = pages.count() * len(names)
    for place, name in enumerate(names[names.index(job.phase) :], names.index(job.phase)):
        done = 0
        while numbers := list(pages.filter(page__gt=job.cursor).values_list("page", flat=True)[:CHUNK]):
            if is_to_stop():
                return False
            with lease.step(cursor=numbers[-1]):
                STEPS[name](job, numbers)
            done += len(numbers)
            tell(FINISHING, place * (total // len(names)) + done, total)
        if place + 1 < len(names):
            lease.move(phase=names[place + 1], cursor=0)
    return True


# --- links among the stories


def link_stories(job: ImportJob, numbers: Sequence[int]) -> None:
    """Let links to old addresses lead to the pages themselves, wherever they will stand."""
    if job.site:
        lead_links(numbers, lambda link: is_of(job.site, link))


# --- related stories


def relate(job: ImportJob, numbers: Sequence[int]) -> None:
    """Choose related stories, now that those of their topics are in."""
    remembering = cache(newest_of)
    articles = list(Article._base_manager.filter(pk__in=numbers, live=True).prefetch_related("topics"))
    for article in articles:
        article.computed_related = find_related(article, remembering)
    Article._base_manager.bulk_update(articles, ["computed_related"])
    if job.is_delivery:
        invalidate_all([article.key for article in articles], cause=cause_of(job))


STEPS: Final[dict[str, Step]] = {
    "links": link_stories,
    "related": relate,
    "index": lambda _job, numbers: index_pages(numbers),
}


# --- old addresses of lists


def lead_from(job: ImportJob, aliases: Iterable[Alias]) -> None:
    """Lead from the old addresses of sections, topics and authors to what stands for them here."""
    names = Names(job)
    for alias in aliases:
        target = _target_of(names, alias, job)
        old = Redirect.normalise_path(alias.path)
        if target is None:
            continue
        leads = {"redirect_link": target} if isinstance(target, str) else {"redirect_page": target}
        if Redirect.normalise_path(target if isinstance(target, str) else target.specific.address) != old:
            add_redirect(job, old, **leads)


def _target_of(names: Names, alias: Alias, job: ImportJob) -> Any:
    if alias.kind == "address":
        return alias.names[0]
    if alias.kind == "page":
        items = ImportedItem.objects.filter(site=job.site, key__in=alias.names, page__isnull=False)
        return next((item.page for item in items.select_related("page")[:1]), None)
    term = names.term(alias.kind, alias.names, make=False)
    return term.address if isinstance(term, Topic | Author) else term
