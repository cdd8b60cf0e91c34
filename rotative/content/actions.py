"""Everything that changes the newspaper from outside Wagtail's own screens, each in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Page, Revision, Site
from wagtail.signals import page_published

from rotative.content.darkroom import Developed
from rotative.content.models import Article, Home, MediaFile, Newspaper, Picture, Section, Withdrawal
from rotative.content.models.images import make_copies
from rotative.content.models.pages import ReaderPage
from rotative.content.online import keys_of, propagation_of
from rotative.content.slugs import slug_from, slugs_from
from rotative.publishing import purge
from rotative.publishing.invalidation import invalidate
from rotative.publishing.keys import path_key
from rotative.publishing.models import StoredPage
from rotative.publishing.writing import writing

# In the history of a page.
TAKE_DOWN = "content.take_down"
KEEP_BESIDE = "content.keep_beside"
# So many pages are searched for an article before it goes; all of them are made again.
MOST_SHOWN = 500


@writing()
def found_newspaper(name: str) -> Home:
    """Make the front page and the settings of a paper that has none; return the front page."""
    # What Wagtail calls “Root” stands in the path above every page that an administrator opens.
    Page.objects.filter(depth=1, title="Root").update(title=gettext("Newspaper"), draft_title=gettext("Newspaper"))
    home = Home.objects.first()
    if home is not None:
        return home
    root = Page.get_first_root_node()
    for welcome in root.get_children():  # the page that Wagtail's first migration leaves behind
        welcome.delete()
    root.refresh_from_db()
    home = root.add_child(instance=Home(title=name, slug="accueil"))
    home.save_revision().publish()
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "site_name": name, "root_page": home},
    )
    newspaper = Newspaper.load()
    newspaper.name = name
    newspaper.save()
    return Home.objects.get(pk=home.pk)


@writing()
def find_or_make_section(titles: Sequence[str]) -> tuple[Section, list[Section]]:
    """Return the section at the end of `titles` (one or two levels), and those that were made for it.

    A section is found by its title, or by the address that the title gives. Raises ValueError for no title or more
    than two.
    """
    if not 1 <= len(titles) <= 2:
        raise ValueError("A section has one or two levels.")
    parent: Page = Home.objects.get()
    made = []
    for title in titles:
        found = _section_called(title, parent)
        if found is None:
            found = parent.add_child(instance=Section(title=title, slug=slug_from(title)))
            found.save_revision().publish()
            made.append(found)
        parent = Section.objects.get(pk=found.pk)
    return parent, made


def _section_called(title: str, parent: Page) -> Section | None:
    """Return the section below a page that has this title, else one much like it, else an address that it gives."""
    slugs, beside = set(slugs_from(title)), list(Section.objects.child_of(parent).order_by("path"))
    titled = (each for each in beside if each.title == title)
    alike = (each for each in beside if not slugs.isdisjoint(slugs_from(each.title)))
    return next(chain(titled, alike, (each for each in beside if each.slug in slugs)), None)


@writing()
def add_picture(developed: Developed, name: str, *, title: str, description: str, credit: str) -> Picture:
    """Add a picture that the darkroom has developed, with the copies that pages offer."""
    file = ContentFile(developed.data, name=developed.rename(name))
    picture = Picture.objects.create(title=title[:255], file=file, description=description[:255], credit=credit[:200])
    make_copies([picture])
    return picture


@writing()
def add_media_file(data: bytes, digest: str, stem: str, extension: str, title: str) -> MediaFile:
    """Add a sound, a film or a PDF that was found to be what its extension says.

    Part of the digest is in its name, for browsers keep what a name stood for. To take it would hold up other writers.
    """
    file = ContentFile(data, name=f"{stem or 'media'}-{digest[:8]}.{extension}")
    return MediaFile.objects.create(title=title[:255], file=file)


@writing()
def take_down(article: Article, withdrawal: Withdrawal, user: Any) -> None:
    """Withdraw an article everywhere, before everything else that waits, and say what stands at its address instead."""
    keys = keys_of(article)
    # When it is taken down a second time, to say something else, no page shows it any more.
    withdrawal.shown_on = list(dict.fromkeys([*_pages_that_show(article, keys), *withdrawal.shown_on]))
    if article.live:  # it may be down already, and is to say something else
        article.unpublish(user=user)
    withdrawal.made_by = user
    withdrawal.save()
    invalidate(*keys, cause=f"take down {article.key}", urgent=True)
    noted = {"kind": withdrawal.kind, "target": withdrawal.target, "reason": withdrawal.reason}
    log(instance=article, action=TAKE_DOWN, user=user, data=noted)


def _pages_that_show(article: Article, keys: Sequence[str]) -> list[str]:
    """Return the paths of stored pages beside its own that lead to `article`, the most urgent first."""
    readers = StoredPage.reading(keys).filter(status=200)
    pages = readers.exclude(path=article.address).filter(body__isnull=False).select_related("body")
    return [page.path for page in pages.order_by("priority", "path")[:MOST_SHOWN] if _leads_to(article, page)]


def _leads_to(article: Article, page: StoredPage) -> bool:
    try:
        return article.address.encode() in page.body.unpack()
    except ValueError:  # a damaged row must not hold up a take-down
        return True


@writing()
def keep_beside(page: ReaderPage, user: Any) -> Revision:
    """Keep a version of a page that came too late, in its history, without making it the newest; return it.

    It is dated a moment before the version that stands, for Wagtail takes whatever is dated last for the newest.
    """
    standing = page.latest_revision
    created_at = standing.created_at - timedelta(microseconds=1) if standing else None
    kept = _add_version(page, user=user, created_at=created_at)
    log(instance=page, action=KEEP_BESIDE, user=user, revision=kept, content_changed=False)
    return kept


@writing()
def try_again(page: ReaderPage, changed_at: datetime) -> None:
    """Have the pages that do not show the last change of `page` made again, before everything else that waits."""
    failing = propagation_of(page, changed_at).failing
    keys = {page.key, path_key(page.address), *(path_key(failed.path) for failed in failing)}
    invalidate(*keys, cause="retry", urgent=True)


@writing()
def take_down_again(article: Article, withdrawal: Withdrawal) -> None:
    """Have the pages of an article that was taken down made again, and tell the caches once more to forget them."""
    try_again(article, withdrawal.made_at)
    purge.enqueue([article.address, *withdrawal.shown_on])


@writing()
def publish_article(section: Section, article: Article) -> Article:
    """Put a new article below `section` and publish it, with the rows that an editor's article has in the end.

    It is saved once, where an editor's is saved as a draft, as a version, and published. Raises ValidationError when
    something that a published article needs is missing, and then keeps nothing.
    """
    article.live = True
    article.last_published_at = timezone.now()
    article.first_published_at = article.first_published_at or article.last_published_at
    section = Section.objects.get(pk=section.pk)  # treebeard counts children on the instance it is given
    section.add_child(instance=article)
    version = _add_version(article)
    Page.objects.filter(pk=article.pk).update(
        latest_revision=version, latest_revision_created_at=version.created_at, live_revision=version
    )
    page_published.send(sender=Article, instance=article, revision=version)
    log(instance=article, action="wagtail.publish", revision=version, content_changed=True)
    return Article.objects.get(pk=article.pk)


def _add_version(page: ReaderPage, **fields: Any) -> Revision:
    """Keep what a page says as a version of it, and change nothing of the page."""
    return Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        content=page.serializable_data(),
        object_str=str(page),
        **fields,
    )
