"""No way of deleting an article takes what its readers wrote along without a word."""

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.models import PageLogEntry

from rotative.accounts import roles
from rotative.comments import deciding, privacy
from rotative.comments.models import Comment, Discussion, Notice, Status
from rotative.content.models import Article
from tests.builders import a_comment, an_article
from tests.content.test_deletion import delete_many
from tests.newsroom import a_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return an_article("Le pont")


@pytest.fixture
def chief() -> Client:
    return a_client(roles.EDITOR_IN_CHIEF)


def delete(client: Client, article: Article, **fields: Any) -> str:
    address = reverse("wagtailadmin_pages:delete", args=[article.pk])
    answer = client.post(address, fields, follow=True) if fields.pop("sends", True) else client.get(address)
    return str(answer.content.decode())


def test_who_deletes_an_article_is_told_how_many_comments_go_with_it(chief: Client, article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED)
    a_comment(article, status=Status.APPROVED, in_reply_to=first)
    a_comment(article)
    for told in (delete(chief, article, sends=False), delete(chief, article)):
        assert "3 commentaires de lecteurs" in told and "1 d’entre eux attend" in told
        assert reverse("take_down", args=[article.pk]) in told
    assert (Article.objects.count(), Comment.objects.count()) == (1, 3)


def test_whoever_has_read_the_number_deletes_the_article_with_its_comments(chief: Client, article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True)
    reply = a_comment(article, in_reply_to=first)
    deciding.decide([reply], Status.APPROVED, None)
    assert Notice.objects.exists()
    delete(chief, article, comments="2")
    assert not Article.objects.exists() and not Comment.objects.exists() and not Discussion.objects.exists()
    assert not Notice.objects.exists()
    assert PageLogEntry.objects.get(action=privacy.DELETE_ALL).data == {"count": 2}


def test_a_comment_that_comes_meanwhile_is_not_deleted_unseen(chief: Client, article: Article) -> None:
    a_comment(article)
    a_comment(article)
    assert "rien n’a été supprimé" in delete(chief, article, comments="1")
    assert (Article.objects.count(), Comment.objects.count()) == (1, 2)


def test_an_article_without_comments_is_deleted_as_ever(chief: Client, article: Article) -> None:
    a_comment(an_article("Autre"))
    delete(chief, article)
    assert [found.title for found in Article.objects.all()] == ["Autre"]


def test_of_many_articles_none_is_deleted_when_readers_have_written(chief: Client, article: Article) -> None:
    a_comment(article)
    answer = delete_many(chief, an_article("Autre"), article)
    assert "1 commentaire de lecteur" in answer.content.decode()
    assert (Article.objects.count(), Comment.objects.count()) == (2, 1)


def test_a_program_that_deletes_an_article_is_refused(article: Article) -> None:
    a_comment(article)
    with pytest.raises(ProtectedError):
        Article.objects.get().delete()
    assert Article.objects.exists()
    assert privacy.delete_all_on(article.pk) == 1
    Article.objects.get().delete()
    assert not Article.objects.exists()
