"""Imports as jobs: whole, again, brought up to date, stopped and gone on with, taken back."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from rotative.comments.models import Comment, Discussion, Status
from rotative.content.models import Article, Author, Edition, Listing, Section, StandingPage, Topic
from rotative.content.models.pages import ARCHIVE
from rotative.importers.filing import jobs, leases, planning, undoing
from rotative.importers.filing.bodies import body_of
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import ImportedItem, ImportJob, JobState, Line, Made, Outcome, SourceKind
from rotative.importers.newsroom import actions
from rotative.importers.newsroom.job_cards import entries_of
from rotative.importers.story.stories import Story
from rotative.importers.wordpress.items import read_item
from rotative.importers.wordpress.targets import open_export
from rotative.publishing import marking
from rotative.publishing.keys import EVERYTHING
from rotative.publishing.models import Invalidation, StoredPage
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests import builders
from tests.builders import a_newspaper
from tests.importers.wordpress.exports import (
    HEAD,
    SITE,
    a_category,
    a_comment,
    a_picture,
    an_author,
    an_export,
    an_item,
)
from tests.publishing.rebuild import differences_from_rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def run(path: Path, **options: Any) -> ImportJob:
    """Import an export; return the job."""
    with open_export(path) as export:
        job = ImportJob.objects.create(kind=SourceKind.WORDPRESS, source=str(path), site=export.name)
        return jobs.run(job, export, Shelves(online=False), **options)


def outcomes(job: ImportJob) -> dict[str, str]:
    return {
        line.key: line.outcome
        for line in job.lines.all()
        if line.reason not in {"author", "section", "topic", "edition"}
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    a_newspaper()
    return an_export(
        tmp_path / "export.xml",
        an_author("awa", "Awa Tossou"),
        a_category("news", "News – Infos"),
        a_category("politique", "Politique", parent="news", number=4),
        a_category("benin", "Bénin"),
        an_item(
            1,
            "Le pont rouvre",
            "Le pont a rouvert <b>lundi</b>.\n\nLes taxis passent.",
            categories={"politique": "Politique", "benin": "Bénin"},
            tags={"ponts": "Ponts et chaussées"},
            excerpt="Dix mois de travaux.",
            slug="le-pont-rouvre",
            comments=[
                a_comment(5),
                a_comment(6, "D’accord", parent=5),
                a_comment(7, "Aussi", parent=6),
                a_comment(8, comment_approved="spam"),
            ],
        ),
        an_item(2, "À propos", "Nous sommes trois.", post_type="page", slug="a-propos", categories={}),
        an_item(
            3,
            "Suite",
            f'Voir <a href="{SITE}/?p=1">hier</a> et <a href="{SITE}/2019/05/le-pont-rouvre/">là</a>.',
            tags={"ponts": "Ponts et chaussées"},
        ),
        an_item(4, "Brouillon", status="draft"),
        an_item(5, "Menu", post_type="nav_menu_item"),
    )


def test_everything_comes_in_with_its_account(export: Path) -> None:
    job = run(export)
    assert job.state == JobState.DONE
    article = Article.objects.get(title="Le pont rouvre")
    assert article.address == "/news-infos/politique/le-pont-rouvre/"
    assert article.edition == Edition.objects.get(title="Bénin")
    assert [topic.name for topic in article.topics.all()] == ["Ponts et chaussées"]
    assert [str(byline.author) for byline in article.bylines.all()] == ["Awa Tossou"]
    assert article.published_at is not None and article.published_at.isoformat() == "2019-05-04T09:30:00+00:00"
    assert article.standfirst == "Dix mois de travaux."
    assert [block.value.source for block in article.body] == [
        "<p>Le pont a rouvert <b>lundi</b>.</p><p>Les taxis passent.</p>"
    ]
    assert StandingPage.objects.get(title="À propos").live
    assert not Article.objects.get(title="Brouillon").live
    assert outcomes(job) == {
        "post:1": Outcome.IMPORTED,
        "page:2": Outcome.IMPORTED,
        "post:3": Outcome.IMPORTED,
        "post:4": Outcome.IMPORTED,
        "nav_menu_item:5": Outcome.SKIPPED,
    }


@pytest.mark.parametrize("slug", ["flux", "auteurs", ARCHIVE])
def test_no_page_takes_an_address_that_the_system_has(slug: str, tmp_path: Path) -> None:
    run(an_export(tmp_path / "e.xml", an_item(1, "Une page", post_type="page", slug=slug)))
    assert StandingPage.objects.get(title="Une page").slug == f"{slug}-2"


def test_no_article_takes_the_address_of_its_sections_archive(tmp_path: Path) -> None:
    run(an_export(tmp_path / "e.xml", an_item(1, slug=ARCHIVE), an_item(2, slug="flux")))
    assert {article.slug for article in Article.objects.all()} == {f"{ARCHIVE}-2", "flux"}


def test_what_is_of_an_unknown_kind_comes_in_as_a_draft_with_a_doubt(tmp_path: Path) -> None:
    job = run(an_export(tmp_path / "e.xml", an_item(1, post_type="recette"), an_item(2)))
    assert [article.live for article in Article.objects.order_by("pk")] == [False, True]
    assert job.lines.get(key="recette:1").report["doubts"] == [["type unknown", "recette"]]


def test_comments_keep_their_threads_dates_and_states(export: Path) -> None:
    run(export)
    first, second, third, spam = Comment.objects.order_by("pk")
    assert (second.thread, second.in_reply_to) == (first, first)
    assert (third.thread, third.in_reply_to) == (first, second)
    assert first.created_at.isoformat() == "2019-05-05T09:05:00+00:00"
    assert [one.status for one in (first, second, third, spam)] == [Status.APPROVED] * 3 + [Status.SPAM]
    assert Discussion.objects.get().count == 3


def test_old_addresses_lead_to_the_new_ones(export: Path) -> None:
    run(export)
    article = Article.objects.get(title="Le pont rouvre")
    led = {row.old_path: row.redirect_page_id or row.redirect_link for row in Redirect.objects.all()}
    assert led["/2019/05/le-pont-rouvre"] == led["/?p=1"] == article.pk
    assert led["/category/news/politique"] == Section.objects.get(title="Politique").pk
    assert led["/tag/ponts"] == Topic.objects.get().address
    assert led["/author/awa"] == Author.objects.get().address
    assert led["/?author=7"] == led["/author/awa"]
    assert led["/?cat=4"] == led["/category/news/politique"]
    assert led["/feed"] == "/flux/rss.xml"


def test_links_among_the_stories_lead_to_the_pages_themselves(export: Path) -> None:
    run(export)
    number = Article.objects.get(title="Le pont rouvre").pk
    (block,) = Article.objects.get(title="Suite").body
    assert block.value.source.count(f'<a linktype="page" id="{number}">') == 2


def test_related_stories_and_lists_are_what_a_publication_would_have_made(export: Path) -> None:
    run(export)
    first, second = Article.objects.get(title="Le pont rouvre"), Article.objects.get(title="Suite")
    assert second.computed_related == [first.pk]
    before = set(Listing.objects.values_list("collection", "month", "listed_at", "article"))
    for article in (first, second):
        article.save_revision().publish()
    assert set(Listing.objects.values_list("collection", "month", "listed_at", "article")) == before


def test_a_second_run_changes_nothing(export: Path) -> None:
    run(export)
    before = everything()
    job = run(export)
    assert set(outcomes(job).values()) == {Outcome.UNCHANGED, Outcome.SKIPPED}
    assert everything() == before


def test_a_later_export_brings_only_what_changed_and_leaves_what_the_newsroom_touched(export: Path) -> None:
    run(export)
    edited = Article.objects.get(title="Suite")
    edited.title = "Suite, corrigée"
    edited.save_revision().publish()
    Article.objects.get(title="Brouillon").delete()
    text = export.read_text().replace("Les taxis passent.", "Les taxis repassent.").replace("Voir <a", "Lire <a")
    export.write_text(text.replace("Brouillon", "Brouillon bis"))
    job = run(export)
    assert outcomes(job) == {
        "post:1": Outcome.CHANGED,
        "page:2": Outcome.UNCHANGED,
        "post:3": Outcome.KEPT,
        "post:4": Outcome.DELETED,
        "nav_menu_item:5": Outcome.SKIPPED,
    }
    touched = {line.key for line in job.lines.all() if ["edited since", ""] in line.report.get("notes", [])}
    assert touched == {"post:3"}
    article = Article.objects.get(title="Le pont rouvre")
    assert "repassent" in str(article.body)
    assert article.published_at is not None and article.published_at.year == 2019
    assert Article.objects.get(pk=edited.pk).title == "Suite, corrigée"


def test_items_with_the_same_number_both_come_in_and_are_told_apart(tmp_path: Path) -> None:
    path = an_export(tmp_path / "e.xml", an_item(1, "Un"), an_item(1, "Un autre", slug="un-autre"))
    job = run(path)
    assert sorted(Article.objects.values_list("title", flat=True)) == ["Un", "Un autre"]
    assert Line.objects.get(job=job, key="post:1#2").report["doubled"] == "post:1"
    assert set(outcomes(run(path)).values()) == {Outcome.UNCHANGED}


@pytest.mark.parametrize("head", [HEAD, HEAD.replace(SITE, "https://[ancien")], ids=["site", "no site"])
def test_an_address_that_is_none_stops_neither_the_plan_nor_the_import(head: str, tmp_path: Path) -> None:
    a_newspaper()
    path = an_export(
        tmp_path / "export.xml",
        an_item(1, "Un", body="http://[x/sur-une-ligne\n\n[embed]http://[y/[/embed] [audio src='http://[x/a.mp3']"),
        an_item(2, "Deux", body="<a href='http://[x'>Un lien</a> <img src='http://[x/a.jpg'>").replace(
            "<dc:creator>", "<guid>http://[x/?p=2</guid><dc:creator>"
        ),
        an_item(3, "Trois", link="http://[x/trois/"),
        a_picture(4, "http://[x/quatre.jpg"),
        head=head,
    )
    with open_export(path) as source:
        assert planning.plan(source.name, source.items(0), source.total).doubled == 0
    assert run(path).state == JobState.DONE
    assert set(Article.objects.values_list("title", flat=True)) == {"Un", "Deux", "Trois"}


def test_an_import_that_is_stopped_goes_on_where_it_was(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    steps = iter([False, False, True])
    job = run(export, should_stop=lambda: next(steps))
    assert job.state == JobState.STOPPED and job.lines.count() == 6
    with open_export(export) as source:
        assert jobs.run(job, source, Shelves(online=False)).state == JobState.DONE
    assert job.lines.count() == 9
    assert Article.objects.count() == 3


def test_nobody_runs_a_job_that_somebody_runs(export: Path) -> None:
    job = ImportJob.objects.create(kind=SourceKind.WORDPRESS, source=str(export))
    busy: list[bool] = []

    def try_too() -> bool:
        with pytest.raises(leases.JobBusyError):
            jobs.run(ImportJob.objects.get(pk=job.pk), source)
        busy.append(True)
        return False

    with open_export(export) as source:
        jobs.run(job, source, Shelves(online=False), should_stop=try_too)
    assert busy


def test_who_wakes_up_when_another_has_taken_the_job_writes_nothing(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stood still longer than its lease: the other one is at the end when it goes on."""
    monkeypatch.setattr(jobs, "BATCH", 2)
    job = ImportJob.objects.create(kind=SourceKind.WORDPRESS, source=str(export))
    asked: list[int] = []

    def sleep_in_the_middle() -> bool:
        asked.append(len(asked))
        if len(asked) == 2:
            ImportJob.objects.update(seen_at=timezone.now() - 2 * leases.LEASE)
            with open_export(export) as again:
                jobs.run(ImportJob.objects.get(pk=job.pk), again, Shelves(online=False))
        return False

    with open_export(export) as source, pytest.raises(leases.JobBusyError):
        jobs.run(job, source, Shelves(online=False), should_stop=sleep_in_the_middle)
    job = ImportJob.objects.get()
    assert (job.state, job.error, job.lines.count(), Article.objects.count()) == (JobState.DONE, "", 9, 3)


