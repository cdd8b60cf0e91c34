from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rotative.accounts.models import User
from rotative.comments import queries
from rotative.comments.models import Comment, ModerationDesk, Notice, Status
from rotative.content.models import Article, Section
from rotative.publishing import render
from rotative.publishing.models import Invalidation
from tests.builders import a_comment, a_section, an_article, an_edition

pytestmark = pytest.mark.django_db


def shape(page: queries.Page) -> list[tuple[str, list[str]]]:
    return [
        (thread.first.text if thread.first else "", [reply.text for reply in thread.replies]) for thread in page.threads
    ]


def approved(article: Article, text: str, in_reply_to: Comment | None = None, **fields: object) -> Comment:
    return a_comment(article, text=text, status=Status.APPROVED, in_reply_to=in_reply_to, **fields)


def test_threads_stand_in_the_order_of_their_first_comments_and_replies_below_them() -> None:
    article = an_article()
    one, two = approved(article, "1"), approved(article, "2")
    approved(article, "2.1", two)
    approved(article, "1.1", one)
    a_comment(article, text="waits")
    assert shape(queries.read_discussion(article.pk)) == [("1", ["1.1"]), ("2", ["2.1"])]


def test_a_pinned_thread_comes_first_with_its_replies() -> None:
    article = an_article()
    approved(article, "1")
    two = approved(article, "2", is_pinned=True)
    approved(article, "2.1", two)
    assert shape(queries.read_discussion(article.pk)) == [("2", ["2.1"]), ("1", [])]


def test_pages_have_fifty_and_a_thread_goes_on_where_it_was_cut() -> None:
    article = an_article()
    first = approved(article, "1")
    for number in range(60):
        approved(article, f"1.{number}", first)
    one, two = (queries.read_discussion(article.pk, number) for number in (1, 2))
    assert (one.count, one.pages, two.count) == (61, 2, 61)
    assert len(one.threads[0].replies) == 49
    assert [(thread.continues, len(thread.replies)) for thread in two.threads] == [(True, 11)]
    assert queries.read_discussion(article.pk, 3).threads == []
    assert list(queries.page_numbers(article.pk)) == [2]
    assert [(found.pk, list(numbers)) for found, numbers in queries.long_discussions()] == [(article.pk, [2])]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_the_last_page_is_never_empty(count: int, pages: int) -> None:
    assert queries.Page([], count, 1).pages == pages


def test_counts_are_of_what_readers_see_and_the_newest_come_first() -> None:
    old, new, hidden = an_article("Ancien"), an_article("Nouveau"), an_article("Retiré")
    for article in (old, hidden, new):
        approved(article, "x")
    approved(new, "y")
    a_comment(new)
    hidden.unpublish()
    assert queries.latest_counts() == [(new.address, 2), (old.address, 1)]


def test_whoever_looks_after_the_server_is_told_which_mails_are_late_and_refused() -> None:
    now = timezone.now()
    waiting = a_comment(created_at=now - timedelta(hours=2))
    a_comment(waiting.article, status=Status.APPROVED, created_at=now - timedelta(hours=9))
    for number, (age, attempts, state) in enumerate(
        [(11, 0, "due"), (9, 2, "due"), (0, 3, "due"), (11, 3, "sent"), (11, 0, "held")]
    ):
        due_at = now - timedelta(minutes=age)
        Notice.objects.create(event=str(number), to="a@a.example", due_at=due_at, attempts=attempts, state=state)
    report = queries.report()
    assert (report.waiting, report.mails_due, report.mails_late, report.mails_refused) == (1, 3, 1, 1)
    assert 7200 <= report.oldest_seconds < 7300


def test_the_fragment_of_counts_hears_of_each_article_that_moves_goes_or_comes_back() -> None:
    section = a_section("Politique")
    article = an_article("Vote", section)
    approved(article, "x")
    changes: list[Callable[[], Any]] = [
        lambda: rename(article),
        lambda: rename(section),
        lambda: Article.objects.get(pk=article.pk).unpublish(),
        lambda: Article.objects.get(pk=article.pk).get_latest_revision().publish(),
    ]
    for change in changes:
        keys = render.render("/fragments/commentaires/").keys
        Invalidation.objects.all().delete()
        change()
        assert keys & set(Invalidation.objects.values_list("key", flat=True))


def rename(page: Article | Section) -> None:
    page.refresh_from_db()
    page.slug += "-bis"
    page.save_revision().publish()


def test_a_moderator_reads_the_part_of_the_paper_that_is_theirs() -> None:
    user = User.objects.create_superuser("moderatrice")
    desk = a_section("Bureau")
    below, other = a_section("Rubrique", desk), a_section("Autre")
    benin, togo = an_edition("Bénin"), an_edition("Togo")
    inside = a_comment(an_article("a", below, edition=togo))
    outside = a_comment(an_article("b", other, edition=benin))
    both = a_comment(an_article("c", below, edition=togo, other_editions=[benin]))
    assert set(queries.moderated_by(user)) == {inside, outside, both}
    theirs = ModerationDesk(user=user)
    theirs.sections.set([desk])
    theirs.save()
    assert set(queries.moderated_by(user)) == {inside, both}
    theirs.editions.set([benin])
    theirs.save()
    assert set(queries.moderated_by(user)) == {both}
    assert not queries.moderated_by(User.objects.create_user("lectrice")).exists()
