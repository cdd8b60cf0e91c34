"""What the database says twice: seen by the audit when it is wrong, and put right by one command."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from rotative.comments.models import Discussion, Status
from rotative.content import derived
from rotative.content.models import Article, Listing, Section
from rotative.publishing.models import Invalidation
from rotative.publishing.writing import writing
from tests.builders import a_comment, a_section, an_article

pytestmark = pytest.mark.django_db
ALMOST_APRIL = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # which it is in Porto-Novo


@pytest.fixture
def article() -> Article:
    return an_article("Vote", a_section("Budget", a_section("Politique")), published_at=ALMOST_APRIL)


def recompute(capsys: Any) -> tuple[str, set[str]]:
    """Run the command; return what it says, and what it touched."""
    Invalidation.objects.all().delete()
    call_command("recompute")
    assert list(derived.mismatches()) == []
    return capsys.readouterr().out, set(Invalidation.objects.values_list("key", flat=True))


def spoil(rows: Any, **values: Any) -> None:
    """Write below the models, as a restored table or a hand at a prompt of the database does."""
    with writing():
        rows.model._base_manager.filter(pk__in=rows.values("pk"))._update(
            [(rows.model._meta.get_field(name), None, value) for name, value in values.items()]
        )


def test_a_paper_that_is_right_is_left_alone(article: Article, capsys: Any) -> None:
    a_comment(article, status=Status.APPROVED)
    said, touched = recompute(capsys)
    assert (said.strip(), touched) == ("0 valeurs étaient fausses et sont justes à présent.", set())


def test_another_time_zone_leaves_wrong_months_until_they_are_recomputed(article: Article, capsys: Any) -> None:
    with timezone.override("UTC"):
        assert {found.what for found in derived.mismatches()} >= {"paper", f"section:{article.section_id}"}
        said, touched = recompute(capsys)
        assert set(Listing.objects.values_list("month", flat=True)) == {"2026-03"}
    assert "2026-04 (2026-03-31 23:30) → 2026-03 (2026-03-31 23:30)" in said
    assert {"paper/articles/2026-03", "paper/articles/2026-04", "paper/months"} <= touched


def test_a_section_that_counts_no_articles_can_have_articles_again(article: Article, capsys: Any) -> None:
    spoil(Page.objects.filter(pk=article.section_id), numchild=0)
    said, _touched = recompute(capsys)
    assert "numchild 0 → 1" in said
    assert an_article("Suite", Section.objects.get(pk=article.section_id)).address == "/politique/budget/suite/"


def test_a_wrong_address_leads_to_the_right_one(article: Article, capsys: Any) -> None:
    spoil(Page.objects.filter(pk=article.pk), url_path="/accueil/renomme9155/ique/vote/")
    said, touched = recompute(capsys)
    assert "url_path /accueil/renomme9155/ique/vote/ → /accueil/politique/budget/vote/" in said
    assert {"path:/renomme9155/ique/vote/", "path:/politique/budget/vote/", article.key} <= touched
    assert Redirect.objects.get(old_path="/renomme9155/ique/vote").redirect_page_id == article.pk


def test_lists_of_a_section_that_names_the_wrong_desk_are_put_right(article: Article, capsys: Any) -> None:
    desk = Section.objects.get(slug="politique")
    spoil(Section.objects.filter(slug="budget"), desk=None)
    with writing():
        Listing.objects.filter(collection=desk.collection_key).delete()
    said, touched = recompute(capsys)
    assert "desk – → " in said
    assert f"{desk.collection_key}/articles" in touched


def test_counts_of_comments_are_put_right(article: Article, capsys: Any) -> None:
    a_comment(article, status=Status.APPROVED)
    spoil(Discussion.objects.all(), count=7)
    said, touched = recompute(capsys)
    assert "comments 7 → 1" in said
    assert touched == {"site:comment-counts"}


def test_a_page_without_a_parent_is_told_of(article: Article, capsys: Any) -> None:
    spoil(Page.objects.filter(pk=article.pk), path="0001000900010001")
    with pytest.raises(SystemExit):
        call_command("recompute")
    assert "✗ /accueil/politique/budget/vote/\N{NO-BREAK SPACE}: aucune page" in capsys.readouterr().out


def test_the_audit_names_what_is_wrong_and_the_command_for_it(article: Article, capsys: Any) -> None:
    spoil(Page.objects.filter(pk=article.section_id), numchild=0)
    with pytest.raises(SystemExit):
        call_command("audit")
    said = capsys.readouterr().out
    assert "numchild 0 → 1" in said and "rotative recompute" in said
