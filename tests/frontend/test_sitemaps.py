from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rotative.content.models import Article, Correction, StandingPage
from rotative.content.models.listings import PAPER, UNDATED, articles_key, months_key
from rotative.frontend.pages import sitemaps
from rotative.publishing import page_types, render
from rotative.publishing.models import Priority
from rotative.publishing.page_types import NotOnThisPathError
from rotative.publishing.store import can_hold, media_type
from tests.builders import _below, a_newspaper, a_section, a_topic, an_article, an_author, an_edition

pytestmark = pytest.mark.django_db

SITE = "https://essai.example"
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(autouse=True)
def settings_of_the_paper(settings: Any) -> None:
    settings.SITE_URL = SITE


def at(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def root_of(path: str) -> ElementTree.Element:
    document = page_types.render(path)
    assert document.status == 200
    assert document.content_type == media_type(path) == "application/xml; charset=utf-8"
    return ElementTree.fromstring(document.body)


def locations(path: str) -> list[str]:
    """Return the paths of what a sitemap names."""
    found = [location.text or "" for location in root_of(path).findall(".//s:loc", NAMESPACE)]
    assert all(location.startswith(SITE) for location in found)
    return [location.removeprefix(SITE) for location in found]


def changes(path: str) -> list[str | None]:
    return [url.findtext("s:lastmod", namespaces=NAMESPACE) for url in root_of(path).findall("s:url", NAMESPACE)]


def announced(key: str) -> list[str]:
    return [
        path
        for page_type in page_types.registered()
        if page_type.kind.startswith("sitemap")
        for path in page_type.announced_by(key)
    ]


def test_the_index_names_the_months_newest_first_and_the_pages() -> None:
    for month in (7, 9):
        an_article(published_at=at(2025, month))
    assert locations("/sitemap.xml") == ["/sitemaps/pages.xml", "/sitemaps/2025-09.xml", "/sitemaps/2025-07.xml"]
    an_article(is_undated=True)
    assert locations("/sitemap.xml")[-1] == "/sitemaps/sans-date.xml"
    assert root_of("/sitemap.xml").tag == f"{{{NAMESPACE['s']}}}sitemapindex"


def test_what_the_index_names_are_the_paths_that_exist() -> None:
    an_article(published_at=at(2025, 7))
    an_article(is_undated=True)
    paths = [p for kind in page_types.registered() if kind.kind.startswith("sitemap-") for p in kind.paths()]
    assert locations("/sitemap.xml") == paths
    assert all(can_hold(path) for path in paths)


def test_a_month_names_its_articles_oldest_first() -> None:
    later, first = an_article(published_at=at(2025, 7, 9)), an_article(published_at=at(2025, 7, 2))
    an_article(published_at=at(2025, 8))
    withdrawn = an_article(published_at=at(2025, 7))
    withdrawn.unpublish()
    assert locations("/sitemaps/2025-07.xml") == [first.address, later.address]
    assert root_of("/sitemaps/2025-07.xml").tag == f"{{{NAMESPACE['s']}}}urlset"


def test_undated_articles_stand_in_a_sitemap_of_their_own() -> None:
    article = an_article(is_undated=True)
    assert locations("/sitemaps/sans-date.xml") == [article.address]
    assert changes("/sitemaps/sans-date.xml") == [None]


def test_a_change_that_readers_are_told_of_is_the_last_one() -> None:
    published = at(2025, 7, 2)
    kinds: list[dict[str, Any]] = [
        {},
        {"updated_at": at(2025, 7, 5)},
        {"updated_at": at(2025, 7, 1)},  # before publication: nobody is told
        {"corrections": [Correction(made_at=at(2025, 8, day), text="Non.") for day in (20, 9)]},
        {"updated_at": at(2025, 8, 21), "corrections": [Correction(made_at=at(2025, 8, 20), text="Non.")]},
    ]
    section = a_section()
    articles = [an_article(section=section, published_at=published, **kind) for kind in kinds]
    assert changes("/sitemaps/2025-07.xml") == [
        "2025-07-02T13:00:00+01:00",
        "2025-07-05T13:00:00+01:00",
        "2025-07-02T13:00:00+01:00",
        "2025-08-20T13:00:00+01:00",
        "2025-08-21T13:00:00+01:00",
    ]
    shown = [Article.objects.get(pk=article.pk) for article in articles]
    assert [datetime.fromisoformat(change or "") for change in changes("/sitemaps/2025-07.xml")] == [
        article.shown_update or article.published_at for article in shown
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/2024-01.xml",
        "/sitemaps/2025-13.xml",
        "/sitemaps/sans-date.xml",
        "/sitemaps/2025-07-1.xml",
        "/sitemaps/2025-07-2.xml",
        "/sitemaps/2025-07-02.xml",
        "/sitemaps/pages-2.xml",
        "/sitemaps/pages-99999999999.xml",
        "/sitemaps/autre.xml",
    ],
)
def test_what_is_not_there_is_not_there(path: str) -> None:
    an_article(published_at=at(2025, 7))
    with pytest.raises(NotOnThisPathError):
        page_types.render(path)


