"""A wire that is followed: what is new comes in once, whatever its server answers and whoever dies in between."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from rotative.content.models import Article, Section
from rotative.importers.feeds import feed as feeds
from rotative.importers.filing import jobs, sources
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import ImportJob, JobState, Line, Outcome, Wire
from rotative.importers.wires import asking, deliveries
from rotative.publishing.keys import EVERYTHING
from rotative.publishing.models import Invalidation, StoredPage
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import a_section, an_article
from tests.importers.wires.builders import a_wire, after, article, ask, jobs_of, outcomes, rss
from tests.old_site import OldSite, old_site
from tests.publishing.rebuild import differences_from_rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def site() -> Iterator[OldSite]:
    with old_site() as found:
        yield found


def minutes_until_next(wire: Wire) -> int:
    return round((wire.next_ask_at - timezone.now()).total_seconds() / 60)


# --- what comes in


def test_what_is_new_waits_as_a_draft_below_the_section_and_carries_the_agency(site: OldSite) -> None:
    site.answers = {"/feed": rss("Deux", "Un")}
    section = a_section("Dépêches", a_section("Monde"))
    wire = ask(a_wire(site, section=section, credit="AFP"))
    assert (wire.failures, wire.problem, minutes_until_next(wire)) == (0, "", 15)
    assert wire.answered_at and wire.asked_at and wire.claimed_until is None
    assert [key for key, _outcome in outcomes(wire)] == ["un", "deux"], "the oldest first"
    for title in ("Un", "Deux"):
        assert not article(title).live
        assert article(title).section == section
        assert [byline.guest for byline in article(title).bylines.all()] == ["AFP"]


def test_a_wire_that_publishes_publishes(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    ask(a_wire(site, makes_drafts=False))
    assert article("Un").live


@pytest.mark.parametrize("makes_drafts", [True, False])
def test_what_is_delivered_renders_the_pages_that_show_it_and_no_others(
    site: OldSite, settings: Any, makes_drafts: bool
) -> None:
    """Agencies write all day. A paper of ten years is not rendered again each time."""
    publisher = Publisher(Disk(Store(settings.STORE_ROOT)))
    wire = a_wire(site, makes_drafts=makes_drafts)
    an_article("Ailleurs", section=a_section("Sport"))
    publish_until_idle(publisher)
    StoredPage.objects.update(rendered_at=None)
    site.answers = {"/feed": rss("Deux", "Un")}

    ask(wire)
    assert not Invalidation.objects.filter(key=EVERYTHING).exists()
    publish_until_idle(publisher)

    rendered = set(StoredPage.objects.filter(rendered_at__isnull=False).values_list("path", flat=True))
    assert {"/", "/monde/", "/monde/un/", "/monde/deux/"} <= rendered or makes_drafts
    assert "/sport/ailleurs/" not in rendered
    assert list(differences_from_rebuild(publisher.disk)) == []


def test_drafts_touch_no_page_of_the_readers(site: OldSite) -> None:
    site.answers = {"/feed": rss("Deux", "Un")}
    wire = a_wire(site)
    Invalidation.objects.all().delete()
    ask(wire)
    assert Article.objects.count() == 2
    assert not Invalidation.objects.exists()


def test_nothing_comes_in_twice_and_no_import_is_made_for_nothing(site: OldSite) -> None:
    site.answers = {"/feed": rss("Deux", "Un")}
    wire = ask(a_wire(site))
    for _time in range(3):
        ask(wire)
    assert Article.objects.count() == 2
    assert len(outcomes(wire)) == 2
    site.answers = {"/feed": rss("Trois", "Deux", "Un")}
    ask(wire)
    assert outcomes(wire)[2:] == [("trois", Outcome.IMPORTED)]


def test_what_was_imported_once_from_the_same_feed_is_known(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = a_wire(site)
    with feeds.Feed(wire.address, section="Monde", is_draft=True, allow_private=True) as feed:
        job = ImportJob.objects.create(kind="feed", source=feed.address, site=feed.name)
        jobs.run(job, feed, Shelves(online=False))
    ask(wire)
    assert not jobs_of(wire) and Article.objects.count() == 1


def test_a_day_has_one_import_however_often_something_comes(site: OldSite) -> None:
    wire = a_wire(site)
    for titles in (["Un"], ["Deux", "Un"], ["Trois", "Deux", "Un"]):
        site.answers = {"/feed": rss(*titles)}
        ask(wire)
    (job,) = jobs_of(wire)
    assert job.state == JobState.DONE
    assert list(job.lines.order_by("number").values_list("number", "key")) == [(0, "un"), (1, "deux"), (2, "trois")]
    assert job.items.count() == 3
    ImportJob.objects.update(created_at=timezone.now() - timedelta(days=2))
    site.answers = {"/feed": rss("Quatre")}
    ask(wire)
    assert [job.lines.count() for job in jobs_of(wire)] == [3, 1]


def test_a_whole_day_can_be_taken_back_and_does_not_come_again(site: OldSite) -> None:
    from rotative.importers.filing import undoing

    wire = a_wire(site)
    for answer in (rss("Un"), rss("Deux", "Un"), rss("Deux", "Un", un="Le texte corrigé.")):
        site.answers = {"/feed": answer}
        ask(wire)
    (job,) = jobs_of(wire)
    undoing.undo(job)
    assert not Article.objects.exists()
    ask(wire)
    assert not Article.objects.exists()


# --- corrections


def test_a_correction_reaches_a_story_that_nobody_has_touched(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = ask(a_wire(site))
    site.answers = {"/feed": rss("Un", text="Le texte corrigé.")}
    ask(wire)
    assert "corrigé" in str(article("Un").get_latest_revision_as_object().body)
    assert outcomes(wire)[-1] == ("un", Outcome.CHANGED)


def test_a_story_that_was_edited_is_left_alone_and_the_correction_noted_once(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = ask(a_wire(site))
    edited = article("Un")
    edited.title = "Notre titre"
    edited.save_revision()
    site.answers = {"/feed": rss("Un", text="Le texte corrigé.")}
    for _time in range(3):
        ask(wire)
    assert "corrigé" not in str(Article.objects.get().get_latest_revision_as_object().body)
    assert outcomes(wire)[1:] == [("un", Outcome.KEPT)]


def test_a_story_that_was_deleted_is_not_brought_back(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = ask(a_wire(site))
    article("Un").delete()
    ask(wire)
    site.answers = {"/feed": rss("Un", text="Le texte corrigé.")}
    for _time in range(3):
        ask(wire)
    assert not Article.objects.exists()
    assert outcomes(wire)[1:] == [("un", Outcome.DELETED)]


def test_an_entry_that_left_the_feed_and_comes_back_is_the_same_story(site: OldSite) -> None:
    wire = a_wire(site)
    for titles in (["Un"], ["Deux"], ["Un", "Deux"]):
        site.answers = {"/feed": rss(*titles)}
        ask(wire)
    assert Article.objects.count() == 2
    assert len(outcomes(wire)) == 2


def test_another_address_section_or_name_of_a_section_brings_nothing_again(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un"), "/autre": rss("Un")}
    wire = ask(a_wire(site))
    Section.objects.filter(pk=wire.section_id).update(title="Le monde")
    Wire.objects.update(address=f"{site.url}/autre")
    ask(wire)
    Wire.objects.update(section=a_section("Ailleurs"))
    ask(wire)
    assert site.asked[-1] == "/autre"
    assert len(outcomes(wire)) == Article.objects.count() == 1


def test_a_ticket_on_the_address_of_a_picture_and_the_hour_of_the_feed_are_no_correction(site: OldSite) -> None:
    def feed(ticket: int, text: str = "Le texte.", picture: str = "a") -> bytes:
        item = {
            "id": "un",
            "title": "Un",
            "content_html": f'<p>{text}</p><img src="https://a.example/{picture}.jpg?t={ticket}">',
            "image": f"https://a.example/{picture}.webp?t={ticket}&w=1",
            "date_published": "2019-05-04T10:30:00Z",
            "date_modified": f"2019-05-04T10:3{ticket}:00Z",
        }
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()

    wire = a_wire(site)
    for ticket in range(3):
        site.answers = {"/feed": feed(ticket)}
        ask(wire)
    assert len(outcomes(wire)) == 1
    for answer in (feed(4, text="Lé texte."), feed(5, text="Lé texte.", picture="b")):
        site.answers = {"/feed": answer}
        ask(wire)
    assert [outcome for _key, outcome in outcomes(wire)][1:] == [Outcome.CHANGED, Outcome.CHANGED]


def test_an_empty_entry_is_skipped_once(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un", text="")}
    wire = a_wire(site)
    for _time in range(3):
        ask(wire)
    assert outcomes(wire) == [("un", Outcome.SKIPPED)]


# --- what servers answer


def test_what_has_not_changed_is_not_sent_again(site: OldSite) -> None:
    headers = {"ETag": '"a1"', "Last-Modified": "Sat, 04 May 2019 09:30:00 GMT"}
    site.answers = {"/feed": (200, headers, rss("Un"))}
    wire = ask(a_wire(site))
    site.answers = {"/feed": (304, {}, b"")}
    wire = ask(wire)
    assert site.told[-1]["If-None-Match"] == '"a1"'
    assert site.told[-1]["If-Modified-Since"] == headers["Last-Modified"]
    assert (wire.failures, wire.etag, wire.problem) == (0, '"a1"', "")
    assert len(outcomes(wire)) == 1


def test_a_feed_that_has_ended_is_asked_no_more(site: OldSite) -> None:
    site.answers = {"/feed": (410, {}, b"")}
    wire = ask(a_wire(site))
    assert (wire.is_on, wire.problem) == (False, asking.GONE)
    assert not asking.due().exists()


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_wait_is_left_alone_for_so_long(site: OldSite, status: int) -> None:
    site.answers = {"/feed": (status, {"Retry-After": "7200"}, b"")}
    wire = ask(a_wire(site))
    assert (wire.problem, wire.is_on, minutes_until_next(wire)) == (f"status {status}", True, 120)
    later = datetime.now(UTC) + timedelta(hours=3)
    site.answers = {"/feed": (status, {"Retry-After": format_datetime(later, usegmt=True)}, b"")}
    assert minutes_until_next(ask(wire)) in {179, 180}


@pytest.mark.parametrize("said", ["9" * 400, "-5", "demain", "Sat, 04 May 2019 09:30:00 GMT", "99999999999"])
def test_a_wait_that_nobody_can_mean_is_bounded(site: OldSite, said: str) -> None:
    site.answers = {"/feed": (429, {"Retry-After": said}, b"")}
    assert 15 <= minutes_until_next(ask(a_wire(site))) <= 7 * 24 * 60


def test_what_fails_is_asked_later_and_later_up_to_a_day_and_at_once_when_it_is_well(site: OldSite) -> None:
    site.answers = {"/feed": (500, {}, b"")}
    wire = a_wire(site)
    pauses = [minutes_until_next(ask(wire)) for _time in range(9)]
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    site.answers = {"/feed": rss("Un")}
    wire = ask(wire)
    assert (wire.failures, wire.problem, minutes_until_next(wire)) == (0, "", 15)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"<html><body>Bonjour</body></html>", "no feed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>', "no feed"),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), "encoding"),
        ((302, {"Location": "http://169.254.169.254/latest/"}, b""), None),
        ((302, {"Location": "file:///etc/passwd"}, b""), "address"),
    ],
)
def test_a_hostile_answer_is_a_problem_and_no_more(site: OldSite, answer: Any, problem: str | None) -> None:
    site.answers = {"/feed": answer}
    wire = ask(a_wire(site))
    assert wire.problem == problem or (problem is None and wire.problem)
    assert wire.failures == 1 and not jobs_of(wire)


def test_a_feed_that_its_reader_stumbles_over_is_a_problem_and_no_more(
    site: OldSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_arguments: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(feeds, "read_feed", stumble)
    site.answers = {"/feed": rss("Un")}
    assert ask(a_wire(site)).problem == "no feed"


def test_keys_and_words_that_no_database_takes_come_in(site: OldSite) -> None:
    items = [
        {"id": "a\0b", "title": "Le\0 pont", "content_text": "Un\0 texte."},
        {
            "id": "c\ud800",
            "title": "Le bac\ud800",
            "content_text": "Un \ud800 texte.",
            "url": "https://a.example/\ud800",
        },
        {"id": "d", "title": "Deux fois", "content_text": "La version d'après."},
        {"id": "d", "title": "Deux fois", "content_text": "La version d'avant."},
        {"id": "e" * 5000, "title": "L" * 5000, "content_text": "Un texte.", "authors": [{"name": "N" * 5000}]},
        {"id": ["f"], "title": {"a": 1}, "content_text": 3},
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    site.answers = {"/feed": json.dumps(feed).encode()}
    wire = ask(a_wire(site))
    assert wire.problem == ""
    assert Article.objects.count() == 4
    assert "d'après" in str(article("Deux fois").body).replace("’", "'")
    ask(wire)
    assert len(outcomes(wire)) == 5


def test_a_private_address_is_not_asked() -> None:
    wire = a_wire(address="http://127.0.0.1/feed")
    assert asking.ask_next()
    assert after(wire).problem == "private"


def test_a_wire_whose_section_was_deleted_says_so_and_files_nothing(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = a_wire(site)
    assert wire.section
    wire.section.delete()
    assert ask(wire).problem == asking.NO_SECTION
    assert not site.asked and not Article.objects.exists()


# --- two at once


def test_two_workers_never_ask_one_wire(site: OldSite) -> None:
    wire = a_wire(site)
    seen_by_both = list(asking.due()) * 2
    claims = [asking.claim(each) for each in seen_by_both]
    assert [bool(each) for each in claims] == [True, False]
    assert not asking.due().exists()
    Wire.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert asking.due().get() == wire, "who died holds it for some minutes only"


def test_who_was_too_slow_notes_nothing_over_another(site: OldSite) -> None:
    wire = a_wire(site)
    slow = asking.claim(wire)
    Wire.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    quick = asking.claim(wire)
    assert slow and quick
    slow.settle(problem="timeout")
    assert after(wire).problem == "" and after(wire).claimed_until == quick.until


def test_only_what_is_due_and_on_is_asked() -> None:
    a_wire(name="Pause", address="https://a.example/", is_on=False)
    a_wire(name="Plus tard", address="https://b.example/", next_ask_at=timezone.now() + timedelta(minutes=1))
    assert not asking.ask_next()


def test_what_is_being_filed_elsewhere_is_not_filed_here(site: OldSite) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = a_wire(site)
    job = deliveries.make_job(wire)
    ImportJob.objects.update(state=JobState.RUNNING, seen_at=timezone.now())
    wire = ask(wire)
    assert (wire.problem, minutes_until_next(wire)) == ("", 1)
    assert not job.lines.exists()


# --- killed


def many(count: int) -> bytes:
    return rss(*[f"Histoire {number}" for number in range(count, 0, -1)])


def once(at: int) -> Callable[[], bool]:
    """Return what asks to stop from a time on."""
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) >= at

    return should_stop


def test_when_the_worker_ends_in_the_middle_the_next_one_goes_on(
    site: OldSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    site.answers = {"/feed": (200, {"ETag": '"a"'}, many(6))}
    wire = a_wire(site)
    assert asking.ask_next(once(2), allow_private=True)
    assert Article.objects.count() == 2
    assert after(wire).etag == "" and asking.due().exists()
    # Meanwhile the feed has gone on.
    site.answers = {"/feed": (200, {"ETag": '"b"'}, many(7))}
    assert ask(wire).etag == '"b"'
    assert Article.objects.count() == 7
    (job,) = jobs_of(wire)
    assert (job.state, job.lines.count(), Line.objects.exclude(outcome=Outcome.IMPORTED).count()) == ("done", 7, 0)


def test_what_is_corrected_while_nobody_goes_on_is_brought_up_to_date_the_time_after(
    site: OldSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    site.answers = {"/feed": (200, {"ETag": '"a"'}, rss("Trois", "Deux", "Un", un=""))}
    wire = a_wire(site, etag='"avant"')
    assert asking.ask_next(once(2), allow_private=True)
    corrected = rss("Trois", "Deux", "Un", un="", deux="Le texte corrigé.")
    site.answers = {"/feed": (200, {"ETag": '"b"'}, corrected)}
    wire = ask(wire)
    assert "If-None-Match" not in site.told[-1], "what was left half done is asked for in full"
    assert (wire.etag, Article.objects.count()) == ("", 2)
    assert ask(wire).etag == '"b"'
    assert "corrigé" in str(article("Deux").get_latest_revision_as_object().body)
    imported, skipped = Outcome.IMPORTED, Outcome.SKIPPED
    expected = [("un", skipped), ("deux", imported), ("trois", imported), ("un", skipped), ("deux", Outcome.CHANGED)]
    assert outcomes(wire) == expected


@pytest.mark.parametrize("step", ["file_batch", "finish", "fold", "settle"])
def test_wherever_it_dies_everything_is_here_once_in_the_end(
    site: OldSite, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Break a step, as a killed process would: what was committed stays, nothing more is written down."""
    monkeypatch.setattr(jobs, "BATCH", 2)
    site.answers = {"/feed": many(5)}
    wire = a_wire(site)
    places: dict[str, Any] = {"file_batch": jobs, "finish": jobs.finishing, "fold": asking, "settle": asking.Claim}
    whole, calls = getattr(places[step], step), []

    def die(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if step != "file_batch" or len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*arguments, **named)

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(places[step], step, die)
        asking.ask_next(allow_private=True)
    assert Article.objects.count() in {2, 5}
    later = timezone.now() - timedelta(minutes=10)
    Wire.objects.update(claimed_until=later)
    ImportJob.objects.filter(seen_at__isnull=False).update(seen_at=later)
    wire = ask(wire)
    assert (wire.problem, wire.failures) == ("", 0)
    assert Article.objects.count() == 5
    assert [job.state for job in jobs_of(wire)] == [JobState.DONE]
    assert sorted(outcomes(wire)) == sorted((f"histoire {number}", Outcome.IMPORTED) for number in range(1, 6))
    assert ask(wire).seen.keys() == {f"histoire {number}" for number in range(1, 6)}


def test_what_cannot_be_filed_is_tried_again_in_the_same_import(site: OldSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = a_wire(site)

    def fail(*_arguments: Any) -> None:
        raise OSError("no space")

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "file_batch", fail)
        for _time in range(3):
            wire = ask(wire)
    assert (wire.problem, wire.failures) == (asking.NOT_FILED, 3)
    assert [job.state for job in jobs_of(wire)] == [JobState.FAILED]
    ask(wire)
    assert [job.state for job in jobs_of(wire)] == [JobState.DONE]
    assert Article.objects.count() == 1


def test_the_newsroom_may_let_a_failed_delivery_go_on(site: OldSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers = {"/feed": rss("Un")}
    wire = a_wire(site)
    job = deliveries.make_job(wire)

    monkeypatch.setattr(deliveries, "stories_at", partial(feeds.stories_at, allow_private=True))
    with sources.open_source(job) as source:
        assert jobs.run(job, source, Shelves(online=False)).state == JobState.DONE
    assert article("Un").section == wire.section
