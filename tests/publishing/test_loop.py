"""The loop, step by step: what is rendered, in which order, and what happens on bad days."""

import errno
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from rotative.content.models import Article, Newspaper, Section
from rotative.management.clock import Clock
from rotative.publishing import invalidation, marking, store
from rotative.publishing.keys import EVERYTHING
from rotative.publishing.models import Invalidation, Priority, PublisherState, StoredPage
from rotative.publishing.publisher import Publisher, Step, publish_until_idle
from rotative.publishing.renderers import InProcessRenderer
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from rotative.publishing.writing import writing
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition
from tests.publishing.rebuild import differences_from_rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def publisher(settings: Any) -> Publisher:
    a_newspaper()
    return Publisher(Disk(Store(settings.STORE_ROOT)))


def numbers() -> dict[str, int | None]:
    return dict(StoredPage.objects.values_list("path", "number"))


def rendered_by(publisher: Publisher, change: Any) -> tuple[set[str], set[str]]:
    """Make a change; return the paths that were rendered for it, and those whose bytes changed."""
    publish_until_idle(publisher)
    StoredPage.objects.update(rendered_at=None)
    before = numbers()
    change()
    publish_without_polish(publisher)
    rendered = set(StoredPage.objects.filter(rendered_at__isnull=False).values_list("path", flat=True))
    return rendered, {path for path, number in numbers().items() if before.get(path) != number}


def publish_without_polish(publisher: Publisher) -> None:
    for step in publisher.steps():
        if step is Step.PURGED and not marking.count_stale():
            return


# --- bounds


def test_publishing_renders_the_pages_that_show_the_article_and_no_other(publisher: Publisher) -> None:
    desk = a_section("Économie")
    section, other = a_section("Agriculture", parent=desk), a_section("Sport")
    old = datetime(2024, 3, 1, tzinfo=UTC)
    for place in (section, other):
        an_article(f"Ancien {place.slug}", place, published_at=old)
        an_article(f"Récent {place.slug}", place, topics=[a_topic("Coton")], authors=[an_author("Kofi Ahou")])
    bystander = an_edition("Niger")
    month = timezone.localtime().strftime("%Y-%m")

    rendered, _changed = rendered_by(
        publisher,
        lambda: an_article("Nouveau", section, topics=[a_topic("Eau")], authors=[an_author("Awa Tossou")]),
    )

    # Topic and author are new as well: they stand in their indexes.
    own = {Article.objects.get(title="Nouveau").address, "/sujets/eau/", "/auteurs/awa-tossou/"}
    fronts = {"/", desk.address, section.address, "/benin/", "/en-continu/", "/fragments/dernieres/"}
    indexes = {"/sujets/", "/auteurs/", "/sujets/eau/archives/", "/auteurs/awa-tossou/archives/"}
    places = ["/", desk.address, section.address, "/benin/", "/sujets/eau/", "/auteurs/awa-tossou/"]
    months = {f"{place}archives/{month}/" for place in places}
    feeds = {f"/flux{place}rss.xml" for place in ("/", desk.address, section.address, "/benin/")}
    sitemaps = {"/sitemap.xml", f"/sitemaps/{month}.xml", "/sitemaps/pages.xml"}
    assert own | fronts | months | feeds <= rendered
    assert rendered <= own | fronts | indexes | months | feeds | sitemaps
    assert not {path for path in rendered if other.slug in path or bystander.slug in path or "2024-03" in path}


def test_a_corrected_word_renders_what_shows_the_article_and_changes_one_page(publisher: Publisher) -> None:
    article, other = an_article("Le pont"), an_article("Le marché")

    def correct() -> None:
        article.body = [("text", "<p>Le pont mesure quarante mètres.</p>")]
        article.save_revision().publish()

    rendered, changed = rendered_by(publisher, correct)

    assert changed == {article.address}
    assert other.address not in rendered and "/archives/" not in rendered
    assert {"/", article.address, article.section.address} <= rendered


