"""No reader is led to an address that runs instead: `javascript:…`, however it was stored."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

import rotative.frontend
from rotative.content.models import Article
from rotative.frontend.templatetags.rotative import web_address
from tests.builders import a_section, an_article

TEMPLATES = sorted((Path(rotative.frontend.__file__).parent / "templates").rglob("*.html"))
# An attribute that is followed, fetched or sent to, whose beginning comes from a variable.
ADDRESS = re.compile(
    r"""\b(?:href|src|action|formaction|poster|data|xlink:href)\s*=\s*["']?\s*\{\{(?P<said>[^}]*)\}\}""", re.IGNORECASE
)


def test_templates_are_walked() -> None:
    assert sum(len(ADDRESS.findall(template.read_text())) for template in TEMPLATES) > 25


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_each_address_in_a_template_is_checked(template: Path) -> None:
    said = [found["said"].strip() for found in ADDRESS.finditer(template.read_text())]
    assert [one for one in said if not one.endswith("|web_address")] == []


@pytest.mark.parametrize(
    "address", ["https://a.example/", "HTTP://a.example", "mailto:a@a.example", "tel:+229", "/une/", "?page=2", "#pied"]
)
def test_an_address_that_readers_follow_is_written(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " javascript:x",
        "java\nscript:x",
        "data:text/html,x",
        "vbscript:x",
        "http://[x",
        "",
        None,
    ],
)
def test_an_address_that_runs_is_not(address: str | None) -> None:
    assert web_address(address) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://[x"])
def test_a_card_stored_with_such_an_address_shows_its_words_alone(client: Client, address: str) -> None:
    article = an_article("Titre", a_section("Politique"))
    value = {"url": address, "title": "Le film", "description": "", "thumbnail": None, "megabytes": ""}
    Article.objects.filter(pk=article.pk).update(body=[{"type": "embed", "value": value, "id": "1"}])
    page = client.get(article.address).content.decode()
    assert "Le film" in page
    assert address not in page


def test_an_account_stored_with_such_an_address_leads_nowhere() -> None:
    accounts = [{"url": "javascript:alert(1)", "get_network_display": "X"}]
    assert "javascript" not in render_to_string("frontend/parts/foot.html", {"social_accounts": accounts})
