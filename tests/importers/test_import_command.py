"""`rotative import capture FILE…` as the person at the keyboard meets it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from rotative.content.models import Article, Home, Section
from rotative.importers.models import ImportedItem, ImportJob, JobState, Line
from tests.builders import a_newspaper, a_section, an_article, an_edition

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIRST = "Les délégués des marchés de la lagune ont rendu lundi leur rapport, que la mairie attendait depuis janvier."
SECOND = "« Nous avons compté chaque planche », dit la doyenne des vendeuses, qui a fait le tour des halles à pied."
PAGE = f"""Live logo
spot_img
AccueilNews - InfosPolitiqueLes étals de la lagune passent à  l'inspection

Les étals de la lagune passent à  l’inspection

- Publicité-

{FIRST}

{SECOND}

LAISSER UN COMMENTAIRE

S'il vous plaît entrez votre commentaire!
Captcha verification failed!
Togo

Togo : le bac de Zébé reprend ses traversées de nuit

Monde

Une comète visible à l’œil nu cette semaine
"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    return write(tmp_path / "page.txt", PAGE)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(*files: Path | str, **options: str) -> str:
    """Run the command; return what it printed, columns narrowed. Raises SystemExit when it refused something."""
    out = StringIO()
    call_command("import", "capture", *map(str, files), stdout=out, **options)
    return re.sub("  +", "  ", out.getvalue())


def run_refused(*files: Path | str) -> str:
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("import", "capture", *map(str, files), stdout=out)
    assert left.value.code == 1
    return out.getvalue()


