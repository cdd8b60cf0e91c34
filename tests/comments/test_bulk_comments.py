"""Comments written many at a time stand as readers would have written them here."""

from datetime import UTC, datetime, timedelta

import pytest

from rotative.comments import derived
from rotative.comments.bulk_comments import CommentRows, OldComment
from rotative.comments.models import Comment, Discussion, Status
from rotative.content.models import Article
from rotative.publishing.writing import writing
from tests.builders import an_article

pytestmark = pytest.mark.django_db
BEGAN = datetime(2019, 5, 1, tzinfo=UTC)


def said(key: str, text: str = "D’accord.", parent: str = "", minute: int = 0, email: str = "") -> OldComment:
    return OldComment(key, parent, "Issa", email, text, Status.APPROVED, BEGAN + timedelta(minutes=minute))


def written(article: Article, *comments: OldComment) -> list[Comment]:
    with writing():
        rows = CommentRows(len(comments))
        count = rows.add_discussion(article.pk, comments, is_live=True)
        rows.write()
    found = list(Comment.objects.order_by("pk"))
    assert len(found) == count
    return found


def test_an_answer_to_an_answer_stands_in_the_thread_of_the_first() -> None:
    article = an_article()
    first, second, third = written(article, said("c", "Si.", "b", 2), said("a", "Non."), said("b", "Non !", "a", 1))
    assert (second.thread, third.thread, third.in_reply_to) == (first, first, second)
    assert Discussion.objects.get(article=article).count == 3
    assert list(derived.mismatches()) == []


def test_the_same_words_twice_are_two_comments() -> None:
    first, second = written(an_article(), said("a"), said("b"))
    assert first.fingerprint != second.fingerprint


def test_a_circle_of_answers_ends() -> None:
    assert len(written(an_article(), said("a", "Un.", "b"), said("b", "Deux.", "a"))) == 2


def test_what_says_nothing_is_left_out_and_what_is_no_address_is_not_kept() -> None:
    (only,) = written(an_article(), said("a", " \u200b"), said("b", email="issa"))
    assert only.email == ""
