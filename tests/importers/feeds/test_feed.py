"""Feeds become stories: RSS, Atom, JSON Feed, once and again."""

import json
import time
from collections.abc import Iterator

import pytest

from rotative.content.models import Article
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.feeds.feed import Feed, read_feed
from rotative.importers.filing import jobs
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import ImportJob, Outcome
from rotative.importers.story.stories import Embed, Moment, Repair, Story, Text
from tests.builders import a_newspaper
from tests.old_site import OldSite, old_site

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Agence</title>
<language>fr</language>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://agence.example/{number}</link>
<guid isPermaLink="false">a-{number}</guid>
<dc:creator>Awa Tossou</dc:creator><category>Eau</category><pubDate>Sat, 04 May 2019 10:30:00 +0100</pubDate>
<description>Le chapeau.</description><media:content url="https://agence.example/a.jpg" type="image/jpeg"/>
<content:encoded><![CDATA[{html}]]></content:encoded></item>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>urn:1</id><title>Le pont</title>
<link href="https://agence.example/1"/><published>2019-05-04T09:30:00Z</published><updated>2019-05-05T09:30:00Z</updated>
<author><name>Kossi</name></author><content type="html">&lt;p&gt;Le texte.&lt;/p&gt;</content></entry></feed>"""


def rss(*titles: str, html: str = "<p>Le <b>texte</b>.</p>") -> bytes:
    items = "".join(ITEM.format(title=title, number=number, html=html) for number, title in enumerate(titles, 1))
    return RSS.format(items=items).encode()


def one(data: bytes) -> Story:
    (story,) = read_feed(data, "https://agence.example/feed")
    return story


def test_an_entry_of_rss_is_a_story() -> None:
    story = one(rss("Le pont &amp;amp; le bac"))
    assert story.key == "a-1"
    assert story.headline == "Le pont & le bac"
    assert story.blocks == (Text("<p>Le <b>texte</b>.</p>"),)
    assert story.standfirst == "Le chapeau."
    assert story.bylines == ("Awa Tossou",)
    assert story.topics == ("Eau",)
    assert story.lead is not None and story.lead.address == "https://agence.example/a.jpg"
    assert story.published is not None and str(story.published.at) == "09:30:00"
    assert story.language == "fr"


def test_atom_and_json_feed_are_read_the_same() -> None:
    atom = one(ATOM.encode())
    assert (atom.headline, atom.bylines) == ("Le pont", ("Kossi",))
    assert isinstance(atom.updated, Moment)
    item = {
        "id": 7,
        "url": "https://agence.example/7",
        "title": "Le bac",
        "content_text": "Un < deux\n\nTrois",
        "date_published": "2019-05-04T10:30:00+01:00",
        "authors": [{"name": "Awa"}],
        "tags": ["Eau", 3],
    }
    read = one(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode())
    assert (read.key, read.headline, read.bylines, read.topics) == ("7", "Le bac", ("Awa",), ("Eau",))
    assert read.blocks == (Text("<p>Un &lt; deux</p><p>Trois</p>"),)


def test_scripts_and_players_of_a_feed_are_handled_like_those_of_any_page() -> None:
    story = one(
        rss("T", html='<p onclick="x()">a<script>x</script></p><iframe src="https://youtu.be/abcdefghijk"></iframe>')
    )
    assert story.blocks == (Text("<p>a</p>"), Embed("https://youtu.be/abcdefghijk", "YouTube"))
    assert story.repairs[Repair.UNSAFE] == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body>Bonjour</body></html>",
        b"{",
        b"[1]",
        b'{"version": 1}',
        b"{" * 100_000,
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss><channel><item><title>&c;</title></item></channel>',
    ],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        read_feed(data)
    assert refused.value.reason is Reason.NO_FEED


def test_a_hostile_feed_takes_no_more_than_a_moment() -> None:
    began = time.monotonic()
    read_feed(rss(*["T"] * 3000, html="<div>" * 50))
    read_feed(b"<rss><channel>" + b"<item>" * 20_000)
    assert time.monotonic() - began < 20


@pytest.fixture
def site() -> Iterator[OldSite]:
    with old_site() as found:
        yield found


def bring(site: OldSite, **options: object) -> ImportJob:
    with Feed(f"{site.url}/feed", allow_private=True, **options) as feed:  # type: ignore[arg-type]
        job = ImportJob.objects.create(kind="feed", source=feed.address, site=feed.name)
        return jobs.run(job, feed, Shelves(online=False))


@pytest.mark.django_db
def test_a_wire_is_routed_to_a_section_as_drafts_and_once(site: OldSite) -> None:
    a_newspaper()
    site.answers = {"/feed": rss("Un", "Deux")}
    assert bring(site, section="Monde/Dépêches", is_draft=True).lines.filter(outcome=Outcome.IMPORTED).count() == 2
    articles = Article.objects.all()
    assert {article.address.rpartition("/")[0].rpartition("/")[0] for article in articles} == {"/monde/depeches"}
    assert not any(article.live for article in articles)
    site.answers = {"/feed": rss("Un", "Deux", "Trois")}
    outcomes = list(bring(site, section="Monde/Dépêches", is_draft=True).lines.values_list("title", "outcome"))
    assert sorted(outcomes) == [("Deux", Outcome.UNCHANGED), ("Trois", Outcome.IMPORTED), ("Un", Outcome.UNCHANGED)]


@pytest.mark.django_db
def test_a_feed_that_does_not_answer_is_said(site: OldSite) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        bring(site)
    assert refused.value.reason is Reason.NOT_FETCHED


@pytest.mark.django_db
def test_an_entry_whose_name_holds_what_no_database_takes_comes_in(site: OldSite) -> None:
    a_newspaper()
    item = {"id": "a\0b", "url": "https://agence.example/a\0b", "title": "Le\0 pont", "content_text": "Un\0 texte."}
    site.answers = {"/feed": json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]}).encode()}
    bring(site)
    assert Article.objects.get().title == "Le pont"