def test_a_draft_renders_nothing(publisher: Publisher) -> None:
    article = an_article("Publié")

    def note_a_draft() -> None:
        article.title = "Un brouillon"
        article.save_revision()
        assert not Invalidation.objects.exists()

    assert rendered_by(publisher, note_a_draft) == (set(), set())


def test_a_new_headline_touches_the_article_and_no_list() -> None:
    article = an_article()
    Invalidation.objects.all().delete()

    article.title = "Un autre titre"
    article.save_revision().publish()

    assert set(Invalidation.objects.values_list("key", flat=True)) == {article.key}


def test_arranging_the_front_renders_the_front(publisher: Publisher) -> None:
    from rotative.content.models import Home
    from tests.builders import put_on_front

    article = an_article()
    an_article("Plus récent")

    rendered, changed = rendered_by(publisher, lambda: put_on_front(Home.objects.get(), article))

    assert rendered == changed == {"/"}


# --- order


def test_breaking_news_passes_a_running_rebuild(publisher: Publisher) -> None:
    publisher.renderer = InProcessRenderer(seconds=float("inf"))  # slices are counted, whatever the machine's speed
    section = a_section()
    publish_until_idle(publisher)
    waiting = {"stale_at": timezone.now(), "priority": Priority.BULK}
    StoredPage.objects.bulk_create(StoredPage(path=f"/archive/{number}/", **waiting) for number in range(300))
    with transaction.atomic():
        invalidation.invalidate(EVERYTHING, cause="rebuild")
    steps = publisher.steps()
    assert next(marking.count_stale() for step in steps if step is Step.STORED) > 300

    began = time.monotonic()
    breaking = an_article("Dernière minute", section)
    slices = 0
    for step in steps:
        slices += step is Step.APPLIED
        if publisher.disk.files.find(breaking.address, 200, "br").exists():
            break

    left = marking.count_stale()
    print(f"F22: stored after {slices} slices, {time.monotonic() - began:.2f} s, before {left} pages of a rebuild")
    assert slices <= 2 and left > 280


def test_a_renamed_section_shows_at_once_and_its_articles_follow(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "BULK", 12)
    section = a_section("Politique")
    articles = [an_article(f"Article {number}", section) for number in range(14)]
    publish_until_idle(publisher)

    section = Section.objects.get(pk=section.pk)
    section.title, section.slug = "Pouvoir", "pouvoir"
    section.save_revision().publish()
    marking.drain()

    first = marking.next_stale(12)
    assert {"/", "/pouvoir/"} <= {page.path for page in first}
    assert StoredPage.objects.get(path=articles[0].address).priority == Priority.BULK
    publish_until_idle(publisher)
    assert list(differences_from_rebuild(publisher.disk)) == []
    assert StoredPage.objects.get(path=articles[0].address).status == 301


# --- bad days


