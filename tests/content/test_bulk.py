"""What is written many rows at a time is followed, or refused in a sentence that says what to do instead."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect

from rotative.comments import queries as comments
from rotative.comments.models import Comment, Status
from rotative.content import derived
from rotative.content.models import Article, Author, Byline, Listing, Section, Topic
from rotative.publishing.invalidation import NotInBulkError
from rotative.publishing.models import Invalidation
from tests.builders import a_comment, a_section, a_topic, an_article, an_author, an_edition

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 12, 9, tzinfo=UTC)


def touched_by(change: Callable[[], Any]) -> set[str]:
    Invalidation.objects.all().delete()
    change()
    return set(Invalidation.objects.values_list("key", flat=True))


def lists_of(article: Article) -> set[str]:
    return set(Listing.objects.filter(article=article).values_list("collection", flat=True))


# --- single columns


def test_a_date_that_is_saved_alone_moves_the_article_to_its_month() -> None:
    article = an_article(published_at=datetime(2020, 1, 1, tzinfo=UTC))
    article.published_at = MARCH
    touched = touched_by(lambda: article.save(update_fields=["published_at"]))
    assert {"paper/articles/2020-01", "paper/articles/2026-03"} <= touched
    assert list(derived.mismatches()) == []


def test_an_edition_that_is_set_by_update_or_create_lists_the_article_there() -> None:
    article, togo = an_article(), an_edition("Togo")
    touched = touched_by(lambda: Article.objects.update_or_create(pk=article.pk, defaults={"edition": togo}))
    assert f"{togo.collection_key}/articles" in touched
    assert togo.collection_key in lists_of(article)


def test_a_slug_that_is_saved_alone_takes_the_address_along_and_leaves_a_redirect() -> None:
    desk = a_section("Économie")
    article = an_article("Vote", a_section("Politique", desk))
    section = Section.objects.get(slug="politique")
    section.slug = "vie-publique"
    section.save(update_fields=["slug"])
    article.refresh_from_db()
    assert article.address == "/economie/vie-publique/vote/"
    assert Redirect.objects.get(old_path="/economie/politique/vote").redirect_page_id == article.pk
    assert list(derived.mismatches()) == []


def test_an_instance_that_was_read_before_its_section_was_renamed_keeps_the_new_address() -> None:
    section = a_section("Politique")
    article = an_article("Vote", section)
    before = Article.objects.get(pk=article.pk)
    section.slug = "vie-publique"
    section.save()
    before.title = "Vote, suite"
    before.save()
    assert Article.objects.get(pk=article.pk).address == "/vie-publique/vote/"


def test_a_section_that_was_read_before_its_first_article_was_made_keeps_count_of_it() -> None:
    section = a_section("Politique")
    before = Section.objects.get(pk=section.pk)
    an_article("Vote", section)
    before.description = "Ce qui se décide."
    before.save()
    assert Section.objects.get(pk=section.pk).numchild == 1
    assert an_article("Suite", section).address == "/politique/suite/"


# --- many rows


def test_bylines_made_changed_and_deleted_in_bulk_move_the_article_between_its_authors() -> None:
    article, awa, kofi = an_article(), an_author("Awa"), an_author("Kofi")
    assert f"{awa.collection_key}/articles" in touched_by(
        lambda: Byline.objects.bulk_create([Byline(article=article, author=awa)])
    )
    assert awa.collection_key in lists_of(article)

    touched = touched_by(lambda: Byline.objects.filter(article=article).update(author=kofi))
    assert {f"{awa.collection_key}/articles", f"{kofi.collection_key}/articles"} <= touched
    assert kofi.collection_key in lists_of(article) and awa.collection_key not in lists_of(article)

    assert f"{kofi.collection_key}/articles" in touched_by(lambda: Byline.objects.filter(article=article).delete())
    assert list(derived.mismatches()) == []


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Section, {"slug": "x"}),
        (Article, {"url_path": "/x/"}),
        (Article, {"numchild": 3}),
        (Topic, {"slug": "x"}),
        (Author, {"slug": "x"}),
        (Byline, {"article": 1}),
        (Comment, {"article": 1}),
    ],
)
def test_what_nothing_could_follow_is_refused_in_bulk(model: Any, values: dict[str, Any]) -> None:
    with pytest.raises(NotInBulkError, match=r"Change \w+ of each .+ with save\(\)"):
        model.objects.update(**values)


def test_a_slug_cannot_come_in_by_bulk_update_either() -> None:
    topic = a_topic("Eau")
    topic.slug = "x"
    with pytest.raises(NotInBulkError):
        Topic.objects.bulk_update([topic], ["slug"])


def test_redirects_in_bulk_touch_where_they_begin_before_and_after() -> None:
    made = [Redirect(old_path="/a", redirect_link="/x/"), Redirect(old_path="/b", redirect_link="/y/")]
    assert touched_by(lambda: Redirect.objects.bulk_create(made)) == {"path:/a/", "path:/b/"}
    change = Redirect.objects.filter(old_path="/a")
    assert touched_by(lambda: change.update(old_path="/c")) == {"path:/a/", "path:/c/"}
    assert touched_by(lambda: Redirect.objects.update(redirect_link="/z/")) == {"path:/b/", "path:/c/"}
    assert touched_by(lambda: Redirect.objects.all().delete()) == {"path:/b/", "path:/c/"}


def test_comments_deleted_or_decided_in_bulk_are_counted_anew() -> None:
    article = an_article()
    for _number in range(3):
        a_comment(article, status=Status.APPROVED)
    Comment.objects.filter(pk=Comment.objects.first().pk).delete()
    assert comments.latest_counts() == [(article.address, 2)]
    Comment.objects.update(status=Status.SPAM)
    assert comments.latest_counts() == []
