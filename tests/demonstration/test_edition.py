import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from wagtail.models import Page

from rotative.content import queries
from rotative.content.models import Article, Author, MenuItem, Newspaper, Picture, Section, Topic
from rotative.content.models.images import FORMATS, WIDTHS
from rotative.demonstration import edition
from rotative.demonstration.manuscripts import BadManuscriptError, Table, read_newspaper, read_stories, read_table
from rotative.progress import say_nothing
from tests.builders import a_newspaper, a_picture
from tests.replayed import replayed

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all illustrations be one small picture without copies: drawing and encoding have tests of their own."""
    monkeypatch.setattr("rotative.demonstration.illustrations.jpeg", lambda number: a_jpeg())
    monkeypatch.setattr(edition, "make_copies", lambda pictures: None)
    monkeypatch.setattr("rotative.content.models.articles.make_copies", lambda pictures: None)


def a_paper() -> edition.Paper:
    """Make what stands around the articles of the demo newspaper, all illustrations being one picture."""

    def found() -> None:
        edition.found(read_newspaper())

    replayed(found, "demonstration")
    paper = edition.found(read_newspaper())  # which finds everything there
    picture = a_picture(size=(40, 30))
    paper.pictures = dict.fromkeys(edition.ILLUSTRATIONS, picture)
    return paper


def a_manuscript(**values: Any) -> Table:
    story = {
        "headline": "Le marché rouvre",
        "standfirst": "Après un mois de travaux.",
        "slug": "le-marche-rouvre",
        "section": "news-infos/societe",
        "edition": "benin",
        "age_hours": 3,
        "body": [{"type": "text", "html": "<p>Le marché rouvre.</p>"}],
    }
    return Table({**story, **values}, "99-essai.toml")


@pytest.mark.django_db
def test_the_demo_newspaper_is_complete_and_a_second_run_adds_nothing(quick_pictures: None) -> None:
    made = edition.print_edition(NOW)

    assert Article.objects.live().count() == made[Article] == 40
    assert {len(desk.subsections.all()) for desk in queries.desks()} == {2, 3}
    assert all(queries.latest(section.collection_key, 1) for section in Section.objects.all())
    assert all(queries.latest(country.collection_key, 1) for country in queries.editions())
    assert [page.slug for page in queries.standing_pages()][:3] == ["a-propos", "contact", "mentions-legales"]
    assert Page.find_problems() == ([], [], [], [], [])
    front = queries.front_of(queries.get_home())
    assert front.lead is not None
    assert (front.lead.slug, front.lead.is_ongoing) == (edition.ONGOING, True)
    newspaper = Newspaper.load()
    assert newspaper.name == queries.get_home().title == "L’Estuaire"
    assert len(queries.frame().menu) == 6
    wanted = sum(table.text("type") == "related" for story in read_stories() for table in story.tables("body"))
    found = [block for article in Article.objects.all() for block in article.body if block.block_type == "related"]
    assert len(found) == wanted

    assert edition.print_edition(NOW + timedelta(days=3)) == Counter(dict.fromkeys((Author, Topic), 0))
    assert Article.objects.count() == 40
    assert Picture.objects.count() == 24


@pytest.mark.django_db
def test_the_command_says_what_it_made_and_then_that_nothing_was_left_to_do(
    quick_pictures: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "read_stories", lambda: [a_manuscript()])
    monkeypatch.setattr(edition, "ILLUSTRATIONS", range(1, 3))
    first, second = StringIO(), StringIO()
    call_command("demo", stdout=first)
    call_command("demo", stdout=second)
    assert "23 rubriques" in first.getvalue()
    assert "1 article\n" in first.getvalue()
    assert "23 rubriques" not in second.getvalue()
    assert second.getvalue().splitlines()[-1].endswith(".")
    assert Article.objects.get().slug == "le-marche-rouvre"


@pytest.mark.django_db
def test_a_paper_that_was_founded_under_another_name_takes_the_demos_but_an_editors_settings_stay() -> None:
    a_newspaper("Rotative")
    edition.found(read_newspaper())
    newspaper = Newspaper.load()
    assert newspaper.name == "L’Estuaire"

    newspaper.motto, newspaper.email = "Chaque jour", "ailleurs@estuaire.example"
    newspaper.save()
    edition.found(read_newspaper())
    assert Newspaper.objects.get().email == "ailleurs@estuaire.example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "settled", [{"name": "Le Vrai Journal"}, {"email": "redaction@vrai.example"}, {"narrow_spaces": False}]
)
def test_a_real_paper_without_a_motto_keeps_its_settings(settled: dict[str, Any]) -> None:
    home = a_newspaper("Rotative")
    Newspaper.objects.update(**settled)
    edition.found(read_newspaper())
    newspaper = Newspaper.objects.get()
    assert {key: getattr(newspaper, key) for key in settled} == settled
    assert (newspaper.motto, newspaper.menu_items.count()) == ("", 0)
    assert queries.get_home().title == home.title


@pytest.mark.django_db
def test_a_real_paper_that_has_only_arranged_its_menu_keeps_it() -> None:
    home = a_newspaper("Rotative")
    newspaper = Newspaper.load()
    newspaper.menu_items = [MenuItem(page=home)]
    newspaper.save()
    edition.found(read_newspaper())
    assert [item.page_id for item in Newspaper.objects.get().menu_items.all()] == [home.pk]


@pytest.mark.django_db
def test_a_story_may_point_to_one_that_is_published_after_it() -> None:
    related = [{"type": "text", "html": "<p>Avant.</p>"}, {"type": "related", "slug": "plus-recent"}]
    older = a_manuscript(slug="plus-ancien", age_hours=50, body=[*related, {"type": "text", "html": "<p>Après.</p>"}])
    newer = a_manuscript(slug="plus-recent", age_hours=2)
    edition.publish_stories(a_paper(), [older, newer], NOW, say_nothing)
    blocks = [block.block_type for block in Article.objects.get(slug="plus-ancien").body]
    assert blocks == ["text", "related", "text"]


@pytest.mark.django_db
def test_dates_are_counted_back_from_now() -> None:
    corrections = [{"age_hours": 4.5, "text": "Le nom était faux."}]
    story = a_manuscript(age_hours=30, updated_hours=6, corrections=corrections)
    edition.publish_stories(a_paper(), [story], NOW, say_nothing)
    article = Article.objects.get()
    assert article.published_at == article.first_published_at == NOW - timedelta(hours=30)
    assert article.updated_at == NOW - timedelta(hours=6)
    assert article.shown_update == NOW - timedelta(hours=4, minutes=30)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"section": "faits-divers"}, "99-essai.toml: “section” must be one of "),
        ({"authors": ["personne"]}, "99-essai.toml: “authors” must be one of "),
        ({"headline": 7}, "99-essai.toml: “headline” must be a text"),
        ({"sensitive": "non"}, "99-essai.toml: “sensitive” must be true or false"),
        ({"image": 25}, "99-essai.toml: “image” must be the number of an illustration, 1 to 24; 25 is not"),
        ({"body": [{"type": "html", "html": "<p>"}]}, "99-essai.toml: “body[1].type” must be one of "),
        (
            {"body": [{"type": "table", "columns": ["A", "B"], "rows": [["1"]]}]},
            "99-essai.toml: “body[1].rows” must be lists of 2",
        ),
        ({"headline": ""}, "99-essai.toml cannot be published: "),
    ],
)
def test_a_wrong_manuscript_is_named_with_its_key_and_nothing_of_it_is_kept(
    values: dict[str, Any], sentence: str
) -> None:
    paper = a_paper()
    with pytest.raises(BadManuscriptError) as caught:
        edition.publish_stories(paper, [a_manuscript(slug="le-premier"), a_manuscript(**values)], NOW, say_nothing)
    assert str(caught.value).startswith(sentence)
    assert not Article.objects.exists()


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "faute.toml").write_text("headline = ")
    (tmp_path / "latin.toml").write_bytes('headline = "é"'.encode("latin-1"))
    with pytest.raises(BadManuscriptError, match=r"faute\.toml is not valid TOML"):
        read_table(tmp_path / "faute.toml")
    with pytest.raises(BadManuscriptError, match=r"latin\.toml is not in UTF-8"):
        read_table(tmp_path / "latin.toml")
    with pytest.raises(BadManuscriptError, match=r"absent\.toml cannot be read"):
        read_table(tmp_path / "absent.toml")


@pytest.mark.django_db
def test_the_command_ends_with_the_sentence_about_a_wrong_manuscript(
    quick_pictures: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "read_stories", lambda: [a_manuscript(edition="mali")])
    with pytest.raises(CommandError, match=r"99-essai\.toml: “edition” must be one of"):
        call_command("demo", stdout=StringIO())


@pytest.mark.django_db
def test_an_illustration_is_drawn_once_and_has_every_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "ILLUSTRATIONS", range(1, 2))
    pictures = edition.find_or_make_pictures({1: "Bandes ocre"})
    assert edition.find_or_make_pictures({1: "Autre chose"}) == pictures
    assert pictures[1].description == "Bandes ocre"
    assert pictures[1].renditions.count() == len(WIDTHS) * len(FORMATS)


@pytest.mark.django_db
def test_the_illustrations_come_in_the_order_of_their_numbers() -> None:
    for number in (10, 2, 1):
        a_picture(f"Illustration {number}", size=(40, 30), credit=edition.CREDIT)
    assert [picture.title for picture in edition.pictures()] == ["Illustration 1", "Illustration 2", "Illustration 10"]
