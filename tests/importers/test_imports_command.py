"""`rotative import wordpress` and `rotative imports` as the person at the keyboard meets them."""

import csv
import io
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from rotative.content.models import Article, Edition, Section
from rotative.importers.models import ImportJob, JobState
from tests.builders import a_newspaper
from tests.importers.wordpress.exports import SITE, a_category, a_comment, an_export, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def export(tmp_path: Path) -> Path:
    a_newspaper()
    return an_export(
        tmp_path / "export.xml",
        a_category("politique", "Politique"),
        a_category("togo", "Togo"),
        an_item(
            1, "Le pont rouvre", '[sondage id="1"] <img src="https://ancien.example/a.jpg">', comments=[a_comment(1)]
        ),
        an_item(2, "=Formule", categories={"togo": "Togo"}, status="private"),
    )


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def wordpress(export: Path, *arguments: str) -> str:
    return run("import", "wordpress", export, "--offline", *arguments)


def test_a_dry_run_says_what_would_happen_and_writes_nothing(export: Path) -> None:
    said = wordpress(export, "--dry-run")
    for words in ("nothing was written", "ancien.example", "Imported", "sondage", "private", "Comments", "edition"):
        assert words in said, words
    assert not Article.objects.exists() and not ImportJob.objects.exists() and not Section.objects.exists()


def test_an_import_says_what_it_did_and_what_can_be_done(export: Path) -> None:
    said = wordpress(export)
    assert "Import " in said and "Done" in said
    assert "rotative imports account" in said and "rotative imports undo" in said
    assert Article.objects.count() == 2


def test_a_category_becomes_what_the_command_says_now_and_the_next_time(export: Path) -> None:
    wordpress(export, "--category", "politique=section:News/Politique", "--category", "togo=nothing")
    assert Article.objects.get(title="Le pont rouvre").address.startswith("/news/politique/")
    assert not Edition.objects.exists()
    assert "News › Politique" in wordpress(export, "--dry-run")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--category", "sport=section"], "no category “sport”"),
        (["--category", "politique=rubrique"], "not “rubrique”"),
        (["--uploads", "/nowhere/at/all"], "no folder"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(export: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        wordpress(export, *arguments)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "no such file"), (b"", "empty"), (b"<html><body>Bonjour</body></html>", "no export of WordPress")],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "x.xml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        wordpress(path)


def test_the_account_book_has_a_line_for_each_address_that_a_spreadsheet_can_open(export: Path, tmp_path: Path) -> None:
    wordpress(export)
    file = tmp_path / "account.csv"
    run("imports", "account", ImportJob.objects.get().pk, "--csv", file)
    text = file.read_text(encoding="utf-8-sig")
    lines = {line["headline"]: line for line in csv.DictReader(io.StringIO(text))}
    line = lines["Le pont rouvre"]
    assert line["old address"] == f"{SITE}/2019/05/article-1/"
    assert line["new address"] == "/politique/article-1/"
    assert line["redirect answers"] == "yes"
    assert (line["images missing"], line["missing image addresses"]) == ("1", f"{SITE}/a.jpg")
    assert line["comments"] == "1"
    assert "[sondage]" in line["to be checked"]
    private = lines["'=Formule"]
    assert "private" in private["to be checked"]
    assert private["redirect answers"].startswith("no: ")


def test_an_import_is_undone_and_one_that_is_not_there_is_said(export: Path) -> None:
    wordpress(export)
    number = ImportJob.objects.get().pk
    assert "Undone" in run("imports", "undo", number)
    assert not Article.objects.exists()
    with pytest.raises(CommandError, match="no import 999"):
        run("imports", "show", 999)
    with pytest.raises(CommandError, match="Which import"):
        run("imports", "undo")
    with pytest.raises(CommandError, match="not running"):
        run("imports", "stop", number)


def test_an_import_that_was_stopped_goes_on_when_it_is_asked_for_again(export: Path) -> None:
    wordpress(export)
    job = ImportJob.objects.get()
    ImportJob.objects.update(state=JobState.STOPPED, phase="", position=0)
    job.lines.all().delete()
    assert f"Import {job.pk}: Done" in wordpress(export)
    assert ImportJob.objects.count() == 1


def test_a_file_that_changed_since_is_not_gone_on_with(export: Path) -> None:
    wordpress(export)
    ImportJob.objects.update(state=JobState.STOPPED)
    export.write_text(export.read_text() + " ")
    with pytest.raises(CommandError, match="Import it anew"):
        run("imports", "resume", ImportJob.objects.get().pk)
