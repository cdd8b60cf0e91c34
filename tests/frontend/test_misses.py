"""A reader whose page is not stored yet is answered, and the publisher is asked to make the page."""

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from rotative.frontend import views
from rotative.publishing.models import Invalidation, StoredPage
from tests.builders import a_newspaper, a_section, an_article

pytestmark = pytest.mark.django_db


def asked_for() -> list[tuple[str, str, bool]]:
    return list(Invalidation.objects.filter(cause="miss").values_list("key", "cause", "urgent"))


def test_a_page_that_is_not_stored_is_asked_for_once(client: Client) -> None:
    section = a_section("Sport")
    Invalidation.objects.all().delete()
    for _ in range(2):
        assert client.get(section.address).status_code == 200
    assert asked_for() == [("path:/sport/", "miss", True)]


def test_what_was_taken_back_and_what_leads_elsewhere_is_asked_for_as_well(client: Client) -> None:
    article, moved = an_article(), an_article("Déplacé")
    old = moved.address
    moved.slug = "ici"
    moved.save_revision().publish()
    article.unpublish()
    Invalidation.objects.all().delete()
    assert client.get(article.address).status_code == 410
    assert client.get(old).headers["Location"] == "/politique/ici/"
    assert {key for key, _cause, _urgent in asked_for()} == {f"path:{article.address}", f"path:{old}"}


def test_what_a_change_has_already_touched_is_not_asked_for_again(client: Client) -> None:
    section = a_section("Sport")
    assert Invalidation.objects.filter(key=f"path:{section.address}").exists()
    client.get(section.address)
    assert not asked_for()


def test_what_the_publisher_knows_is_not_asked_for(client: Client) -> None:
    section = a_section("Sport")
    Invalidation.objects.all().delete()
    StoredPage.objects.create(path=section.address)
    assert client.get(section.address).status_code == 200
    assert not asked_for()


@pytest.mark.parametrize("address", ["/nulle-part/", "/sport//", "/" + "a" * 1500 + "/"])
def test_what_does_not_exist_is_not_asked_for(client: Client, address: str) -> None:
    a_newspaper()
    assert client.get(address).status_code == 404
    assert not asked_for()


def test_what_cannot_be_a_file_is_not_asked_for() -> None:
    a_newspaper()
    Invalidation.objects.all().delete()
    views.ask_to_store("/é/")
    views.ask_to_store("/.caché/")
    assert not Invalidation.objects.exists()


def test_readers_are_served_even_when_nothing_can_be_written(client: Client) -> None:
    section = a_section("Sport")
    Invalidation.objects.all().delete()
    with patch.object(views, "invalidate", side_effect=OperationalError("attempt to write a readonly database")):
        assert client.get(section.address).status_code == 200
    assert not asked_for()
