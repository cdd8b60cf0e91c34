"""The budgets of a reader who pays by the megabyte: bytes, requests, elements, and nothing that follows them."""

import re
from collections.abc import Callable

import pytest

from tests.browser import kinds
from tests.browser.served import Site
from tests.browser.visits import Visit, compressed

KB = 1024
ARTICLE_HTML = 13 * KB  # one flight of TCP
FRONT_HTML = 20 * KB
SCRIPTS = 10 * KB
LEAD_IMAGE = 30 * KB
WHOLE_ARTICLE = 150 * KB
INLINE_STYLE = 8 * KB
REPEATED_VISIT = 500
ELEMENTS, DEPTH = 1200, 25
# An article of more than 1 500 words may weigh more.
MEASURED = [kind for kind in kinds.ALL if kind != "article-long"]

every_kind = pytest.mark.parametrize("kind", kinds.ALL)
Visits = Callable[[str], Visit]


@pytest.mark.parametrize("kind", MEASURED)
def test_the_html_of_a_page_fits_its_budget(kind: str, site: Site) -> None:
    limit = ARTICLE_HTML if kind.startswith("article") else FRONT_HTML

    assert len(compressed(site.get(site.pages[kind]).body)) <= limit


@every_kind
def test_the_style_sheet_inside_a_page_stays_small(kind: str, site: Site) -> None:
    html = site.get(site.pages[kind]).body.decode()
    styles = re.findall(r"<style[^>]*>(.*?)</style>", html, flags=re.DOTALL)

    assert styles or kind == kinds.FRAGMENT
    assert sum(len(style.encode()) for style in styles) <= INLINE_STYLE


@every_kind
def test_a_page_asks_only_its_own_site_and_follows_nobody(kind: str, visits: Visits) -> None:
    seen = visits(kind)

    assert seen.strangers == []
    assert seen.fonts == []
    assert seen.cookies == []
    assert seen.stored == 0


@every_kind
def test_a_page_keeps_its_own_policy_and_runs_without_a_complaint(kind: str, visits: Visits) -> None:
    seen = visits(kind)

    assert seen.violations == []
    # The browser itself complains of a status that is an error.
    status = str(kinds.ERRORS.get(kind, "an error"))
    assert [line for line in seen.complaints if status not in line] == []


@every_kind
def test_nothing_but_the_page_itself_is_awaited_before_the_first_paint(kind: str, visits: Visits) -> None:
    assert visits(kind).blocking == []
    assert visits(kind).blockers == []


@pytest.mark.parametrize("kind", kinds.ARTICLES)
def test_an_article_is_light_as_a_whole(kind: str, visits: Visits) -> None:
    seen = visits(kind)

    assert seen.scripts <= SCRIPTS
    assert sum(seen.weights.values()) <= WHOLE_ARTICLE, seen.weights


@pytest.mark.parametrize("kind", ["article", "article-long", "article-gallery", "article-embed", "article-ongoing"])
def test_the_lead_image_of_a_telephone_is_light_and_comes_first(kind: str, visits: Visits) -> None:
    seen = visits(kind)

    assert seen.lead is not None
    assert seen.lead.first
    assert seen.weights[seen.lead.source] <= LEAD_IMAGE


@every_kind
def test_every_picture_reserves_its_place_and_says_what_it_shows(kind: str, visits: Visits) -> None:
    assert visits(kind).careless == []
    assert visits(kind).eager <= 2, "only what stands at the top is loaded at once"


@every_kind
def test_a_page_has_few_elements_and_is_shallow(kind: str, visits: Visits) -> None:
    assert visits(kind).elements <= ELEMENTS
    assert visits(kind).depth <= DEPTH


@pytest.mark.parametrize("kind", ["front", "section", "article"])
def test_a_page_that_has_not_changed_costs_a_header(kind: str, site: Site) -> None:
    first = site.get(site.pages[kind])
    again = site.get(site.pages[kind], **{"If-None-Match": first.headers["etag"]})

    assert again.status == 304
    assert again.body == b""
    assert sum(len(name) + len(value) + 4 for name, value in again.headers.items()) <= REPEATED_VISIT


@pytest.mark.parametrize(("kind", "status"), kinds.ERRORS.items())
def test_a_page_of_an_error_says_so_by_its_status(kind: str, status: int, site: Site) -> None:
    assert site.get(site.pages[kind]).status == status


def test_class_names_never_look_like_advertising(site: Site) -> None:
    suspicious = re.compile(r"\b(ads?|advert\w*|banner|sponsor\w*|promo|pub|publicite|popup)\b", re.IGNORECASE)
    found = set()
    for kind in kinds.ALL:
        html = site.get(site.pages[kind]).body.decode()
        for value in re.findall(r"""\s(?:class|id)=["']?([^"'>]+)""", html):
            found |= {word for word in value.split() if suspicious.search(word.replace("_", "-"))}

    assert found == set()
