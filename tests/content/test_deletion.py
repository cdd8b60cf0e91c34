"""Nothing is deleted that articles need; the sentence says which."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rotative.accounts import roles
from rotative.content.models import Byline, Edition, Section
from tests.builders import a_section, an_article, an_author, an_edition
from tests.newsroom import a_client, messages_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def move(client: Client, page: Any, destination: Any) -> Any:
    path = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk])
    return client.post(path, follow=True)


def delete(client: Client, page: Any) -> Any:
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)


def delete_many(client: Client, *pages: Any) -> Any:
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    return client.post(f"{path}?{'&'.join(f'id={page.pk}' for page in pages)}", follow=True)


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_a_section_is_not_deleted_from_above_its_articles(remove: Any) -> None:
    desk = a_section("News")
    section = a_section("Politique", desk)
    an_article(section=section)
    an_article(section=section).unpublish()
    chief = a_client(roles.EDITOR_IN_CHIEF)
    for page in (desk, section):
        response = remove(chief, page)
        assert response.status_code == 200
        assert "2 article" in messages_of(response)
        assert page.title in messages_of(response)
    assert Section.objects.count() == 2


def test_the_reason_is_told_before_anybody_confirms() -> None:
    section = a_section()
    an_article(section=section)
    path = reverse("wagtailadmin_pages:delete", args=[section.pk])
    assert "1 article" in messages_of(a_client(roles.EDITOR_IN_CHIEF).get(path, follow=True))


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_a_section_without_articles_is_deleted(remove: Any) -> None:
    desk = a_section("News")
    a_section("Politique", desk)
    remove(a_client(roles.EDITOR_IN_CHIEF), desk)
    assert not Section.objects.exists()


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_a_section_whose_articles_were_moved_is_deleted_and_they_open(remove: Any) -> None:
    article, target = an_article(section=a_section("Politique")), a_section("Économie")
    chief = a_client(roles.EDITOR_IN_CHIEF)
    move(chief, article, target)
    remove(chief, article.section)
    assert list(Section.objects.all()) == [target]
    assert chief.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_an_edition_with_articles_is_not_deleted_from_under_them(remove: Any) -> None:
    edition = an_edition()
    an_article(edition=edition)
    response = remove(a_client(roles.EDITOR_IN_CHIEF), edition)
    assert response.status_code == 200
    assert "1 article" in messages_of(response)
    assert Edition.objects.filter(pk=edition.pk).exists()


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_an_edition_that_only_an_older_version_names_is_kept_for_it(remove: Any) -> None:
    old, new = an_edition("Bénin"), an_edition("Togo")
    article = an_article(edition=old)
    article.edition = new
    article.save_revision().publish()
    chief = a_client(roles.EDITOR_IN_CHIEF)
    assert "1 article" in messages_of(remove(chief, old))
    assert Edition.objects.count() == 2
    article.revisions.order_by("pk").first().as_object()


def test_an_edition_that_nobody_names_is_deleted() -> None:
    an_article(edition=an_edition("Togo"))
    delete(a_client(roles.EDITOR_IN_CHIEF), an_edition("Bénin"))
    assert [edition.title for edition in Edition.objects.all()] == ["Togo"]


def delete_author(client: Client, author: Any) -> Any:
    return client.post(reverse("wagtailsnippets_content_author:delete", args=[author.pk]), follow=True)


def delete_authors(client: Client, *authors: Any) -> Any:
    path = reverse("wagtail_bulk_action", args=["content", "author", "delete"])
    return client.post(f"{path}?{'&'.join(f'id={author.pk}' for author in authors)}", follow=True)


@pytest.mark.parametrize("remove", [delete_author, delete_authors])
def test_an_author_with_articles_is_not_deleted_from_under_them(remove: Any) -> None:
    author = an_author()
    an_article(authors=[author])
    response = remove(a_client(roles.EDITOR_IN_CHIEF), author)
    assert response.status_code == 200
    assert "1 article" in messages_of(response)
    assert type(author).objects.filter(pk=author.pk).exists()


@pytest.mark.parametrize("remove", [delete_author, delete_authors])
def test_an_author_whom_only_a_draft_names_is_kept_so_that_the_draft_can_be_opened(remove: Any) -> None:
    article, other, author = an_article(), an_author("Koffi Adjovi"), an_author("Awa Tossou")
    article.bylines = [Byline(author=other), Byline(author=author)]
    article.save_revision()
    chief = a_client(roles.EDITOR_IN_CHIEF)
    assert "1 article" in messages_of(remove(chief, author))
    assert chief.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200


@pytest.mark.parametrize("remove", [delete_author, delete_authors])
def test_an_author_whom_nobody_names_is_deleted(remove: Any) -> None:
    named, author = an_author("Koffi Adjovi", pk=11), an_author("Awa Tossou", pk=1)
    an_article(authors=[named])
    remove(a_client(roles.EDITOR_IN_CHIEF), author)
    assert list(type(author).objects.all()) == [named]
