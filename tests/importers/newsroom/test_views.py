"""The newsroom's screens for imports: what they show, what they do, and to whom they are closed."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from rotative.accounts import roles
from rotative.content.models import Article
from rotative.importers.account_book import entries
from rotative.importers.filing import finishing, jobs
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import CategoryTarget, ImportJob, JobState, Line, Outcome, SourceKind
from rotative.importers.newsroom import actions, job_cards
from rotative.importers.wordpress.targets import open_export
from tests.builders import a_newspaper
from tests.importers.wordpress.exports import SITE, a_category, a_comment, an_author, an_export, an_item
from tests.newsroom import a_client, messages_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

IMPORTS = "/redaction/imports/"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def job(tmp_path: Path) -> ImportJob:
    """Return an import that has ended: three stories, of which one has a picture that is not in, and a menu."""
    a_newspaper()
    path = an_export(
        tmp_path / "export.xml",
        an_author("awa", "Awa Tossou"),
        a_category("politique", "Politique"),
        an_item(1, "Le pont rouvre", comments=[a_comment(5)]),
        an_item(2, "La crue", f'<img src="{SITE}/wp-content/uploads/crue.jpg"> L’eau monte.'),
        an_item(3, "Brouillon", status="draft"),
        an_item(5, "Menu", post_type="nav_menu_item"),
    )
    with open_export(path) as export:
        made = ImportJob.objects.create(kind=SourceKind.WORDPRESS, source=str(path), site=export.name)
        return jobs.run(made, export, Shelves(online=False))


@pytest.fixture
def client() -> Client:
    return a_client(roles.EDITOR_IN_CHIEF)


def a_job(state: JobState = JobState.RUNNING, **fields: Any) -> ImportJob:
    values = {"kind": SourceKind.WORDPRESS, "source": "/srv/ancien.xml", "site": "ancien.example", **fields}
    return ImportJob.objects.create(state=state, **values)


def a_line(job: ImportJob, **fields: Any) -> Line:
    number = job.lines.count()
    values = {"number": number, "key": f"post:{number}", "outcome": Outcome.IMPORTED, **fields}
    return Line.objects.create(job=job, **values)


def screen(client: Client, address: str) -> LexborHTMLParser:
    answer = client.get(IMPORTS + address)
    assert answer.status_code == 200, address
    return LexborHTMLParser(answer.content.decode())


def first(shown: Any, selector: str) -> Any:
    found = shown.css_first(selector)
    assert found is not None, selector
    return found


def words(node: Any) -> str:
    return " ".join(node.text().split())


def headlines(client: Client, job: ImportJob, query: str = "") -> list[str]:
    return [words(node) for node in screen(client, f"{job.pk}/{query}").css(".imports-headline")]


# --- who may


@pytest.mark.parametrize("role", [None, *roles.ROLES], ids=lambda role: role.group if role else "nobody")
def test_imports_are_open_to_the_editor_in_chief_and_administrators(role: roles.Role | None) -> None:
    job, client = a_job(seen_at=timezone.now()), a_client(role)
    is_allowed = role in {roles.EDITOR_IN_CHIEF, roles.ADMINISTRATOR}
    for address in ("", "avancement/", f"{job.pk}/", f"{job.pk}/compte.csv", f"{job.pk}/rubriques/"):
        assert (client.get(IMPORTS + address).status_code == 200) == is_allowed, address
    client.post(f"{IMPORTS}{job.pk}/arret/")
    job.refresh_from_db()
    assert job.stop_asked == is_allowed
    assert (IMPORTS in client.get("/redaction/").content.decode()) == is_allowed


def test_actions_are_posts_with_a_token(client: Client) -> None:
    job = a_job(seen_at=timezone.now())
    for action in ("arret/", "reprise/"):
        assert client.get(f"{IMPORTS}{job.pk}/{action}").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for action in ("arret/", "reprise/", "annulation/"):
        assert strict.post(f"{IMPORTS}{job.pk}/{action}").status_code == 403
    assert ImportJob.objects.get().state == JobState.RUNNING


# --- the list


def test_the_list_says_how_far_each_import_is(client: Client) -> None:
    running = a_job(position=50, total=200, seen_at=timezone.now(), started_at=timezone.now() - timedelta(seconds=60))
    a_line(running, outcome=Outcome.IMPORTED)
    a_line(running, outcome=Outcome.IMPORTED, reason="section")
    a_line(running, outcome=Outcome.SKIPPED)
    card = screen(client, "").css_first(".imports-card")
    assert card is not None
    assert words(card.css_first(".imports-name")) == "ancien.xml"
    assert first(card, "progress").attributes["value"] == "25"
    assert "3 " in words(card.css_first(".imports-bar"))  # three minutes for the other three quarters
    assert [words(one)[-1] for one in card.css(".imports-counts li")] == ["1", "1"]
    assert screen(client, "").css_first("[data-moving]")


def test_an_import_whose_process_died_says_so_and_may_go_on(client: Client) -> None:
    job = a_job(seen_at=timezone.now() - timedelta(minutes=5))
    shown = screen(client, f"{job.pk}/")
    assert shown.css_first("#go-on") and shown.css_first("#undo") and not shown.css_first("#stop")
    assert not shown.css_first("[data-moving]")


def test_the_list_asks_the_same_number_of_queries_for_many_imports(client: Client) -> None:
    for _number in range(3):
        a_line(a_job())
    client.get(IMPORTS)
    few = queries(client, IMPORTS)
    for _number in range(12):
        a_line(a_job())
    assert queries(client, IMPORTS) == few


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_time_left_counts_from_where_a_job_was_taken_up() -> None:
    now = timezone.now()
    options = {"taken_at": (now - timedelta(seconds=10)).isoformat(), "taken_from": 900}
    job = a_job(position=950, total=1000, started_at=now - timedelta(days=3), seen_at=now, options=options)
    assert job_cards.cards_of([job])[0].time_left in {"10 seconds", "10 secondes", "9 seconds", "9 secondes"}


# --- the account book


def test_the_account_book_shows_each_line_with_its_addresses(client: Client, job: ImportJob) -> None:
    shown = screen(client, f"{job.pk}/")
    bridge = next(line for line in shown.css(".imports-line") if "Le pont rouvre" in line.text())
    links = [link.attributes["href"] for link in bridge.css("a")]
    assert links[1:] == [f"{SITE}/2019/05/article-1/", "/politique/article-1/"]
    flood = next(line for line in shown.css(".imports-line") if "La crue" in line.text())
    assert f"{SITE}/wp-content/uploads/crue.jpg" in words(flood.css_first("details"))
    assert not shown.css_first("[data-moving]")


def test_lines_are_chosen_by_outcome_mark_and_words(client: Client, job: ImportJob) -> None:
    assert headlines(client, job, "?outcome=skipped") == ["Menu"]
    assert headlines(client, job, "?mark=pictures") == ["La crue"]
    assert headlines(client, job, "?mark=check") == ["Brouillon"]
    assert headlines(client, job, "?words=CRUE") == ["La crue"]
    assert headlines(client, job, "?words=article-1/") == ["Le pont rouvre"]
    assert headlines(client, job, "?words=%25") == []
    assert len(headlines(client, job, "?outcome=nonsense&mark=nonsense&p=nonsense")) == job.lines.count()


def test_an_account_book_has_pages_of_fifty_and_keeps_the_choice(client: Client) -> None:
    job = a_job(JobState.DONE)
    for number in range(51):
        a_line(job, title=f"Histoire {number}")
    shown = screen(client, f"{job.pk}/?words=Histoire")
    assert len(shown.css(".imports-line")) == 50
    following = first(shown, "[rel=next]").attributes["href"]
    assert headlines(client, job, following or "") == ["Histoire 50"]


def test_a_page_of_lines_asks_the_same_number_of_queries_however_long(client: Client, job: ImportJob) -> None:
    address = f"{IMPORTS}{job.pk}/"
    client.get(address)
    few = queries(client, address)
    item = job.lines.filter(item__isnull=False)[0].item
    for number in range(40):
        a_line(job, number=1000 + number, item=item, report={"paths": [f"/avant/{number}"]})
    assert queries(client, address) == few


def test_a_redirect_that_does_not_answer_is_named(client: Client, job: ImportJob) -> None:
    line = job.lines.get(title="Le pont rouvre")
    line.report["paths"].append("/jamais-vu")
    line.save()
    shown = next(one for one in screen(client, f"{job.pk}/").css(".imports-line") if "Le pont" in one.text())
    assert "/jamais-vu" in words(shown.css_first("details"))


# --- hostile values


def test_what_a_source_says_is_never_markup_or_a_script(client: Client) -> None:
    job = a_job(JobState.FAILED, error=HOSTILE, source=f"/srv/{HOSTILE}", site=HOSTILE)
    report = {
        "missing": [["javascript:alert(2)", HOSTILE], [HOSTILE, ""]],
        "doubts": [["headlines differ", HOSTILE], ["unheard of", HOSTILE]],
        "repairs": {HOSTILE: 1},
        "left_out": {HOSTILE: 2},
        "paths": [HOSTILE],
        "doubled": HOSTILE,
    }
    a_line(job, title=HOSTILE, address="javascript:alert(1)", reason=HOSTILE[:60], report=report, has_doubts=True)
    a_line(job, title="", key=HOSTILE, address="http://[broken", outcome=Outcome.SKIPPED)
    CategoryTarget.objects.create(site=HOSTILE, slug=HOSTILE, name=HOSTILE, becomes="section", trail=[HOSTILE])
    for address in ("", f"{job.pk}/", f"{job.pk}/?words={HOSTILE}", f"{job.pk}/rubriques/", f"{job.pk}/annulation/"):
        shown = screen(client, address)
        assert not shown.css("img[src=x]"), address
        assert not [
            link for link in shown.css("a") if (link.attributes.get("href") or "").lower().startswith("javascript")
        ]
        assert not [link for link in shown.css(".imports-page a") if "broken" in (link.attributes.get("href") or "")]


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://ancien.example/a", True),
        ("HTTP://ancien.example/", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//ancien.example/", False),
        ("/a", False),
        ("http:///a", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str, is_link: bool) -> None:
    assert bool(entries.link_to(address)) == is_link


# --- the table


def test_the_account_book_is_a_table_of_all_lines(client: Client, job: ImportJob) -> None:
    a_line(job, number=1000, title="=HYPERLINK(1)", address="@SUM(1)")
    answer = client.get(f"{IMPORTS}{job.pk}/compte.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="import-{job.pk}.csv"'
    text = b"".join(answer).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert len(rows) == 1 + job.lines.count()
    assert len({len(row) for row in rows}) == 1
    assert rows[-1][1:3] == ["'@SUM(1)", "'=HYPERLINK(1)"]


def test_what_was_left_out_is_said_in_words_on_the_screen_and_in_the_table(client: Client, job: ImportJob) -> None:
    a_line(job, number=1000, report={"left_out": {"field views": 1, "pingback": 2, "share bar": 3}})
    said = ["champ personnalisé views × 1", "pings × 2", "liens de partage × 3"]
    page = words(screen(client, f"{job.pk}/").body)
    table = b"".join(client.get(f"{IMPORTS}{job.pk}/compte.csv")).decode()
    assert [one for one in said if one not in page or one not in table] == []


def test_the_table_speaks_the_language_of_who_asks(client: Client, job: ImportJob) -> None:
    heads = set()
    for language in ("fr", "en"):
        UserProfile.objects.update_or_create(
            user_id=client.session["_auth_user_id"], defaults={"preferred_language": language}
        )
        answer = client.get(f"{IMPORTS}{job.pk}/compte.csv")
        heads.add(b"".join(answer).split(b"\r\n")[0])
    assert len(heads) == 2


# --- actions


def test_stop_asks_a_running_import_and_calls_a_waiting_one_back(client: Client) -> None:
    running, waiting, done = a_job(seen_at=timezone.now()), a_job(JobState.WAITING), a_job(JobState.DONE)
    for job in (running, waiting, done):
        client.post(f"{IMPORTS}{job.pk}/arret/")
        job.refresh_from_db()
    assert (running.state, running.stop_asked) == (JobState.RUNNING, True)
    assert (waiting.state, done.state, done.stop_asked) == (JobState.STOPPED, JobState.DONE, False)
    assert ModelLogEntry.objects.filter(action=actions.STOP).count() == 2


@pytest.mark.parametrize(
    ("state", "goes_on", "goes_back"),
    [
        (JobState.PLANNED, True, False),
        (JobState.WAITING, False, False),
        (JobState.RUNNING, False, False),
        (JobState.STOPPED, True, True),
        (JobState.FINISHING, False, False),
        (JobState.DONE, False, True),
        (JobState.FAILED, True, True),
        (JobState.UNDOING, False, False),
        (JobState.UNDONE, False, False),
    ],
)
def test_only_what_rests_goes_on_or_back(client: Client, state: JobState, goes_on: bool, goes_back: bool) -> None:
    for action, reached, changes in (
        ("reprise/", JobState.WAITING, goes_on),
        ("annulation/", JobState.UNDOING, goes_back),
    ):
        job = a_job(state, seen_at=timezone.now(), error="avant")
        shown = screen(client, f"{job.pk}/")
        assert bool(shown.css_first("#go-on" if reached == JobState.WAITING else "#undo")) == changes
        answer = client.post(f"{IMPORTS}{job.pk}/{action}", follow=True)
        assert messages_of(answer)
        job.refresh_from_db()
        assert job.state == (reached if changes else state)
        assert job.error == ("" if changes else "avant")


def test_before_it_is_taken_back_the_editor_reads_what_goes_and_what_stays(client: Client, job: ImportJob) -> None:
    article = Article.objects.get(title="La crue")
    article.save_revision()
    assert actions.foresee_undo(job) == actions.Forecast(going=2, restored=0, staying=1)
    shown = screen(client, f"{job.pk}/annulation/")
    assert [words(one)[0] for one in shown.css(".imports-forecast li")] == ["2", "1"]
    job.refresh_from_db()
    assert job.state == JobState.DONE


# --- categories


def target(job: ImportJob) -> CategoryTarget:
    return CategoryTarget.objects.get(site=job.site, slug="politique")


def choose(client: Client, job: ImportJob, **fields: str) -> Any:
    data = {f"{target(job).pk}-{name}": value for name, value in fields.items()}
    return client.post(f"{IMPORTS}{job.pk}/rubriques/", data)


def test_a_category_becomes_what_an_editor_chooses(client: Client, job: ImportJob) -> None:
    assert choose(client, job, becomes="section", desk="News", name="Vie politique").status_code == 302
    row = target(job)
    assert (row.becomes, row.trail, row.is_chosen) == ("section", ["News", "Vie politique"], True)
    with open_export(Path(job.source)) as export:
        assert export.targets["politique"].trail == ("News", "Vie politique")
    choose(client, job, becomes="nothing", desk="", name="Vie politique")
    assert (target(job).becomes, target(job).trail) == ("nothing", [])


def test_what_was_not_changed_stays_a_guess(client: Client, job: ImportJob) -> None:
    assert choose(client, job, becomes="section", desk="", name="Politique").status_code == 302
    assert not target(job).is_chosen


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"becomes": "section", "desk": "", "name": ""}, "name"),
        ({"becomes": "topic", "desk": "", "name": "!!!"}, "name"),
        ({"becomes": "topic", "desk": "News", "name": "Ponts"}, "desk"),
        ({"becomes": "section", "desk": "???", "name": "Ponts"}, "desk"),
        ({"becomes": "edition", "desk": "", "name": "x" * 300}, "name"),
        ({"becomes": "planet", "desk": "News", "name": "Mars"}, "becomes"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
    client: Client, job: ImportJob, fields: dict[str, str], field: str
) -> None:
    answer = choose(client, job, **fields)
    assert answer.status_code == 400
    shown = LexborHTMLParser(answer.content.decode())
    number = target(job).pk
    wrong = first(shown, f"[name='{number}-{field}']")
    assert wrong.attributes["aria-invalid"] == "true"
    assert words(first(shown, f"#{wrong.attributes['aria-describedby']}")).strip()
    for name in ("desk", "name"):
        typed = first(shown, f"input[name='{number}-{name}']").attributes.get("value")
        assert (typed or "") == fields[name]
    assert not target(job).is_chosen


def test_each_of_the_last_steps_has_words() -> None:
    assert list(job_cards.PHASES) == list(finishing.STEPS)
