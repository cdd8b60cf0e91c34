from datetime import UTC, datetime

import pytest
from django.urls import reverse
from wagtail.log_actions import log

from rotative.accounts import roles
from rotative.content.spreadsheets import plain_cell
from tests.builders import an_article
from tests.newsroom import a_client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_a_spreadsheet_would_take_for_a_formula_is_text(start: str) -> None:
    assert plain_cell(f"{start}1+1") == f"'{start}1+1"


def test_other_values_stay_as_they_are() -> None:
    assert [plain_cell(value) for value in ("Le pont", 12, None, datetime(2026, 5, 1, tzinfo=UTC), "a\0b")] == [
        "Le pont",
        "12",
        "None",
        "2026-05-01 00:00:00+00:00",
        "ab",
    ]


def test_the_history_of_the_site_holds_no_formula() -> None:
    title = '=HYPERLINK("http://voleur.example")'
    log(an_article(title), "wagtail.edit", title=title)
    answer = a_client(roles.ADMINISTRATOR).get(reverse("wagtailadmin_reports:site_history") + "?export=csv")
    cells = b"".join(answer.streaming_content).decode()
    assert "voleur.example" in cells
    assert ',"=HYPERLINK' not in cells
    assert "'=HYPERLINK" in cells
