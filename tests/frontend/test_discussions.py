"""The comments below an article, as its stored page shows them."""

import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from rotative.comments import deciding
from rotative.comments.models import CommentSettings, Status
from rotative.comments.text import clean, clean_line
from rotative.content.models import Article
from rotative.frontend.fragments import render_comment_counts
from rotative.frontend.templatetags.rotative import said, typed
from rotative.publishing import page_types, render
from rotative.publishing.page_types import NotOnThisPathError
from tests.builders import a_comment, an_article
from tests.frontend.world import a_discussion

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    'https://x.example/"onclick=alert(1)//',
    "https://x.example/<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "javascript://x.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&lt;script&gt; &#60;b&#62; &amp;amp;",
    "{{ article.body }} {% load i18n %}",
    "<!-- --> ]]> <![CDATA[ <?php ?>",
    "https://user:pass@x.example:99999/é?q=«»",
    "http://[::1/ http://% http://\u2028",
    "WWW.X.EXAMPLE www.",
    "x" * 5000,
    "(" * 1000 + "http://x.example" + ")" * 1000,
]


@pytest.fixture
def article() -> Article:
    return an_article("Le pont", published_at=timezone.now())


def page_of(article: Article) -> LexborHTMLParser:
    return LexborHTMLParser(page_types.render(article.address).body)


def test_an_article_shows_its_threads_with_replies_below_and_names_dates_and_links(article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED, name="Awa", text="Un\ndeux\n\ntrois https://a.example/?b=1&c=2.")
    a_comment(article, status=Status.APPROVED, in_reply_to=first, name="L’Essai", is_newsroom=True)
    a_comment(article, text="en attente")
    html = page_of(article)
    assert [node.text().split(" · ")[0] for node in html.css("#commentaires .comment b")] == ["Awa", "L’Essai"]
    assert "en attente" not in html.html
    assert len(html.css("#recents > li > ol > li .comment")) == 1
    assert html.css_first(f"#commentaire-{first.pk} a[href='#commentaire-{first.pk}'] time")
    link = html.css_first(f"#commentaire-{first.pk} a[rel='nofollow ugc']")
    assert link.attributes["href"] == "https://a.example/?b=1&c=2"
    assert len(html.css(f"#commentaire-{first.pk} p br")) == 1
    assert html.css_first("#reactions").text() == "2 commentaires"


def test_the_form_is_the_same_file_for_everybody_and_holds_no_token(article: Article) -> None:
    html = page_of(article)
    form = html.css_first("form#commenter")
    assert form.attributes["action"] == f"/commentaires/envoyer/{article.pk}/"
    values = {field.attributes.get("name"): field.attributes.get("value") for field in form.css("input[type=hidden]")}
    assert values == {"in_reply_to": "", "proof": ""} or not any(values.values())
    assert all(field.attributes.get("id") for field in form.css("textarea, .field input"))
    labelled = {label.attributes["for"] for label in form.css(".field label")}
    assert labelled == {"c-text", "c-name", "c-email"}


