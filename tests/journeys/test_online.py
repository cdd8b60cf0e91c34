"""Editors are told when readers see what they did, and why when readers do not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rotative.accounts import roles
from rotative.content.models import Article
from rotative.content.online import progress_of, propagation_of
from rotative.publishing.models import Invalidation, Priority, PublisherState, StoredPage
from rotative.publishing.publisher import Publisher, Step, publish_until_idle
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import a_draft, a_section, an_article, an_edition
from tests.newsroom import a_client, article_form

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

JSON = {"accept": "application/json"}


@pytest.fixture
def publisher(settings: Any) -> Publisher:
    return Publisher(Disk(Store(settings.STORE_ROOT)))


def online(article: Article) -> str:
    return f"/redaction/en-ligne/{article.pk}/"


def ask(client: Client, address: str) -> dict[str, str]:
    return dict(client.get(address, headers=JSON).json())


def test_a_new_article_is_online_when_every_list_that_is_read_first_shows_it(settings: Any) -> None:
    publisher = Publisher(Disk(Store(settings.STORE_ROOT)), slice_pages=1)
    an_article("Le plus ancien")
    publish_until_idle(publisher)
    changed_at = timezone.now()
    article = an_article("Tout neuf")

    for step in publisher.steps():
        if step is Step.APPLIED and propagation_of(article, changed_at).is_online:
            break

    for path in ("/", "/politique/", "/benin/", "/en-continu/", "/flux/rss.xml", article.address):
        assert "Tout neuf" in publisher.disk.files.read(path, 200, "br").decode(), path


def test_pages_of_the_archive_that_follow_are_told_and_not_waited_for(publisher: Publisher) -> None:
    article = an_article()
    publish_until_idle(publisher)
    StoredPage.objects.filter(path__contains="/archives/").update(stale_at=timezone.now(), priority=Priority.COLD)

    progress = progress_of(article, timezone.now())

    assert progress.state == "online"
    assert re.search(r"\d pages d’archives suivent", progress.sentence)


def test_a_publication_that_changes_no_byte_is_online(publisher: Publisher) -> None:
    article = an_article()
    publish_until_idle(publisher)
    changed_at = timezone.now()
    article.get_latest_revision().publish()
    publish_until_idle(publisher)

    assert progress_of(article, changed_at).sentence.startswith("En ligne après ")


def test_a_figure_that_nobody_has_measured_is_not_told(publisher: Publisher) -> None:
    article = an_article()
    publish_until_idle(publisher)

    assert progress_of(article, timezone.now() - timedelta(hours=1)).sentence == "Les lecteurs voient ce changement."


def test_an_article_whose_address_is_too_long_for_a_file_is_not_waited_for(publisher: Publisher) -> None:
    article = an_article("Long", slug="l" * 240)
    publish_until_idle(publisher)

    assert progress_of(article, timezone.now()).state == "online"


def test_a_draft_is_not_on_its_way_to_anybody() -> None:
    section, draft = a_section(), a_draft("Brouillon")
    draft.live = False
    section.add_child(instance=draft)

    told = ask(a_client(roles.DESK_EDITOR), online(draft))

    assert told["state"] == "draft" and told["retry"] == ""


def in_an_hour(article: Article) -> None:
    article.go_live_at = timezone.now() + timedelta(hours=1)
    article.save_revision().publish()


def at_its_hour(article: Article) -> str:
    at = timezone.localtime(Article.objects.get(pk=article.pk).scheduled_revision.approved_go_live_at)
    return f"{at:%H}:{at:%M}"


def test_an_embargo_is_told_with_its_hour() -> None:
    section, draft = a_section(), a_draft("Sous embargo")
    draft.live = False
    section.add_child(instance=draft)
    in_an_hour(draft)

    told = ask(a_client(roles.DESK_EDITOR), f"{online(draft)}?since={timezone.now().timestamp()}")

    assert told["state"] == "scheduled"
    assert told["sentence"].startswith("En ligne le ") and at_its_hour(draft) in told["sentence"]


def test_an_update_that_waits_for_its_hour_is_not_said_to_be_online(publisher: Publisher) -> None:
    article, client = an_article(), a_client(roles.DESK_EDITOR)
    publish_until_idle(publisher)
    article.title = "Un autre titre"
    in_an_hour(article)

    told = ask(client, f"{online(article)}?since={timezone.now().timestamp()}")

    assert told["state"] == "scheduled" and at_its_hour(article) in told["sentence"]
    assert ask(client, online(article))["state"] == "online", "what was published before is there"


def test_a_publisher_that_is_not_at_work_is_told_with_what_to_do(publisher: Publisher) -> None:
    article, client = an_article(), a_client(roles.DESK_EDITOR)
    publish_until_idle(publisher)
    PublisherState.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    article.title = "Un autre titre"
    article.save()

    told = ask(client, f"{online(article)}?since={(timezone.now() - timedelta(seconds=5)).timestamp()}")

    assert told["state"] == "failed" and "ne tourne pas" in told["sentence"] and told["retry"] == "Réessayer"


def test_a_second_try_waits_and_makes_the_pages_that_failed(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = a_client(roles.DESK_EDITOR)
    an_article()
    publish_until_idle(publisher)
    with monkeypatch.context() as broken:
        broken.setattr("rotative.content.queries.front_of", lambda front: 1 / 0)
        article = an_article("Tout neuf")
        publish_until_idle(publisher)
    failed = ask(client, online(article))
    again = client.post(online(article), headers=JSON).json()
    publish_until_idle(publisher)

    assert failed["state"] == "failed" and "ZeroDivisionError" in failed["sentence"]
    assert again["state"] == "waiting", "it is not said to have failed before it is tried"
    assert ask(client, online(article))["state"] == "online"
    assert "Tout neuf" in publisher.disk.files.read("/", 200, "br").decode()


def test_a_reporter_who_may_not_touch_an_article_learns_nothing_of_it() -> None:
    article, reporter = an_article(), a_client(roles.REPORTER)

    assert "sentence" not in reporter.get(online(article), headers=JSON, follow=True).content.decode()
    reporter.post(online(article), headers=JSON)
    assert not Invalidation.objects.filter(cause="retry").exists()


def test_what_has_no_page_is_not_found() -> None:
    client = a_client(roles.EDITOR_IN_CHIEF)

    assert client.get("/redaction/en-ligne/999999/").status_code == 404
    assert client.get("/redaction/en-ligne/1/").status_code == 404, "the root of the tree is no page of the paper"


def test_a_second_try_needs_the_token_of_a_form() -> None:
    article = an_article()
    person = a_client(roles.DESK_EDITOR)
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = person.cookies

    assert careful.post(online(article)).status_code == 403


def test_without_scripts_the_message_is_a_link_to_the_same_words(publisher: Publisher) -> None:
    article, client = an_article(), a_client(roles.EDITOR_IN_CHIEF)
    publish_until_idle(publisher)
    form = article_form(an_edition(), title="Un titre", **{"action-publish": "action-publish"}) | {"slug": article.slug}

    screen = client.post(f"/redaction/pages/{article.pk}/edit/", form, follow=True).content.decode()
    publish_until_idle(publisher)

    link = re.search(r'<span data-online="([^"]+)"><a href="\1">Est-ce en ligne', screen)
    assert link
    page = client.get(link[1]).content.decode()
    assert re.search(r"En ligne après \d+,\d", page) and 'role="status"' in page


def test_strange_moments_are_not_an_error(publisher: Publisher) -> None:
    article, client = an_article(), a_client(roles.DESK_EDITOR)
    publish_until_idle(publisher)
    for moment in ("nan", "inf", "-1e300", "1e300", "hier", "", "253402300800"):
        answer = client.get(f"{online(article)}?since={moment}", headers=JSON)
        assert answer.status_code == 200, moment
        assert answer.json()["state"] == "online"
