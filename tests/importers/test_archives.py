"""Folders of pages, crawls and captures as imports: the same story comes in once, and what is no story is said."""

from pathlib import Path
from typing import Any

import pytest

from rotative.content.models import Article, Section
from rotative.importers.errors import SourceRefusedError
from rotative.importers.filing import jobs, sources
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import ImportJob, Outcome, SourceKind
from tests.builders import a_newspaper, an_edition

pytestmark = pytest.mark.django_db

TEXT = "Les délégués des marchés de la lagune ont rendu lundi leur rapport, que la mairie attendait depuis janvier."
MORE = "« Nous avons compté chaque planche », dit la doyenne des vendeuses, qui a fait le tour des halles à pied."
PAGE = """<!doctype html><html lang="fr"><head><title>{title} – L’Ancien</title><link rel="canonical" href="{address}">
<meta property="article:published_time" content="2019-05-04T10:30:00+01:00"></head><body>
<nav class="breadcrumb"><a href="/">Accueil</a> › <a href="/p/">Politique</a></nav><article><h1>{title}</h1>
<p>{text}</p><p>{more}</p></article></body></html>"""
CAPTURE = "L’Ancien\nAccueil\nPolitique\nAbonnez-vous\n\n{title}\n\n{text}\n\n{more}\n\nToute l’équipe vous remercie\n"


@pytest.fixture(autouse=True)
def paper() -> None:
    a_newspaper()


def bring(kind: SourceKind, path: Path, **options: Any) -> ImportJob:
    job = ImportJob(kind=kind, source=str(path), options=options)
    with sources.open_source(job) as source:
        job.site, job.total = source.name, source.total
        job.save()
        return jobs.run(job, source, Shelves(online=False))


def outcomes(job: ImportJob) -> dict[str, tuple[str, str]]:
    return {line.report["file"]: (line.outcome, line.reason) for line in job.lines.all()}


def write_pages(folder: Path) -> Path:
    folder.mkdir()
    for number in (1, 2):
        html = PAGE.format(
            title=f"Le marché numéro {number} rouvre",
            address=f"https://ancien.example/{number}/",
            text=f"{TEXT} {number}.",
            more=MORE,
        )
        (folder / f"{number}.html").write_text(html)
    again = PAGE.format(
        title="Le marché numéro 1 rouvre", address="https://ancien.example/print/1/", text=f"{TEXT} 1.", more=MORE
    )
    (folder / "3-print.html").write_text(again)
    (folder / "menu.html").write_text("<html><body><a href='/'>Accueil</a></body></html>")
    return folder


def test_a_folder_of_pages_comes_in_under_its_breadcrumb_with_redirects(tmp_path: Path) -> None:
    job = bring(SourceKind.PAGES, write_pages(tmp_path / "pages"))
    assert job.site == "ancien.example"
    assert outcomes(job) == {
        "1.html": (Outcome.IMPORTED, ""),
        "2.html": (Outcome.IMPORTED, ""),
        "3-print.html": (Outcome.UNCHANGED, "same story"),
        "menu.html": (Outcome.SKIPPED, "no article"),
    }
    article = Article.objects.get(title="Le marché numéro 1 rouvre")
    assert article.section.title == "Politique"
    assert article.published_at is not None and article.published_at.year == 2019
    assert job.lines.first().report["paths"] == ["/1"]  # type: ignore[union-attr]


def test_a_second_run_over_the_same_folder_changes_nothing(tmp_path: Path) -> None:
    folder = write_pages(tmp_path / "pages")
    bring(SourceKind.PAGES, folder)
    assert Outcome.IMPORTED not in {outcome for outcome, _reason in outcomes(bring(SourceKind.PAGES, folder)).values()}
    assert Article.objects.count() == 2


def test_a_folder_of_captures_teaches_what_its_pages_share(tmp_path: Path) -> None:
    edition = an_edition("Bénin")
    folder = tmp_path / "captures"
    folder.mkdir()
    for number in range(6):
        text = CAPTURE.format(
            title=f"Le marché numéro {number} rouvre lundi", text=f"{TEXT} {number}.", more=f"{MORE} {number}."
        )
        (folder / f"{number}.txt").write_text(text)
    (folder / "vide.txt").write_text("")
    job = bring(SourceKind.CAPTURE, folder, country="Bénin")
    assert outcomes(job)["vide.txt"] == (Outcome.SKIPPED, "empty file")
    assert Article.objects.count() == 6
    for article in Article.objects.all():
        assert article.edition == edition
        assert "vous remercie" not in str(article.body) and "Abonnez" not in str(article.body)


def test_a_country_in_a_breadcrumb_is_the_edition_and_no_section(tmp_path: Path) -> None:
    an_edition("Bénin")
    folder = tmp_path / "pages"
    folder.mkdir()
    html = PAGE.format(title="Le bac reprend", address="https://ancien.example/b/", text=TEXT, more=MORE)
    (folder / "b.html").write_text(html.replace("Politique", "Bénin"))
    bring(SourceKind.PAGES, folder)
    article = Article.objects.get()
    assert article.edition is not None and article.edition.title == "Bénin"
    assert not Section.objects.filter(title="Bénin").exists()


@pytest.mark.parametrize("kind", [SourceKind.PAGES, SourceKind.CAPTURE, SourceKind.WARC])
def test_an_empty_or_missing_place_is_refused(kind: SourceKind, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(SourceRefusedError):
            bring(kind, path)