def test_the_page_says_that_comments_are_closed_before_anything_is_written(article: Article) -> None:
    CommentSettings.objects.create(closes_after_days=3)
    rendering = render.render(article.address)
    assert b"commenter" in rendering.document.body
    assert rendering.expires_at is not None
    assert abs(rendering.expires_at - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        closed = page_of(article)
    assert closed.css_first("form#commenter") is None
    assert "fermés" in closed.css_first("#commentaires").text()


def test_a_comment_that_was_removed_leaves_a_word_above_its_replies(article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED, text="secret")
    a_comment(article, status=Status.APPROVED, in_reply_to=first, text="réponse")
    deciding.decide([first], Status.REJECTED, None)
    text = page_of(article).css_first("#commentaires").text()
    assert "secret" not in text and "réponse" in text and "retiré" in text


def test_the_second_fifty_stand_on_a_page_of_their_own_that_moves_with_nothing(article: Article) -> None:
    a_discussion(article, 120)
    first = page_of(article)
    assert len(first.css(".comment")) == 50
    assert first.css_first("#reactions").text() == "120 commentaires"
    address = first.css("nav.pages a")[0].attributes["href"].partition("#")[0]
    assert address == f"/discussions/{article.pk}/2/"
    second = LexborHTMLParser(page_types.render(address).body)
    assert len(second.css(".comment")) == 50
    assert second.css_first("h1 a").attributes["href"] == article.address
    assert len(LexborHTMLParser(page_types.render(f"/discussions/{article.pk}/3/").body).css(".comment")) == 20
    for nothing in (1, 4, 0, 10**30, "02", "2.0"):
        with pytest.raises(NotOnThisPathError):
            page_types.render(f"/discussions/{article.pk}/{nothing}/")
    article.unpublish()
    with pytest.raises(NotOnThisPathError):
        page_types.render(address)


def test_newest_first_is_a_link_that_a_browser_without_scripts_follows(article: Article) -> None:
    a_discussion(article, 60)
    newest = page_of(article).css_first(".order a").attributes["href"]
    assert newest == f"/discussions/{article.pk}/2/#recents"
    assert "#recents:target{display:flex;flex-direction:column-reverse}" in page_of(article).html


def test_counts_for_fronts_are_a_fragment(article: Article) -> None:
    a_comment(article, status=Status.APPROVED)
    html = LexborHTMLParser(render_comment_counts().body)
    (link,) = html.css("main ul a")
    assert (link.attributes["href"], link.text()) == (article.address, "1 commentaire")


def test_a_draft_is_previewed_without_comments(article: Article) -> None:
    from tests.builders import a_draft

    draft = a_draft("Brouillon")
    draft.section = article.section
    draft.url_path, draft.published_at = "/accueil/politique/brouillon/", None
    assert b"commenter" in page_types.preview(draft).body


# --- text never becomes markup


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_on_the_page_and_in_the_feed(text: str, article: Article, client: Any) -> None:
    comment = a_comment(article, status=Status.APPROVED, name=clean_line(text)[:60] or "x", text=clean(text))
    reply = a_comment(article, status=Status.APPROVED, in_reply_to=comment, name=comment.name, text=comment.text[::-1])
    html = page_of(article)
    assert_tame(html)
    assert html.css_first(f"#commentaire-{comment.pk}").text()
    assert html.css_first(f"#commentaire-{reply.pk}")
    for item in ElementTree.fromstring(client.get("/commentaires/rss.xml").content).iter("item"):
        assert_tame(LexborHTMLParser(item.findtext("description", "")))


ALLOWED = {"a", "p", "br", "html", "head", "body"}


@given(st.text(st.characters(codec="utf-8"), max_size=300))
@example('<a href="javascript:x">')
@example("http://a.example/'\"><b>")
@example("http://a.example/&quot;&gt;&lt;b&gt;")
@example("(voir http://a.bj). [www.b.bj], ((http://c.bj/(d))) ! http://e.bj;;).")
def test_any_text_is_paragraphs_links_and_line_ends(text: str) -> None:
    html = LexborHTMLParser(said(clean(text)))
    assert {node.tag for node in html.root.traverse(include_text=False)} <= ALLOWED
    assert_tame(html)
    assert squeezed(html.root.text()) == squeezed(clean(text))


@given(st.lists(st.sampled_from(["http://a.bj", "www.b.bj/x", *"()[].,:;!&amp;?"]), max_size=9).map("".join))
def test_punctuation_around_an_address_is_all_there(text: str) -> None:
    assert squeezed(LexborHTMLParser(said(text)).root.text()) == squeezed(text)


def test_the_stop_after_a_bracket_stays_outside_the_link() -> None:
    assert said("(voir http://a.bj).") == '<p>(voir <a href="http://a.bj" rel="nofollow ugc">http://a.bj</a>).</p>'


# Of control characters and what is no character a page shows none.
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"], include_characters="\t\n\r"), max_size=300)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("</textarea>\n\n<b>")
@example("\n\nx")
def test_what_is_typed_comes_back_into_its_field_as_it_was(text: str) -> None:
    from rotative.content.models import Newspaper
    from rotative.frontend.rendering import compose

    kept = text.replace("\r\n", "\n").replace("\r", "").replace("\0", "")
    html = LexborHTMLParser(compose(f"<p>a\n  <textarea>x{typed(kept)}</textarea></p>", Newspaper()))
    assert html.css_first("textarea").text() == f"x{kept}"


def assert_tame(html: LexborHTMLParser) -> None:
    """Nothing that a reader wrote acts: no script but ours, no handler, no link that runs."""
    for node in html.root.traverse(include_text=False):
        assert node.tag not in {"iframe", "object", "embed", "svg", "base"}
        if node.tag == "script":
            assert node.attributes.get("type") in {"module", "application/ld+json"}
        for name, value in node.attributes.items():
            assert not name.startswith("on"), (name, value)
            if name in {"href", "src", "action"}:
                assert re.match(r"(https?://|mailto:|/|#|$)", value or ""), value


def squeezed(text: str) -> str:
    """Return the letters and signs of a text: typography changes its spaces, quotes and dashes."""
    return re.sub(r"\s+", "", text)
