"""Post-processing, when everything is in: links among stories, related stories, old addresses of lists, indexes.

Each step goes through the pages of a job by their numbers and notes how far it is, like the reading before it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape, unescape
from typing import Any, Final

from django.utils.translation import gettext_noop
from modelsearch import index
from modelsearch.backends import get_search_backends
from wagtail.contrib.redirects.models import Redirect

from rotative.content.models import Article, StandingPage
from rotative.content.models.related import find_related, newest_of
from rotative.importers.filing.leases import cause_of, step
from rotative.importers.filing.naming import Names
from rotative.importers.filing.redirects import add_redirect
from rotative.importers.filing.references import index_references
from rotative.importers.filing.sources import Alias
from rotative.importers.models import ImportedItem, ImportJob, JobState
from rotative.importers.story.old_addresses import is_of, parts_of
from rotative.progress import Tell
from rotative.publishing.invalidation import invalidate_all

CHUNK: Final = 200
FINISHING: Final = gettext_noop("Finishing")
_LINK: Final = re.compile(r'<a href="([^"]{1,2000})">')

# Of an article, which the index of references would ask for one by one.
PARTS: Final = ("bylines", "topics", "other_editions", "corrections", "related_stories")

Step = Callable[[ImportJob, Sequence[int]], object]


def finish(job: ImportJob, aliases: Callable[[], Iterable[Alias]], tell: Tell, is_to_stop: Callable[[], bool]) -> bool:
    """Do what is left of the last steps; tell whether all is done."""
    names = list(STEPS)
    if not job.phase:
        with step(job, phase=names[0], cursor=0, state=JobState.FINISHING):
            lead_from(job, aliases())
    pages = ImportedItem.objects.filter(job=job, page__isnull=False).order_by("page")
    total = pages.count() * len(names)
    for place, name in enumerate(names[names.index(job.phase) :], names.index(job.phase)):
        done = 0
        while numbers := list(pages.filter(page__gt=job.cursor).values_list("page", flat=True)[:CHUNK]):
            if is_to_stop():
                return False
            with step(job, cursor=numbers[-1]):
                STEPS[name](job, numbers)
            done += len(numbers)
            tell(FINISHING, place * (total // len(names)) + done, total)
        if place + 1 < len(names):
            with step(job, phase=names[place + 1], cursor=0):
                pass
    return True


# --- links among the stories


def link_stories(job: ImportJob, numbers: Sequence[int]) -> None:
    """Let links to old addresses lead to the pages themselves, wherever they will stand."""
    if not job.site:
        return
    for model in (Article, StandingPage):
        pages = list(model._base_manager.filter(pk__in=numbers).only("pk", "body"))
        links = {link for page in pages for link in _links_in(page.body.raw_data) if is_of(job.site, link)}
        if not links:
            continue
        targets = _targets(links)
        for page in pages:
            data = [_relinked(block, job.site, targets) for block in page.body.raw_data]
            field: Any = model._meta.get_field("body")
            model._base_manager.filter(pk=page.pk).update(body=field.to_python(data))


def _links_in(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield from (unescape(link) for link in _LINK.findall(value))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _links_in(each)
    elif not isinstance(value, int | float | None):
        for each in value:
            yield from _links_in(each)


def _path_of(link: str) -> str:
    parts = parts_of(link)
    return str(Redirect.normalise_path((parts.path or "/") + (f"?{parts.query}" if parts.query else "")))


def _targets(links: Iterable[str]) -> dict[str, str]:
    """Return the opening tag for each old address of which it is known where it leads now."""
    by_path = {_path_of(link): link for link in links}
    rows = Redirect.objects.filter(old_path__in=by_path).select_related("redirect_page")
    targets = {}
    for row in rows:
        if row.redirect_page_id:
            targets[row.old_path] = f'<a linktype="page" id="{row.redirect_page_id}">'
        elif row.redirect_link:
            targets[row.old_path] = f'<a href="{escape(row.redirect_link)}">'
    return targets


def _relinked(value: Any, site: str, targets: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _LINK.sub(lambda match: _opened(match, site, targets), value)
    if isinstance(value, dict):
        return {name: _relinked(each, site, targets) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_relinked(each, site, targets) for each in value]
    return value


def _opened(match: re.Match[str], site: str, targets: dict[str, str]) -> str:
    link = unescape(match[1])
    if not is_of(site, link):
        return match[0]
    return targets.get(_path_of(link), match[0])


# --- related stories, indexes


def relate(job: ImportJob, numbers: Sequence[int]) -> None:
    """Choose related stories, now that those of their topics are in."""
    remembering = cache(newest_of)
    articles = list(Article._base_manager.filter(pk__in=numbers, live=True).prefetch_related("topics"))
    for article in articles:
        article.computed_related = find_related(article, remembering)
    Article._base_manager.bulk_update(articles, ["computed_related"])
    if job.is_delivery:
        invalidate_all([article.key for article in articles], cause=cause_of(job))


def index_pages(job: ImportJob, numbers: Sequence[int]) -> None:
    """Fill the index of references and the newsroom's search."""
    for model, parts in {Article: PARTS, StandingPage: ()}.items():
        pages = list(model._base_manager.filter(pk__in=numbers).prefetch_related(*parts))
        index_references(pages)
        if not pages or not index.class_is_indexed(model):
            continue
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, pages)


STEPS: Final[dict[str, Step]] = {"links": link_stories, "related": relate, "index": index_pages}


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
    match alias.kind:
        case "section":
            return names.section(alias.names)
        case "edition":
            return names.edition(alias.names[0], make=False)
        case "topic":
            topic = names.topic(alias.names[0])
            return topic.address if topic else None
        case "author":
            author = names.author(alias.names[0], make=False)
            return author.address if author else None
        case "page":
            items = ImportedItem.objects.filter(site=job.site, key__in=alias.names, page__isnull=False)
            item = items.select_related("page").first()
            return item.page if item else None
        case _:
            return alias.names[0]
