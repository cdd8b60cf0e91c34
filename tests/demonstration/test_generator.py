import hashlib
import os
import re
import subprocess
import sys
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from rotative.accounts.models import User
from rotative.content import actions, queries
from rotative.content.models import Article, Author, Listing, Picture, Section, Topic
from rotative.content.models.listings import PAPER, relist
from rotative.demonstration import generator, prose
from rotative.demonstration.generator import NoPaperError, generate
from tests.builders import a_draft, a_newspaper, a_picture, a_section, an_edition

PRINT_PROSE = """
from random import Random
from rotative.demonstration import prose
print([prose.compose(Random(n), "sport", "niger") for n in range(20)])
"""


@pytest.fixture
def paper(db: None) -> Section:
    """Make a paper with a desk of two sections, a desk without any, and two editions; return one of the sections."""
    home = a_newspaper()
    desk = a_section("Sport", home)
    football = a_section("Football", desk)
    a_section("Lutte", desk)
    a_section("Idées", home)
    an_edition("Bénin")
    an_edition("Niger")
    return football


def texts() -> list[tuple[str, ...]]:
    return [
        (article.slug, article.title, article.standfirst, str(article.body), str(article.published_at))
        for article in Article.objects.order_by("translation_key")
    ]


def test_a_larger_number_adds_the_difference_and_the_same_number_nothing(paper: Section) -> None:
    assert generate(12) == 12
    before = texts()
    assert generate(12) == 0
    assert generate(30) == 18
    assert texts()[:12] == before
    assert Article.objects.count() == 30
    assert generate(5) == 0


def test_what_an_editor_deleted_is_made_again(paper: Section) -> None:
    generate(8)
    before = texts()
    Article.objects.order_by("path").first().delete()
    assert generate(8) == 1
    assert texts() == before
    assert Page.find_problems() == ([], [], [], [], [])


def test_the_tree_is_sound_and_takes_more_articles(paper: Section) -> None:
    actions.publish_article(paper, a_draft("Avant"))
    generate(40)
    assert Page.find_problems() == ([], [], [], [], [])
    article = actions.publish_article(Section.objects.get(slug="football"), a_draft("Après"))
    assert article.address == "/sport/football/apres/"
    assert Page.find_problems() == ([], [], [], [], [])


def test_batches_continue_one_another(paper: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "BATCH", 7)
    heard: list[tuple[int, int]] = []
    assert generate(20, tell=lambda label, done, total: heard.append((done, total))) == 20
    assert heard == [(7, 20), (14, 20), (20, 20)]
    assert Page.find_problems() == ([], [], [], [], [])


def test_generated_articles_stand_in_the_lists_that_saving_them_would_give(paper: Section) -> None:
    generate(40)
    before = set(Listing.objects.values_list("collection", "month", "listed_at", "article"))
    for article in Article.objects.all():
        relist(article)
    assert set(Listing.objects.values_list("collection", "month", "listed_at", "article")) == before
    assert len(queries.latest(PAPER, 50)) == 40


def test_generated_articles_are_valid_as_an_editors_would_be(paper: Section) -> None:
    generate(40, [a_picture(size=(40, 30))])
    for article in Article.objects.all():
        article.full_clean()
        assert article.address == f"/{article.section.url_path.split('/', 2)[2]}{article.slug}/"
        assert queries.find_page(article.address) == article
        assert article.section_id == article.get_parent().pk


def test_a_generated_article_opens_in_the_newsroom_and_is_published_again(paper: Section) -> None:
    generate(3)
    article = Article.objects.first()
    editor = User.objects.create_superuser("chef", password="motdepasse")
    client = Client()
    client.force_login(editor)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200

    article.title = "Un autre titre"
    article.save_revision(user=editor).publish()
    again = Article.objects.get(pk=article.pk)
    assert again.title == "Un autre titre"
    assert again.published_at == article.published_at
    assert str(again.body) == str(article.body)


def test_one_article_in_ten_has_a_picture(paper: Section) -> None:
    pictures = [a_picture(size=(40, 30)), a_picture("Port", size=(40, 30))]
    generate(300, pictures)
    assert 15 <= Article.objects.filter(lead_image__in=pictures).count() <= 45
    assert Picture.objects.count() == 2


def test_articles_are_spread_over_sections_editions_authors_topics_and_years(paper: Section) -> None:
    generate(400)
    assert not Section.objects.filter(articles=None).exists()
    assert all(queries.latest(edition.collection_key, 1) for edition in queries.editions())
    assert Author.objects.exclude(bylines=None).count() == 30
    assert Topic.objects.exclude(articles=None).count() == Topic.objects.count() == 20
    assert len({month[:4] for month in queries.months(PAPER)}) in {10, 11}
    assert not Article.objects.filter(published_at__gt=generator.NEWEST).exists()


def test_a_paper_without_sections_or_editions_is_refused(db: None) -> None:
    a_newspaper()
    with pytest.raises(NoPaperError):
        generate(3)
    assert not Author.objects.exists()


# --- prose


def test_prose_is_the_same_in_every_process() -> None:
    digests = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", PRINT_PROSE], capture_output=True, check=True, env=environment)
        digests.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("theme", ["news-infos", "economie", "sciences-sante", "culture", "sport", "idees", "autre"])
def test_prose_is_french_of_the_length_of_an_article(theme: str) -> None:
    for number in range(60):
        story = prose.compose(Random(number), theme, "senegal")
        text = re.sub(r"<[^>]+>", " ", " ".join(story.blocks))
        assert 200 <= len(text.split()) <= 900
        assert 1 <= len(story.blocks) <= 3
        assert len(story.headline) <= 110
        assert not set("{}") & set(text + story.headline + story.kicker + story.standfirst + story.caption)
        assert re.search("[éèàçâê]", text)
    assert "«" in text


def test_prose_elides_before_a_vowel() -> None:
    places = {prose.compose(Random(number), "sport", "cote-d-ivoire").place for number in range(80)}
    assert {"Abidjan", "Odienné"} < places
    texts = " ".join(" ".join(prose.compose(Random(n), "sport", "cote-d-ivoire").blocks) for n in range(80))
    assert "d'Abidjan" in texts
    assert "de Abidjan" not in texts
    assert "de Odienné" not in texts
