"""`rotative wires`, at a keyboard."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from rotative.content.models import Article
from rotative.importers.feeds.feed import fetch_feed
from rotative.importers.wires import asking
from tests.importers.wires.builders import a_wire, after, rss
from tests.old_site import OldSite, old_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[OldSite]:
    monkeypatch.setattr(asking, "fetch_feed", lambda *said: fetch_feed(*said[:3], allow_private=True))
    with old_site() as found:
        yield found


def run(*arguments: str) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("wires", *arguments, stdout=out)
    return out.getvalue()


def test_wires_are_listed_with_what_is_wrong(site: OldSite) -> None:
    a_wire(site, problem="status 404", failures=1, next_ask_at=timezone.now() + timedelta(hours=1))
    first, second = run().splitlines()
    assert first == "Agence: Brings nothing (never answered), stories: 0, drafts: 0"
    assert second.startswith("  There is nothing at this address")


def test_one_is_asked_now_and_a_paused_one_is_not(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    a_wire(site, next_ask_at=timezone.now() + timedelta(hours=1))
    paused = a_wire(name="En pause", address="https://agence.example/", is_on=False)
    assert "stories: 1, drafts: 1" in run("ask", "Agence")
    run("ask")
    assert Article.objects.count() == 1
    assert after(paused).asked_at is None


def test_a_wire_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="no wire"):
        run("ask", "Reuters")