def test_a_page_that_fails_keeps_its_bytes_and_the_others_go_on(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, sound = an_article("Poison"), an_article("Sain")
    publish_until_idle(publisher)
    before = publisher.disk.files.read(poisoned.address, 200, "br")
    from rotative.content import queries

    related_to = queries.related_to

    def fail(article: Article) -> Any:
        if article.pk == poisoned.pk:
            raise RuntimeError("cette page est empoisonnée")
        return related_to(article)

    monkeypatch.setattr(queries, "related_to", fail)
    for article in (poisoned, sound):
        article.title += " !"
        article.save_revision().publish()
    publish_until_idle(publisher)

    page = StoredPage.objects.get(path=poisoned.address)
    assert publisher.disk.files.read(poisoned.address, 200, "br") == before
    assert "Sain" in publisher.disk.files.read(sound.address, 200, "br").decode()
    assert (page.failures, "empoisonnée" in page.error) == (1, True)
    first_delay = (page.retry_at or timezone.now()) - timezone.now()
    StoredPage.objects.filter(pk=page.pk).update(retry_at=timezone.now() - timedelta(seconds=1))
    publish_until_idle(publisher)
    page.refresh_from_db()
    assert page.failures == 2 and (page.retry_at or timezone.now()) - timezone.now() > first_delay

    monkeypatch.setattr(queries, "related_to", related_to)
    StoredPage.objects.filter(pk=page.pk).update(retry_at=timezone.now() - timedelta(seconds=1))
    publish_until_idle(publisher)
    assert list(differences_from_rebuild(publisher.disk)) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_leaves_the_old_pages_and_says_so_until_it_takes_them(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    article = an_article("Ancien titre")
    publish_until_idle(publisher)

    def refuse(self: Store, target: Path, data: bytes, modified_at: float | None) -> Path:
        raise OSError(code, "le disque refuse")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "_replace", refuse)
        article.title = "Nouveau titre"
        article.save_revision().publish()
        publish_until_idle(publisher)
        assert "Ancien titre" in publisher.disk.files.read(article.address, 200, "br").decode()
        assert "le disque refuse" in PublisherState.objects.get().disk_error
        assert StoredPage.objects.get(path=article.address).stale_at is None  # the database has it

    publisher._disk_retry_at = 0
    publish_until_idle(publisher)
    assert "Nouveau titre" in publisher.disk.files.read(article.address, 200, "br").decode()
    assert PublisherState.objects.get().disk_error == ""


@pytest.mark.parametrize("damage", ["cut off", "altered", "lost", "foreign"])
def test_what_is_not_as_it_was_written_is_found_and_put_right(publisher: Publisher, damage: str) -> None:
    article = an_article()
    publish_until_idle(publisher)
    file = publisher.disk.files.find(article.address, 200, "gzip")
    if damage == "lost":
        file.unlink()
    elif damage == "foreign":
        (file.parent / "casino.gz").write_bytes(b"spam")
    else:
        data = file.read_bytes()
        file.write_bytes(data[:-20] if damage == "cut off" else data.replace(b"\x8b", b"\x8c"))

    publisher.scrubber._next_pass_at = 0
    began = time.monotonic()
    publish_until_idle(publisher)

    assert list(differences_from_rebuild(publisher.disk)) == []
    assert publisher.scrubber.repaired == 1
    assert time.monotonic() - began < 60


def test_a_disk_that_lost_everything_is_filled_from_the_database_without_rendering(
    publisher: Publisher, settings: Any
) -> None:
    an_article()
    publish_until_idle(publisher)
    StoredPage.objects.update(rendered_at=None)

    elsewhere = Publisher(Disk(Store(settings.STORE_ROOT.with_name("elsewhere"))))
    publish_until_idle(elsewhere)

    assert list(differences_from_rebuild(elsewhere.disk)) == []
    assert not StoredPage.objects.filter(rendered_at__isnull=False).exists()


def test_another_build_renders_everything_again(publisher: Publisher) -> None:
    an_article()
    publish_until_idle(publisher)
    StoredPage.objects.update(build="older", rendered_at=None)

    publish_until_idle(publisher)

    assert not StoredPage.objects.filter(rendered_at=None).exists()
    assert set(StoredPage.objects.values_list("build", flat=True)) == {publisher.build}


# --- invalidation


def test_a_change_and_its_invalidations_commit_together_or_not_at_all() -> None:
    article = an_article()
    Invalidation.objects.all().delete()

    with pytest.raises(RuntimeError), writing():
        article.title = "Jamais"
        article.save_revision().publish()
        assert Invalidation.objects.exists()
        raise RuntimeError

    assert not Invalidation.objects.exists()


def test_a_bulk_update_touches_what_it_changes_and_nothing_else() -> None:
    sensitive, other = an_article(), an_article()
    Invalidation.objects.all().delete()

    Article.objects.filter(pk=sensitive.pk).update(is_sensitive=True)

    assert set(Invalidation.objects.values_list("key", flat=True)) == {sensitive.key}
    assert other.key != sensitive.key


def test_the_papers_name_touches_the_frame_and_every_page_shows_it(publisher: Publisher) -> None:
    article = an_article()

    def rename() -> None:
        newspaper = Newspaper.load()
        newspaper.name = "La Rotative"
        newspaper.save()

    rendered, _changed = rendered_by(publisher, rename)

    assert {"/", article.address, "/archives/"} <= rendered
    assert "La Rotative" in publisher.disk.files.read(article.address, 200, "br").decode()


# --- the clock


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-2), timedelta(days=-20_000)])
def test_a_clock_that_jumps_is_not_believed_until_it_is_right_again(jump: timedelta) -> None:
    now = time.time()
    wall, steady = [now], [1000.0]
    clock = Clock(lambda: wall[0], lambda: steady[0], nobody_sets_it)
    assert clock.is_trusted()

    wall[0], steady[0] = now + jump.total_seconds() + 5, 1005.0
    assert not clock.is_trusted()
    assert PublisherState.objects.get().clock_error

    wall[0], steady[0] = now + 10, 1010.0
    assert clock.is_trusted()
    assert not PublisherState.objects.get().clock_error


