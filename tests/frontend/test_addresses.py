"""One page stands at one address: whatever answers is stored, so nobody may make up addresses that answer."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from rotative.frontend.pages import archives, sitemaps
from rotative.publishing import redirects, render, tracking
from rotative.publishing.models import Invalidation
from tests.builders import a_section, a_topic, an_article
from tests.frontend.world import World, a_world, all_paths, at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the third article of a month begin a second part."""
    monkeypatch.setattr(archives, "PART", 2)
    monkeypatch.setattr(sitemaps, "PART", 2)


@pytest.fixture
def world() -> World:
    world = a_world()
    for number in range(3):
        an_article(f"Mai {number}", world.section, published_at=at(2023, 5), topics=[world.topic])
    return world


def made_up(path: str) -> Iterator[str]:
    """Yield addresses that look like `path`: other digits, more or fewer steps, other letters."""
    for number in re.finditer(r"[0-9]+", path):
        for other in (
            f"0{number[0]}",
            f"00{number[0]}",
            f"{number[0]}0",
            "".join("٠١٢٣٤٥٦٧٨٩"[int(d)] for d in number[0]),
        ):
            yield path[: number.start()] + other + path[number.end() :]
    yield path.replace("/", "//")
    yield path.upper()
    if path.endswith("/"):
        for step in (
            "1/",
            "2/",
            "archives/",
            "archives/1999-01/",
            "archives/2023-05/9/",
            "archives/x/y/",
            "rss.xml",
            "x/",
        ):
            yield path + step
        yield f"/flux{path}rss.xml"


def test_whatever_answers_is_one_of_the_paths_or_leads_to_one(world: World) -> None:
    paths = set(all_paths())
    assert "/archives/2023-05/2/" in paths
    assert "/sitemaps/2023-05-2.xml" in paths
    asked = {other for path in [*paths, *world.absences] for other in made_up(path)} - paths - world.absences.keys()
    with tracking.batch_cache():
        found = {path: render.render(path).document for path in sorted(asked)}
    assert not [path for path, document in found.items() if document.status in {200, 410}]
    led = {path: redirects.target_of(document.body) for path, document in found.items() if document.status == 301}
    assert not {path: target for path, target in led.items() if target not in paths}
    assert len(led) < len(asked) / 20  # else they are too many for what has moved


@pytest.mark.parametrize("number", ["02", "0002", "1", "0", "٢", "10000", "2/2"])
def test_a_part_of_a_month_has_one_number(client: Client, number: str) -> None:
    for count in range(3):
        an_article(f"Mai {count}", published_at=at(2023, 5), topics=[a_topic()])
    Invalidation.objects.all().delete()
    for base in ("/archives/", "/sujets/eau-potable/archives/"):
        assert client.get(f"{base}2023-05/2/").status_code == 200
        assert client.get(f"{base}2023-05/{number}/").status_code == 404
    asked = Invalidation.objects.filter(cause="miss").values_list("key", flat=True)
    assert set(asked) == {"path:/archives/2023-05/2/", "path:/sujets/eau-potable/archives/2023-05/2/"}


def test_a_place_that_has_moved_takes_along_the_pages_that_it_has_and_no_others(client: Client) -> None:
    topic = a_topic("Ancien")
    for count in range(3):
        an_article(f"Mai {count}", published_at=at(2023, 5), topics=[topic])
    topic.slug = "nouveau"
    topic.save()
    for step in ("", "2023-05/", "2023-05/2/"):
        assert client.get(f"/sujets/ancien/archives/{step}").headers["Location"] == f"/sujets/nouveau/archives/{step}"
    for step in ("1999-01/", "2023-05/3/", "2023-05/02/", "sans-date/", "x/", "x/y/z/"):
        assert client.get(f"/sujets/ancien/archives/{step}").status_code == 404, step


def test_a_month_that_a_moved_place_has_only_later_is_followed() -> None:
    topic = a_topic("Ancien")
    topic.slug = "nouveau"
    topic.save()
    keys = render.render("/sujets/ancien/archives/2023-05/").keys
    assert {topic.collection_key + "/articles/2023-05", "path:/sujets/ancien/", "path:/sujets/nouveau/"} <= keys


def test_only_what_has_a_feed_takes_it_along(client: Client) -> None:
    section, topic, article = a_section("Sport"), a_topic("Ancien"), an_article("Match", a_section("Infos"))
    for page in (section, article):
        page.slug = f"{page.slug}-neuf"
        page.save_revision().publish()
    topic.slug = "nouveau"
    topic.save()
    assert client.get("/flux/sport/rss.xml").headers["Location"] == "/flux/sport-neuf/rss.xml"
    assert client.get("/flux/sujets/ancien/rss.xml").status_code == 404
    assert client.get("/flux/infos/match/rss.xml").status_code == 404
