"""What old sites had beside each of their pages leads to where the reader wanted to go."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from rotative.publishing.models import Invalidation, StoredPage
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def paper() -> None:
    """A paper with one story, whose old addresses and those of its lists an import has noted."""
    a_newspaper()
    section, topic, author = a_section("Politique"), a_topic("Eau"), an_author("Awa Tossou")
    article = an_article("Le puits", section, topics=[topic], authors=[author])
    type(article).objects.filter(pk=article.pk).update(published_at=datetime(2021, 3, 5, tzinfo=UTC))
    for old, target in {
        "/2021/03/05/le-vieux-puits": article,
        "/?p=12": article,
        "/category/infos/politique": section,
        "/?cat=4": section,
        "/tag/eau": topic.address,
        "/author/awa": author.address,
        "/?author=2": author.address,
        "/wp-content/uploads/2021/03/puits.jpg": "/medias/images/puits.640.jpg",
        "/wp-content/uploads/2021/03/grand-scaled.jpg": "/medias/images/grand.640.jpg",
        "/ailleurs": "https://ailleurs.example/x",
    }.items():
        Redirect.add_redirect(old, target)


STORY = "/politique/le-puits/"
LEADS = {
    # beside a story, at its old address and at that of now
    **{f"/2021/03/05/le-vieux-puits/{below}": STORY for below in ("amp/", "2/", "comment-page-3/", "feed/", "embed/")},
    **{
        f"{STORY}{below}": STORY
        for below in ("amp", "amp/", "feed/atom/", "comment-page-2/feed/rss2/", "photo-du-puits/")
    },
    # parts and feeds of lists
    "/category/infos/politique/page/2/": "/politique/",
    "/category/infos/politique/feed/": "/flux/politique/rss.xml",
    "/category/infos/politique/page/2/amp/": "/politique/",
    "/politique/feed/": "/flux/politique/rss.xml",
    "/politique/page/7/": "/politique/",
    "/tag/eau/page/2/": "/sujets/eau/",
    "/tag/eau/feed/": "/sujets/eau/",
    "/author/awa/page/3/": "/auteurs/awa-tossou/",
    # once on a site
    "/flux/": "/flux/rss.xml",
    "/feed/": "/flux/rss.xml",
    "/feed/atom/": "/flux/rss.xml",
    "/rss": "/flux/rss.xml",
    "/feed.xml": "/flux/rss.xml",
    "/comments/feed/": "/commentaires/rss.xml",
    "/sitemap_index.xml": "/sitemap.xml",
    "/post-sitemap2.xml": "/sitemap.xml",
    "/wp-sitemap-posts-post-1.xml": "/sitemap.xml",
    "/index.php": "/",
    "/page/4/": "/en-continu/",
    # dates
    "/2021/03/": "/archives/2021-03/",
    "/2021/03/05/": "/archives/2021-03/",
    "/2021/03/page/2/": "/archives/2021-03/",
    "/2021/": "/archives/",
    "/2019/12/": "/archives/",
    # pictures in another size
    "/wp-content/uploads/2021/03/puits-600x400.jpg": "/medias/images/puits.640.jpg",
    "/wp-content/uploads/2021/03/grand-300x200.jpg": "/medias/images/grand.640.jpg",
    "/wp-content/uploads/2021/03/puits-scaled.jpg": "/medias/images/puits.640.jpg",
    # behind a question mark
    "/?p=12&utm_source=x": STORY,
    "/?cat=4": "/politique/",
    "/?cat=4&paged=2": "/politique/",
    "/?author=2": "/auteurs/awa-tossou/",
    "/?tag=eau": "/sujets/eau/",
    "/?author_name=awa": "/auteurs/awa-tossou/",
    "/?category_name=infos/politique": "/politique/",
    "/?m=202103": "/archives/2021-03/",
    "/?m=20210305": "/archives/2021-03/",
    "/?m=2021": "/archives/",
    "/?feed=rss2": "/flux/rss.xml",
}


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize(("old", "new"), LEADS.items())
def test_an_old_address_leads_there(old: str, new: str, client: Client) -> None:
    response = client.get(old)
    assert (response.status_code, response.headers.get("Location")) == (301, new)


@pytest.mark.usefixtures("paper")
def test_where_it_leads_something_stands(client: Client) -> None:
    answers = {new: client.get(new).status_code for new in LEADS.values() if not new.startswith("/medias/")}
    assert set(answers.values()) == {200}, answers


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize(
    "path",
    [
        "/rien/amp/",
        "/rien/feed/",
        "/politique/rien/",
        "/politique/rien/feed/",
        "/politique/archives/2020-01/",
        "/rien-600x400.jpg",
        "/ailleurs/feed/",
        "/ailleurs/x/",
        "/2021/13/",
        "/1821/03/",
        "/auteurs/feed/",
        "/sitemaps/rien.xml",
        "/puits.jpg/amp/",
        "/a/b/c/d/e/f/feed/",
        f"{STORY}1/2/3/4/",
        "/commentaires/feed",
        "/flux/rien/rss.xml",
    ],
)
def test_nothing_leads_to_where_nothing_stands(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize(
    "query", ["cat=9", "author=9", "tag=rien", "m=9", "m=202113", "cat=x", "cat=", "tag=../..", "tag=%00"]
)
def test_what_is_not_known_behind_a_question_mark_leaves_the_page(query: str, client: Client) -> None:
    assert client.get(f"/?{query}").status_code == 200


def test_below_a_story_that_was_taken_back_its_own_address_answers(client: Client) -> None:
    article = an_article("Retiré", a_section())
    article.unpublish()
    assert client.get(f"{article.address}amp/").headers["Location"] == article.address
    assert client.get(article.address).status_code == 410


@pytest.mark.usefixtures("paper")
def test_what_rules_answer_is_kept_nowhere(client: Client) -> None:
    before = Invalidation.objects.count(), StoredPage.objects.count()
    for number in range(5):
        assert client.get(f"{STORY}{number}/").status_code == 301
    assert (Invalidation.objects.count(), StoredPage.objects.count()) == before