def test_a_dry_run_of_files_says_what_would_happen_and_writes_nothing(capture: Path, tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.md", "")
    out = StringIO()
    call_command("import", "capture", str(capture), str(empty), dry_run=True, stdout=out)
    said = out.getvalue()
    assert "nothing was written." in said
    assert "News – Infos › Politique" in said
    assert "Skipped: This file is empty." in said
    assert not Article.objects.exists()
    assert not ImportedItem.objects.exists()


def test_a_captured_page_becomes_a_published_article_under_its_breadcrumb(capture: Path) -> None:
    a_newspaper()
    run(capture)
    article = Article.objects.live().get()
    assert article.title == "Les étals de la lagune passent à l’inspection"
    assert article.address == "/news-infos/politique/les-etals-de-la-lagune-passent-a-l-inspection/"
    assert (article.section.desk.title, article.section.title) == ("News – Infos", "Politique")
    assert article.is_undated
    assert article.published_at is None
    assert [str(block.value) for block in article.body] == [f"<p>{FIRST}</p><p>{SECOND}</p>"]


def test_the_command_says_what_it_did_item_by_item(capture: Path) -> None:
    a_newspaper()
    said = run(capture)
    for expected in (
        "page.txt",
        "Imported: Les étals de la lagune passent à l’inspection",
        "/news-infos/politique/les-etals-de-la-lagune-passent-a-l-inspection/",
        "News – Infos › Politique",
        "Sections made  News – Infos, Politique",
        "date unknown",
        " words",
        "advertising label × 1",
        "doubled spaces × 1",
        "Togo — Togo : le bac de Zébé reprend ses traversées de nuit",
        "Monde — Une comète visible à l’œil nu cette semaine",
        ": Done",
        "Take it back: rotative imports undo",
    ):
        assert expected in said


def test_a_second_run_changes_nothing_and_says_so(capture: Path) -> None:
    run(capture)
    before = (Article.objects.values_list("latest_revision_created_at", "pk").get(), Section.objects.count())
    assert "Here already: Les étals" in run(capture)
    assert before == (Article.objects.values_list("latest_revision_created_at", "pk").get(), Section.objects.count())
    assert ImportedItem.objects.count() == 1


def test_a_second_run_keeps_what_the_newsroom_wrote(capture: Path) -> None:
    run(capture)
    article = Article.objects.get()
    article.edition = an_edition()
    article.title = "Un autre titre"
    article.save_revision().publish()
    assert "The newsroom has edited it since" in run(capture)
    assert Article.objects.get().title == "Un autre titre"


def test_an_article_that_the_newsroom_deleted_does_not_come_back(capture: Path) -> None:
    run(capture)
    Article.objects.get().delete()
    assert "Deleted here since: left out" in run(capture)
    assert not Article.objects.exists()


def test_an_article_that_the_newsroom_withdrew_stays_withdrawn(capture: Path) -> None:
    run(capture)
    Article.objects.get().unpublish()
    assert "stays withdrawn" in run(capture)
    assert not Article.objects.live().exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_the_same_page_under_another_name_is_the_same_article(capture: Path, tmp_path: Path, encoding: str) -> None:
    run(capture)
    other = write(tmp_path / "other.txt", PAGE.replace("\n", "\r\n").encode(encoding))
    said = run(other)
    assert "Here already" in said
    assert ("encoding" in said) == (encoding not in {"utf-8", "utf-8-sig"})
    assert Article.objects.count() == 1


def test_the_same_story_captured_on_another_day_is_the_same_article(capture: Path, tmp_path: Path) -> None:
    run(capture)
    later = write(tmp_path / "later.txt", PAGE.replace("Une comète visible", "Une éclipse visible"))
    assert "The same story came in from “page.txt”." in run(later)
    assert Article.objects.count() == 1
    assert ImportedItem.objects.count() == 1


def test_sections_that_exist_are_reused_even_when_their_address_was_chosen(capture: Path) -> None:
    desk = a_section("News – Infos")
    desk.slug = "infos"
    desk.save_revision().publish()
    said = run(capture)
    assert "Sections made  Politique" in said
    assert Article.objects.get().address.startswith("/infos/politique/")
    assert Section.objects.filter(desk=None).count() == 1


def test_a_subsection_that_the_page_names_alone_is_found_below_its_desk(tmp_path: Path) -> None:
    a_section("Politique", parent=a_section("News – Infos"))
    run(write(tmp_path / "page.txt", PAGE.replace("News - Infos", "")))
    assert Article.objects.get().address.startswith("/news-infos/politique/")


def test_a_page_without_a_section_is_filed_where_an_editor_looks_for_it(tmp_path: Path) -> None:
    said = run(write(tmp_path / "page.txt", PAGE.replace("AccueilNews - InfosPolitique", "AccueilVieDuGolfeZonesPlus")))
    assert "cannot be split with certainty" in said
    assert Article.objects.get().section.title == "À classer"


@pytest.mark.parametrize("name", ["Archives", "Rédaction"])
def test_a_section_that_cannot_be_made_does_not_stop_the_article(tmp_path: Path, name: str) -> None:
    said = run(write(tmp_path / "page.txt", PAGE.replace("AccueilNews - InfosPolitique", f"Accueil › {name} › ")))
    assert "This section cannot be made" in said
    assert Article.objects.get().section.title == "À classer"


def test_an_edition_that_the_breadcrumb_names_is_taken_and_is_no_section(tmp_path: Path) -> None:
    edition = an_edition("Bénin")
    run(write(tmp_path / "page.txt", PAGE.replace("AccueilNews - InfosPolitique", "Accueil › Benin › Politique › ")))
    article = Article.objects.get()
    assert article.edition == edition
    assert article.address.startswith("/politique/")


def test_an_article_without_a_country_has_no_edition_unless_one_is_given(capture: Path, tmp_path: Path) -> None:
    edition = an_edition("Monde")
    said = run(capture)
    assert "the article has no edition" in said
    assert Article.objects.get().edition is None
    Article.objects.get().delete()
    ImportedItem.objects.all().delete()
    run(capture, edition="monde")
    assert Article.objects.get().edition == edition
    assert "Here already" in run(capture)
    assert Article.objects.get().edition == edition


def test_an_unknown_edition_is_refused_before_anything_is_written(capture: Path) -> None:
    an_edition("Monde")
    with pytest.raises(CommandError, match=r"There is no edition “Narnia”\. There are: Monde\."):
        run(capture, edition="Narnia")
    assert not Article.objects.exists()


def test_date_and_byline_of_the_template_are_taken(tmp_path: Path) -> None:
    page = PAGE.replace("- Publicité-", "Par Rokia Bance\nPublié le 14 mars 2023 à 10h05")
    said = run(write(tmp_path / "page.txt", page))
    article = Article.objects.get()
    assert timezone.localtime(article.published_at).isoformat()[:16] == "2023-03-14T10:05"
    assert not article.is_undated
    assert [byline.guest for byline in article.bylines.all()] == ["Rokia Bance"]
    assert "Signed by  Rokia Bance" in said


def test_a_day_without_an_hour_is_noon_and_said(tmp_path: Path) -> None:
    said = run(write(tmp_path / "page.txt", PAGE.replace("- Publicité-", "Publié le 14 mars 2023")))
    assert timezone.localtime(Article.objects.get().published_at).isoformat()[:16] == "2023-03-14T12:00"
    assert "noon was written" in said


def test_a_date_in_the_future_is_not_taken(tmp_path: Path) -> None:
    day = (timezone.now() + timedelta(days=400)).date().isoformat()
    said = run(write(tmp_path / "page.txt", PAGE.replace("- Publicité-", f"Publié le {day}")))
    assert "lies in the future" in said
    assert Article.objects.get().is_undated


def test_another_article_at_the_address_keeps_it(capture: Path) -> None:
    desk = a_section("News – Infos")
    an_article("Les étals de la lagune passent à l'inspection", section=a_section("Politique", parent=desk))
    said = run(capture)
    assert "ends with “les-etals-de-la-lagune-passent-a-l-inspection-2”" in said
    assert Article.objects.count() == 2


def test_markup_in_a_captured_text_is_shown_not_obeyed(tmp_path: Path) -> None:
    hostile = PAGE.replace("Nous avons compté", "<script>alert(1)</script> <b>&amp;</b>")
    run(write(tmp_path / "page.txt", hostile))
    body = str(Article.objects.get().body)
    assert "<script" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;&amp;amp;&lt;/b&gt;" in body


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\n\n \n", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n", "This is no text"),
        (b"abc\0def", "This is no text"),
        (b"ligne\nd\xe9j\x81\xe0 vu", "line 2 cannot be read"),
        (b"Accueil\nPolitique\nContact", "There is no article in this text"),
        (b"<!doctype html><p>Bonjour", "This is mark-up"),
        (b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (b"mot " * 1000, "no headline above it"),
    ],
)
def test_a_file_that_is_no_article_gets_a_sentence_and_leaves_nothing(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    said = run_refused(write(tmp_path / "page.txt", data))
    assert sentence in said
    assert not Article.objects.exists()
    assert not Home.objects.exists()
    assert not ImportedItem.objects.exists()


def test_other_files_of_the_same_command_still_come_in(capture: Path, tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.txt", "")
    said = run_refused(empty, tmp_path / "nothing.txt", capture)
    assert "This file is empty." in said
    assert "There is no such file." in said
    assert Article.objects.live().count() == 1
    assert ImportJob.objects.get().lines.count() == 3


def test_a_file_name_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    said = run_refused(write(tmp_path / "\x1b[2J[red]page.txt", b""))
    assert "\x1b" not in said
    assert "[red]page.txt" in said


def test_a_long_story_in_another_script_comes_in(tmp_path: Path) -> None:
    story = "كان السوق هادئا هذا الصباح حين وصل المندوبون إلى البحيرة وبدأوا يعدون الألواح واحدا واحدا أمام الجميع."
    run(write(tmp_path / "page.txt", "سوق البحيرة يجتاز التفتيش بنجاح\n\n" + f"\u200f{story}\n\n" * 3_000))
    article = Article.objects.get()
    assert article.slug == "swq-lbhyrh-yjtz-ltftysh-bnjh"
    assert str(article.body).count(story) == 3_000


def test_the_account_book_keeps_what_was_found(capture: Path) -> None:
    run(capture)
    item, line = ImportedItem.objects.get(), Line.objects.get()
    assert (item.kind, item.source_name, item.page_id) == ("capture", "page.txt", Article.objects.get().pk)
    assert line.report["left_out"]["advertising"] == 1
    assert line.report["still_to_find"][0] == ["Togo", "Togo : le bac de Zébé reprend ses traversées de nuit"]


def test_several_files_are_one_import_which_is_taken_back_as_one(capture: Path, tmp_path: Path) -> None:
    a_newspaper()
    (tmp_path / "more").mkdir()
    other = write(tmp_path / "more" / "other.txt", PAGE.replace("étals", "quais").replace("planche", "barque"))
    run(capture, other)
    job = ImportJob.objects.get()
    assert [line.report["file"] for line in job.lines.order_by("number")] == ["page.txt", "more/other.txt"]
    call_command("imports", "undo", str(job.pk), stdout=StringIO())
    assert not Article.objects.exists()
    assert not Section.objects.exists()
    assert not ImportedItem.objects.exists()


def test_a_folder_among_the_files_is_read_as_well(capture: Path, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    write(folder / "other.txt", PAGE.replace("étals", "quais").replace("planche", "barque"))
    run(capture, folder)
    assert Article.objects.count() == 2


def test_an_import_that_was_stopped_is_gone_on_with_by_the_same_files_alone(capture: Path, tmp_path: Path) -> None:
    first, second = (write(tmp_path / name, PAGE.replace("étals", name)) for name in ("un.txt", "deux.txt"))
    run(capture, first)
    ImportJob.objects.update(state=JobState.STOPPED)
    run(capture, second)
    assert ImportJob.objects.count() == 2
    run(capture, first)
    assert ImportJob.objects.count() == 2


def test_what_came_in_before_there_were_jobs_is_known(capture: Path, tmp_path: Path) -> None:
    """By its text, whoever reads it differently by now; and by its story, in another capture."""
    run(capture)
    key = ImportedItem.objects.get().key
    ImportedItem.objects.update(job=None, digest=key)
    ImportJob.objects.all().delete()
    Article.objects.get().save_revision().publish()
    said = run(capture)
    assert "Here already: Les étals" in said
    assert "edited it since" not in said
    later = write(tmp_path / "later.txt", PAGE.replace("Une comète visible", "Une éclipse visible"))
    assert "The same story came in from “page.txt”." in run(later)
    Article.objects.get().delete()
    assert "Deleted here since" in run(capture)
    assert "Deleted here since" in run(later)
    assert not Article.objects.exists()