def test_everything_else_that_has_a_page_is_named() -> None:
    home = a_newspaper()
    news = a_section("News Infos")
    a_section("Politique", news)
    a_section("Ancienne").unpublish()
    an_edition("Togo")
    _below(home, StandingPage(title="Contact", slug="contact"))
    a_topic("Eau potable")
    an_author("Awa Tossou")
    assert locations("/sitemaps/pages.xml") == [
        "/",
        "/news-infos/",
        "/news-infos/politique/",
        "/togo/",
        "/contact/",
        "/sujets/eau-potable/",
        "/auteurs/awa-tossou/",
    ]
    assert changes("/sitemaps/pages.xml") == [None] * 7
    for address in locations("/sitemaps/pages.xml"):
        assert page_types.render(address).status == 200


def test_long_sitemaps_have_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "PART", 2)
    section = a_section("Politique")
    dated = [an_article(section=section, published_at=at(2025, 7, day)) for day in (1, 2, 3)]
    undated = [an_article(section=section, is_undated=True) for _ in range(2)]
    a_topic()
    assert locations("/sitemap.xml") == [
        "/sitemaps/pages.xml",
        "/sitemaps/pages-2.xml",
        "/sitemaps/2025-07.xml",
        "/sitemaps/2025-07-2.xml",
        "/sitemaps/sans-date.xml",
    ]
    assert locations("/sitemaps/2025-07.xml") == [article.address for article in dated[:2]]
    assert locations("/sitemaps/2025-07-2.xml") == [dated[2].address]
    assert locations("/sitemaps/sans-date.xml") == [article.address for article in undated]
    assert locations("/sitemaps/pages-2.xml") == ["/benin/", "/sujets/eau-potable/"]
    assert announced("paper/articles/2025-07") == ["/sitemaps/2025-07.xml", "/sitemaps/2025-07-2.xml"]
    assert announced("site:topics") == ["/sitemaps/pages.xml", "/sitemaps/pages-2.xml"]


def test_a_month_takes_two_statements_however_many_articles() -> None:
    section = a_section()

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_types.render("/sitemaps/2025-07.xml")
        return len(captured)

    for day in (1, 2):
        an_article(
            section=section,
            published_at=at(2025, 7, day),
            corrections=[Correction(made_at=at(2025, 8), text="Non.")],
        )
        assert count() == 2


def test_the_same_articles_give_the_same_bytes() -> None:
    an_article(published_at=at(2025, 7), topics=[a_topic()], authors=[an_author()])
    for path in ("/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/2025-07.xml"):
        assert page_types.render(path) == page_types.render(path)


def test_sitemaps_note_what_they_are_made_of(settings: Any) -> None:
    settings.STRICT_TRACKING = True
    desk = a_section("News Infos")
    section = a_section("Politique", desk)
    one, undated = an_article(section=section, published_at=at(2025, 7)), an_article(section=section, is_undated=True)
    frame = {"path:/", "site:frame", "site:topics", "site:authors", section.key, f"{desk.key}/subsections"}
    lists = {months_key(PAPER), articles_key(PAPER, "2025-07"), articles_key(PAPER, UNDATED)}

    def keys_of(path: str) -> frozenset[str]:
        return render.render(path).keys - {f"path:{path}"}

    assert frame <= keys_of("/sitemaps/pages.xml")
    assert keys_of("/sitemaps/2025-07.xml") == {articles_key(PAPER, "2025-07"), one.key}
    assert keys_of("/sitemaps/sans-date.xml") == {articles_key(PAPER, UNDATED), undated.key}
    assert keys_of("/sitemap.xml") >= frame | lists
    # An empty month notes that it was looked for: it is rendered again when it has an article.
    assert keys_of("/sitemaps/2024-01.xml") >= {articles_key(PAPER, "2024-01")}


def test_a_list_that_is_touched_announces_its_sitemap() -> None:
    an_article(published_at=at(2025, 7))
    an_article(is_undated=True)
    assert announced("paper/months") == ["/sitemap.xml"]
    assert announced("paper/articles/2025-07") == ["/sitemaps/2025-07.xml"]
    assert announced("paper/articles/undated") == ["/sitemaps/sans-date.xml"]
    assert announced("paper/articles/2024-01") == []


def test_other_keys_announce_nothing_and_ask_nothing() -> None:
    with CaptureQueriesContext(connection) as captured:
        for key in ("paper/articles", "section:1/articles/2025-07", "article:1", "section:1", "topic:1/months"):
            assert announced(key) == []
    assert len(captured) == 0


def test_sitemaps_wait_behind_what_readers_see() -> None:
    kinds = [kind for kind in page_types.registered() if kind.kind.startswith("sitemap")]
    assert {kind.priority for kind in kinds} == {Priority.COLD}
