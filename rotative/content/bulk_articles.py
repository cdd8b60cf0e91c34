"""Write many new articles at once: their rows in every table, in the order in which they depend on one another."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import Locale, Page

from rotative.content.bulk import Branch, Rows
from rotative.content.models import Article, Author, Byline, Edition, Listing, Section, Topic
from rotative.content.models.listings import PAPER, UNDATED, month_of
from rotative.content.models.pages import ARCHIVE, FIRST_LEVEL, RESERVED_SLUGS


class ArticleRows:
    """Gathers pages below `parents`, and what makes articles of them."""

    def __init__(self, parents: Iterable[Page]) -> None:
        self.branches = {page.pk: Branch(page) for page in parents}
        self.pages = Rows(Page, locale=Locale.get_default())
        self.articles = Rows(Article, page_ptr_id=0, section_id=0)
        self.bylines = Rows(Byline)
        self.topics = Rows(Article.topics.through)
        self.other_editions = Rows(Article.other_editions.through)
        self.listings = Rows(Listing)

    def add_page(self, model: type[Model], key: int, parent: int, title: str, slug: str, **fields: Any) -> str:
        """Gather a page at the next free place below its parent; return its path."""
        branch = self.branches[parent]
        url_path = f"{branch.page.url_path}{slug}/"
        self.pages.add(
            id=key,
            content_type_id=ContentType.objects.get_for_model(model).pk,
            path=branch.next_path(),
            depth=branch.page.depth + 1,
            title=title,
            draft_title=title,
            slug=slug,
            url_path=url_path,
            **fields,
        )
        return url_path

    def add_article(
        self,
        key: int,
        section: Section,
        *,
        edition: Edition | None,
        other_editions: Sequence[Edition],
        topics: Sequence[Topic],
        bylines: Sequence[tuple[Author | None, str]],
        listed_at: datetime | None,
        **fields: Any,
    ) -> None:
        """Gather an article, which stands in lists from `listed_at` on. A byline is an author or a guest."""
        self.articles.add(page_ptr_id=key, section_id=section.pk, edition_id=edition.pk if edition else None, **fields)
        for order, (author, guest) in enumerate(bylines):
            self.bylines.add(article_id=key, author_id=author.pk if author else None, guest=guest, sort_order=order)
        self.topics.add_each("topic_id", [topic.pk for topic in topics], article_id=key)
        self.other_editions.add_each("edition_id", [other.pk for other in other_editions], article_id=key)
        if listed_at:
            month = month_of(fields["published_at"]) if fields["published_at"] else UNDATED
            belongs = [section, edition, *other_editions, *topics, *(author for author, _guest in bylines)]
            listed = {PAPER, *(each.collection_key for each in belongs if each)}
            if section.desk_id:
                listed.add(f"section:{section.desk_id}")
            self.listings.add_each("collection", sorted(listed), month=month, listed_at=listed_at, article_id=key)

    def write(self) -> None:
        """Insert what was gathered."""
        tables: list[Rows | Branch] = [self.pages, self.articles, self.bylines, self.topics, self.other_editions]
        for table in (*tables, self.listings, *self.branches.values()):
            table.write()


class FreeSlugs:
    """Hands out slugs that no page has beside the new one; `wanted` are those that are to be free, by their parents."""

    def __init__(self, wanted: Mapping[int, set[str]]) -> None:
        parents = Page.objects.in_bulk(wanted)
        self._taken = {number: _taken(parents[number], slugs) for number, slugs in wanted.items()}

    def take(self, parent: int, slug: str) -> str:
        """Return the slug, with a number behind it where it is taken."""
        taken, number, free = self._taken[parent], 2, slug
        while free in taken:
            free = f"{slug}-{number}"
            number += 1
        taken.add(free)
        return free


def _taken(parent: Page, wanted: set[str]) -> set[str]:
    beside = Page.objects.child_of(parent)
    equal = set(beside.filter(slug__in=wanted).values_list("slug", flat=True))
    numbered = (beside.filter(slug__startswith=f"{slug}-").values_list("slug", flat=True) for slug in equal)
    return equal.union(*numbered, RESERVED_SLUGS if parent.depth + 1 == FIRST_LEVEL else {ARCHIVE})
