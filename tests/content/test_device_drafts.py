"""Drafts on the devices of the newsroom: which of them have arrived, and who is asked."""

from typing import Any

import pytest
from django.test import Client

from rotative.accounts import roles
from rotative.content.device_drafts import MOST
from rotative.content.models import Article
from tests.builders import an_article, an_edition
from tests.newsroom import a_client, article_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    an_edition()
    return an_article("Le puits")


def save(client: Client, article: Article, **fields: str) -> Any:
    form = article_form(an_edition(), title="Le puits, encore") | {"slug": article.slug} | fields
    return client.post(f"/redaction/pages/{article.pk}/edit/", form)


def saved(client: Client) -> list[str]:
    answer = client.get("/redaction/session/", headers={"Accept": "application/json"})
    assert "no-store" in answer.headers["Cache-Control"]
    told: list[str] = answer.json()["saved"]
    return told


def test_a_browser_hears_which_of_its_drafts_are_stored(article: Article) -> None:
    client = a_client(roles.DESK_EDITOR)

    save(client, article, kept_draft="1-2-3-4")

    assert saved(client) == ["1-2-3-4"]
    assert saved(a_client(roles.REPORTER)) == []


def test_a_draft_that_was_refused_stays(article: Article) -> None:
    client = a_client(roles.DESK_EDITOR)

    answer = save(client, article, kept_draft="1-2-3-4", go_live_at="not a date")

    assert answer.status_code == 200
    assert saved(client) == []


def test_only_the_newest_are_noted_and_no_endless_names(article: Article) -> None:
    client = a_client(roles.DESK_EDITOR)
    session = client.session
    session["saved_drafts"] = [str(number) for number in range(MOST)]
    session.save()

    save(client, article, kept_draft="x" * 1000)
    save(client, article, kept_draft="newest")

    assert saved(client) == [*(str(number) for number in range(1, MOST)), "newest"]


def test_nobody_who_is_signed_out_hears_anything() -> None:
    assert Client().get("/redaction/session/").status_code == 302
