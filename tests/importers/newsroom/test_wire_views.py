"""The newsroom's screens for wires: what they show, what they keep, and to whom they are closed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser
from wagtail.models import ModelLogEntry

from rotative.accounts import roles
from rotative.content.models import Article
from rotative.importers.feeds import feed as feeds
from rotative.importers.models import Wire
from rotative.importers.newsroom import wire_actions as actions
from rotative.importers.newsroom import wire_forms
from tests.builders import a_section
from tests.importers.wires.builders import a_wire, after, article, ask, rss, the_section
from tests.newsroom import a_client, a_person, messages_of
from tests.old_site import OldSite, old_site

pytestmark = pytest.mark.django_db

WIRES = "/redaction/imports/fils/"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def client() -> Client:
    return a_client(roles.EDITOR_IN_CHIEF)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[OldSite]:
    """Return a server on this machine, which the form may ask as if it were elsewhere."""
    monkeypatch.setattr(wire_forms, "fetch_feed", lambda address: feeds.fetch_feed(address, allow_private=True))
    with old_site() as found:
        yield found


def shown(answer: Any) -> LexborHTMLParser:
    return LexborHTMLParser(answer.content.decode())


def screen(client: Client, address: str) -> LexborHTMLParser:
    answer = client.get(WIRES + address)
    assert answer.status_code == 200, address
    return shown(answer)


def words(node: Any) -> str:
    assert node is not None
    return " ".join(node.text().split())


def form(site: OldSite | None = None, **fields: Any) -> dict[str, Any]:
    """Return what the browser sends from the form of a wire; a box that is not ticked is not sent."""
    address = f"{site.url}/feed" if site else "https://agence.example/feed"
    data = {"name": "AFP", "address": address, "credit": "AFP", "makes_drafts": "on", "every_minutes": "15", **fields}
    return {"section": fields["section"] if "section" in fields else the_section().pk, **data}


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


# --- who may


@pytest.mark.parametrize("role", [None, *roles.ROLES], ids=lambda role: role.group if role else "nobody")
def test_wires_are_open_to_the_editor_in_chief_and_administrators(role: roles.Role | None) -> None:
    wire, client = a_wire(), a_client(role)
    is_allowed = role in {roles.EDITOR_IN_CHIEF, roles.ADMINISTRATOR}
    for address in ("", "avancement/", "nouveau/", *(f"{wire.pk}/{end}" for end in ("", "modification/"))):
        assert (client.get(WIRES + address).status_code == 200) == is_allowed, address
    client.post(f"{WIRES}{wire.pk}/pause/")
    assert after(wire).is_on != is_allowed
    client.post(f"{WIRES}{wire.pk}/suppression/")
    assert Wire.objects.exists() != is_allowed


def test_actions_are_posts_with_a_token(client: Client) -> None:
    wire = a_wire()
    for action in ("demande/", "pause/", "reprise/"):
        assert client.get(f"{WIRES}{wire.pk}/{action}").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for action in ("demande/", "pause/", "reprise/", "suppression/", "modification/"):
        assert strict.post(f"{WIRES}{wire.pk}/{action}").status_code == 403
    assert strict.post(f"{WIRES}nouveau/").status_code == 403
    assert after(wire).is_on


# --- what is seen


def test_the_list_says_how_each_wire_is(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss("Deux", "Un")}
    wire = ask(a_wire(site))
    card = screen(client, "").css_first(".imports-card")
    assert [words(one)[0] for one in card.css(".imports-counts li")] == ["2", "2"]
    assert "Monde" in words(card) and not card.css_first(".imports-error")
    site.answers = {"/feed": (404, {}, b"")}
    ask(wire)
    assert len(words(screen(client, "").css_first(".imports-error"))) > 20
    assert screen(client, "").css_first("[data-tone=bad]")


@pytest.mark.parametrize(
    ("fields", "tone", "is_moving"),
    [
        ({"next_ask_at": timezone.now() + timedelta(hours=1)}, "good", False),
        ({"next_ask_at": timezone.now() - timedelta(hours=1)}, "busy", True),
        ({"claimed_until": timezone.now() + timedelta(hours=1)}, "busy", True),
        ({"next_ask_at": timezone.now() + timedelta(hours=1), "failures": 1, "problem": "timeout"}, "bad", False),
        ({"is_on": False}, "quiet", False),
        ({"is_on": False, "problem": "status 410"}, "bad", False),
    ],
)
def test_a_wire_says_whether_it_is_followed(client: Client, fields: dict[str, Any], tone: str, is_moving: bool) -> None:
    wire = a_wire(**fields)
    for address in ("", f"{wire.pk}/", "avancement/", f"{wire.pk}/avancement/"):
        found = screen(client, address)
        assert found.css_first(f".imports-status[data-tone={tone}]"), address
        assert bool(found.css_first("[data-moving]")) == is_moving


def test_its_drafts_stand_on_its_screen_until_somebody_publishes_them(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss("Deux", "Un")}
    wire = ask(a_wire(site))
    links = [link.attributes["href"] for link in screen(client, f"{wire.pk}/").css(".imports-drafts a")]
    assert links == [f"/redaction/pages/{article(title).pk}/edit/" for title in ("Deux", "Un")]
    article("Un").save_revision().publish()
    article("Deux").delete()
    assert not screen(client, f"{wire.pk}/").css(".imports-drafts a")


def test_what_the_agency_corrected_after_the_newsroom_is_named(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss("Deux", "Un")}
    wire = ask(a_wire(site))
    assert not screen(client, f"{wire.pk}/").css_first("#corrections")
    article("Un").save_revision().publish()
    site.answers = {"/feed": rss("Deux", "Un", text="Le texte corrigé.")}
    ask(wire)
    found = screen(client, f"{wire.pk}/")
    links = [link.attributes["href"] for link in found.css("#corrections ~ .imports-drafts a")]
    assert links == [f"/redaction/pages/{article('Un').pk}/edit/"]


def test_its_days_lead_to_their_account_books_and_the_list_of_imports_is_not_full_of_them(
    client: Client, site: OldSite
) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = ask(a_wire(site))
    job = wire.jobs.get()
    link = screen(client, f"{wire.pk}/").css_first(".imports-card a")
    assert link is not None and link.attributes["href"] == f"/redaction/imports/{job.pk}/"
    book = shown(client.get(f"/redaction/imports/{job.pk}/"))
    assert book.css_first(f".imports-ways a[href='{WIRES}{wire.pk}/']")
    imports = shown(client.get("/redaction/imports/"))
    assert not imports.css(".imports-card") and imports.css_first(f"a[href='{WIRES}']")


def test_the_list_asks_the_same_number_of_queries_for_many_wires(client: Client) -> None:
    a_wire()
    client.get(WIRES)
    few = queries(client, WIRES)
    for number in range(8):
        a_wire(
            name=f"Fil {number}", address=f"https://agence.example/{number}", section=a_section(f"Rubrique {number}")
        )
    assert queries(client, WIRES) == few


# --- the form


def test_a_new_wire_is_tested_kept_and_asked_in_a_moment(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    answer = client.post(f"{WIRES}nouveau/", form(site), follow=True)
    assert messages_of(answer)
    wire = Wire.objects.get()
    assert (wire.name, wire.site, wire.makes_drafts, wire.is_on) == ("AFP", f"{site.url}/feed", True, True)
    assert wire.next_ask_at <= timezone.now() and not Article.objects.exists()
    assert ModelLogEntry.objects.filter(action=actions.MAKE).count() == 1


def test_the_test_of_an_address_shows_headlines_and_keeps_nothing(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss(HOSTILE.replace("<", "&lt;"), "Un")}
    answer = client.post(f"{WIRES}nouveau/", form(site, test="1", name="", every_minutes="7"))
    assert answer.status_code == 200
    found = shown(answer)
    assert [words(one) for one in found.css(".imports-preview li")][1] == "Un"
    assert not found.css(".imports-preview img")
    assert found.css_first("[name=every_minutes]").attributes["value"] == "7"
    assert found.css_first("[name=address]").attributes["value"] == f"{site.url}/feed"
    assert not Wire.objects.exists()


@pytest.mark.parametrize(
    ("answer", "words_of_it"),
    [
        (b"<html>Bonjour</html>", "feed"),
        ((404, {}, b""), "address"),
        ((410, {}, b""), "ended"),
        ((500, {}, b""), "500"),
    ],
)
def test_an_address_that_brings_nothing_is_explained_and_nothing_typed_is_lost(
    client: Client, site: OldSite, answer: Any, words_of_it: str
) -> None:
    site.answers = {"/feed": answer}
    for extra in ({}, {"test": "1"}):
        page = client.post(f"{WIRES}nouveau/", form(site, **extra))
        assert page.status_code == (200 if extra else 400)
        found = shown(page)
        sentence = words(found.css(".imports-error")[-1])
        assert len(sentence) > 15
        for name, typed in (("name", "AFP"), ("address", f"{site.url}/feed"), ("credit", "AFP")):
            assert found.css_first(f"[name={name}]").attributes["value"] == typed
    assert not Wire.objects.exists()


def test_who_is_sure_follows_a_feed_that_does_not_answer_yet(client: Client, site: OldSite) -> None:
    found = shown(client.post(f"{WIRES}nouveau/", form(site)))
    assert found.css_first("[name=is_sure]")
    assert client.post(f"{WIRES}nouveau/", form(site, is_sure="on")).status_code == 302
    assert Wire.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Agence"}, "name"),
        ({"address": ""}, "address"),
        ({"address": "https://agence.example/feed"}, "address"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": "https://[::1/feed"}, "address"),
        ({"address": "https://moi:secret@agence.example/feed"}, "address"),
        ({"address": "http://127.0.0.1/feed"}, "address"),
        ({"address": "http://localhost:22/feed"}, "address"),
        ({"section": ""}, "section"),
        ({"section": "999999"}, "section"),
        ({"every_minutes": "1"}, "every_minutes"),
        ({"every_minutes": "99999"}, "every_minutes"),
        ({"every_minutes": "souvent"}, "every_minutes"),
        ({"credit": "x" * 101}, "credit"),
    ],
)
def test_an_error_stands_beside_its_field(client: Client, fields: dict[str, str], field: str) -> None:
    a_wire()
    data = {**form(address="https://autre.example/feed", section=Wire.objects.get().section_id), **fields}
    answer = client.post(f"{WIRES}nouveau/", data)
    assert answer.status_code == 400
    wrong = shown(answer).css_first(f"[name={field}]")
    assert wrong is not None and wrong.attributes["aria-invalid"] == "true"
    said = (wrong.attributes["aria-describedby"] or "").split()[-1]
    assert words(shown(answer).css_first(f"#{said}"))
    assert Wire.objects.count() == 1


def test_another_address_is_asked_in_full_and_the_rest_is_the_workers(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss("Un"), "/autre": rss("Un")}
    state = {"etag": '"a"', "modified": "hier", "seen": {"un": "x"}, "failures": 3, "problem": "timeout"}
    wire = a_wire(site, **state)
    data = form(site, section=wire.section_id, makes_drafts="")
    del data["makes_drafts"]
    assert client.post(f"{WIRES}{wire.pk}/modification/", data).status_code == 302
    wire = after(wire)
    assert (wire.name, wire.makes_drafts, wire.etag, wire.failures, wire.problem) == ("AFP", False, '"a"', 0, "")
    client.post(f"{WIRES}{wire.pk}/modification/", {**data, "address": f"{site.url}/autre"})
    moved = after(wire)
    assert (moved.etag, moved.modified, moved.seen, moved.site) == ("", "", {"un": "x"}, wire.site)


def test_what_the_worker_wrote_while_a_form_was_open_is_not_written_over(client: Client) -> None:
    as_it_was = a_wire()
    Wire.objects.update(seen={"un": "x"}, answered_at=timezone.now(), etag='"a"')
    as_it_was.name = "Un autre nom"
    actions.change(as_it_was, a_person(roles.EDITOR_IN_CHIEF))
    wire = after(as_it_was)
    assert (wire.name, wire.seen, wire.etag) == ("Un autre nom", {"un": "x"}, '"a"') and wire.answered_at


def test_what_is_kept_without_another_address_asks_nobody(client: Client) -> None:
    wire = a_wire()
    data = form(section=wire.section_id, name="Un autre nom")
    assert client.post(f"{WIRES}{wire.pk}/modification/", data).status_code == 302
    assert after(wire).name == "Un autre nom"


# --- what one may do


def test_it_is_paused_followed_again_and_asked_at_once(client: Client) -> None:
    wire = a_wire(next_ask_at=timezone.now() + timedelta(hours=1), failures=4, problem="timeout")
    client.post(f"{WIRES}{wire.pk}/demande/")
    assert after(wire).next_ask_at <= timezone.now()
    client.post(f"{WIRES}{wire.pk}/pause/")
    assert not after(wire).is_on
    assert messages_of(client.post(f"{WIRES}{wire.pk}/demande/", follow=True))
    client.post(f"{WIRES}{wire.pk}/reprise/")
    assert (after(wire).is_on, after(wire).failures, after(wire).problem) == (True, 0, "")
    noted = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert noted >= {actions.ASK, actions.PAUSE, actions.RESUME}


def test_what_a_wire_brought_stays_when_it_is_deleted(client: Client, site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = ask(a_wire(site))
    job = wire.jobs.get()
    assert "1" in words(screen(client, f"{wire.pk}/suppression/"))
    assert client.post(f"{WIRES}{wire.pk}/suppression/").status_code == 302
    assert not Wire.objects.exists() and Article.objects.count() == 1
    assert client.get(f"/redaction/imports/{job.pk}/").status_code == 200
    ask(a_wire(site))
    assert Article.objects.count() == 1, "followed again, it brings nothing twice"


def test_what_stands_in_a_wire_is_never_markup(client: Client) -> None:
    wire = a_wire(name=HOSTILE, address=f"https://agence.example/{HOSTILE}", credit=HOSTILE, problem=HOSTILE[:60])
    for address in ("", f"{wire.pk}/", f"{wire.pk}/modification/", f"{wire.pk}/suppression/"):
        assert not screen(client, address).css("img[src=x]"), address