def test_a_clock_that_was_set_back_while_nothing_ran_is_not_believed() -> None:
    now = time.time()
    assert Clock(lambda: now, lambda: 0.0, nobody_sets_it).is_trusted()

    assert not Clock(lambda: now - 7200, lambda: 0.0, nobody_sets_it).is_trusted()


def test_a_clock_that_is_a_day_ahead_at_start_is_not_believed_until_somebody_has_looked_at_it() -> None:
    """It may have been a day without power as well; nobody but a person or a time server can tell."""
    now = time.time()
    assert Clock(lambda: now, lambda: 0.0, nobody_sets_it).is_trusted()

    ahead = Clock(lambda: now + 86_400, lambda: 0.0, nobody_sets_it)
    assert not ahead.is_trusted()
    assert not ahead.is_trusted()
    assert "rotative clock --trust" in PublisherState.objects.get().clock_error

    PublisherState.objects.update(clock_error="", latest_hour=datetime.fromtimestamp(now + 86_400, UTC))  # as `trust`
    assert ahead.is_trusted()


def test_a_short_night_is_no_doubt() -> None:
    now = time.time()
    assert Clock(lambda: now, lambda: 0.0, nobody_sets_it).is_trusted()

    assert Clock(lambda: now + 1800, lambda: 0.0, nobody_sets_it).is_trusted()


def test_after_a_clock_was_ahead_a_person_lets_hours_come_again() -> None:
    now = time.time()
    PublisherState.objects.create(pk=1, latest_hour=datetime.fromtimestamp(now + 86_400, UTC))
    corrected = Clock(is_synchronised=nobody_sets_it)
    assert not corrected.is_trusted()

    call_command("clock", "--trust")

    assert corrected.is_trusted()
    assert Clock(is_synchronised=nobody_sets_it).is_trusted()


@pytest.mark.parametrize("jump", [86_400, -86_400])
def test_a_clock_that_a_time_server_keeps_is_believed_whatever_was_seen(jump: int) -> None:
    now = time.time()
    assert Clock(lambda: now, lambda: 0.0, nobody_sets_it).is_trusted()

    kept = Clock(lambda: now + jump, lambda: 0.0, lambda: True)
    assert kept.is_trusted()
    assert Clock(lambda: now + jump + 5, lambda: 0.0, nobody_sets_it).is_trusted()


def nobody_sets_it() -> bool:
    return False


# --- paths


@pytest.mark.parametrize(
    "path",
    ["", "a/", "//", "/../x/", "/.git/", "/a//b/", "/é/", "/a b/", "/x/index.html", "/x.gz", "/x.br/", "/" + "a" * 201],
)
def test_what_cannot_be_a_file_is_not_stored(path: str) -> None:
    assert not store.can_hold(path)