def test_a_batch_that_fails_is_not_taken_for_done(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(leases, "hold_everything", fail)
        with pytest.raises(OSError, match="disk full"):
            run(export)
    job = ImportJob.objects.get()
    assert (job.state, job.position, job.lines.count()) == (JobState.FAILED, 0, 0)
    with open_export(export) as source:
        jobs.run(job, source, Shelves(online=False))
    assert Article.objects.count() == 3


def test_an_item_that_its_reader_stumbles_over_is_a_line_and_the_others_come_in(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(record: Any, *rest: Any) -> Any:
        if record.get("wp:post_id") == "1":
            raise RecursionError("too deep")
        return read_item(record, *rest)

    monkeypatch.setattr("rotative.importers.wordpress.source.read_item", stumble)
    job = run(export)
    line = job.lines.get(reason="failed")
    assert (job.state, line.outcome, Article.objects.count()) == (JobState.DONE, Outcome.SKIPPED, 2)
    assert "too deep" in entries_of([line])[0].notes[0]


def test_an_item_that_the_paper_stumbles_over_is_a_line_and_the_others_come_in(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(story: Story, *rest: Any) -> Any:
        if story.key == "post:1":
            raise ValueError("what no field takes")
        return body_of(story, *rest)

    monkeypatch.setattr("rotative.importers.filing.bodies.body_of", stumble)
    job = run(export)
    line = job.lines.get(reason="failed")
    assert (job.state, line.key, Article.objects.count()) == (JobState.DONE, "post:1", 2)
    numbers = list(job.lines.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(len(numbers)))


def test_a_body_that_no_parser_should_see_stops_nothing(tmp_path: Path) -> None:
    path = an_export(tmp_path / "e.xml", an_item(1, body="<div></x>" * 60_000 + "Le texte"), an_item(2))
    job = run(path)
    assert (job.state, Article.objects.count()) == (JobState.DONE, 2)


def test_replies_without_the_comment_they_answer_are_counted(tmp_path: Path) -> None:
    comments = [a_comment(1), a_comment(2, "Oui.", parent=1), a_comment(3, "Non.", parent=99)]
    job = run(an_export(tmp_path / "e.xml", an_item(1, comments=comments)))
    assert job.lines.get(key="post:1").report["left_out"] == {"orphaned replies": 1}
    assert Comment.objects.filter(in_reply_to=None).count() == 2


def test_an_import_writes_one_invalidation_which_waits_until_its_end(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(export)  # which makes sections and topics, each with its own few
    Invalidation.objects.all().delete()
    again = export.with_name("more.xml")
    an_export(again, *(an_item(number, f"Article {number}") for number in range(10, 40)))
    monkeypatch.setattr(jobs, "BATCH", 5)
    held = []

    def look() -> bool:
        marking.drain()
        held.append(list(Invalidation.objects.values_list("key", flat=True)))
        return False

    run(again, should_stop=look)
    assert max(map(len, held)) == 1 and held[-1] == [EVERYTHING]
    assert set(Invalidation.objects.due().values_list("key", flat=True)) == {EVERYTHING}


def test_the_store_after_an_import_is_that_of_a_full_rebuild(export: Path, settings: Any) -> None:
    publisher = Publisher(Disk(Store(settings.STORE_ROOT)))
    publish_until_idle(publisher)  # of the paper before
    run(export)
    publish_until_idle(publisher)
    assert StoredPage.objects.get(path="/news-infos/politique/le-pont-rouvre/").status == 200
    assert list(differences_from_rebuild(publisher.disk)) == []


def test_undoing_takes_back_what_came_and_leaves_what_was_touched(export: Path) -> None:
    before = everything()
    job = run(export)
    edited = Article.objects.get(title="Suite")
    edited.title = "Suite, corrigée"
    edited.save_revision().publish()
    undoing.undo(job)
    assert job.state == JobState.UNDONE
    assert list(Article.objects.values_list("title", flat=True)) == ["Suite, corrigée"]
    assert [section.title for section in Section.objects.all()] == ["News – Infos", "Politique"]
    edited.delete()
    assert everything()["articles"] == before["articles"] == []
    assert not Made.objects.exists()


def test_undoing_leaves_a_story_on_which_readers_have_commented_since(export: Path) -> None:
    job = run(export)
    going = actions.foresee_undo(job).going
    builders.a_comment(Article.objects.get(title="Suite"), network="41.85.160.0/24", text="Merci pour ce récit.")
    assert actions.foresee_undo(job).going == going - 1
    undoing.undo(job)
    assert list(Article.objects.values_list("title", flat=True)) == ["Suite"]
    assert Comment.objects.filter(text="Merci pour ce récit.").exists()
    assert job.lines.get(outcome=Outcome.KEPT).reason == "readers"


def test_undoing_an_import_that_changed_a_story_restores_the_one_before(export: Path) -> None:
    run(export)
    export.write_text(export.read_text().replace("Les taxis passent.", "Les taxis repassent."))
    undoing.undo(run(export))
    assert "passent" in str(Article.objects.get(title="Le pont rouvre").body)
    assert "repassent" not in str(Article.objects.get(title="Le pont rouvre").body)
    assert set(outcomes(run(export)).values()) >= {Outcome.CHANGED}


def everything() -> dict[str, Any]:
    """Return what a paper holds, without numbers that differ from run to run."""
    return {
        "articles": sorted(Article.objects.values_list("title", "url_path", "live", "published_at")),
        "comments": sorted(Comment.objects.values_list("name", "text", "status")),
        "redirects": sorted(Redirect.objects.values_list("old_path", "redirect_link")),
        "listings": Listing.objects.count(),
        "items": sorted(ImportedItem.objects.values_list("key", "digest")),
        "sections": sorted(Section.objects.values_list("url_path", flat=True)),
    }
