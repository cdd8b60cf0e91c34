"""How much the database is asked for one page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import a_picture, a_section, a_topic, an_article, an_author

pytestmark = pytest.mark.django_db


def count(client: Client, address: str) -> int:
    client.get(address)  # what a process learns once, such as content types
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_list_costs_the_same_number_of_queries_however_long(client: Client) -> None:
    section = a_section("Sport")
    for _ in range(3):
        an_article(section=section, lead_image=a_picture(), topics=[a_topic()], authors=[an_author()])
    few = count(client, section.address)
    for _ in range(6):
        an_article(section=section, lead_image=a_picture(), topics=[a_topic()], authors=[an_author()])
    assert count(client, section.address) == few


def test_an_article_costs_the_same_number_of_queries_however_many_pictures(client: Client) -> None:
    def body(pictures: int) -> list[tuple[str, object]]:
        return [("image", {"image": a_picture(), "caption": "", "credit": ""}) for _ in range(pictures)]

    one, five = an_article(body=body(1)), an_article(body=body(5))
    assert count(client, five.address) == count(client, one.address)
