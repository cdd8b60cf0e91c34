"""The paper as WordPress reads it: parsed back with lxml, field by field as the reference importer does."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone, translation
from lxml import etree

from rotative.comments.models import Status
from rotative.content.blocks import TableBlock
from rotative.content.models import Article, Correction, Home, MediaFile, StandingPage
from rotative.content.storage import signed_link
from rotative.exporters.wxr import exporting
from rotative.exporters.wxr.exporting import export_wxr
from rotative.exporters.wxr.writing import Writer
from tests import builders

pytestmark = pytest.mark.django_db

SITE = "https://estuaire.example"
SPACES = {
    "wp": "http://wordpress.org/export/1.2/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
NOON = datetime(2026, 3, 12, 11, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def site(settings: Any) -> Iterator[None]:
    settings.SITE_URL = SITE
    with translation.override("en"):
        yield


def exported(tmp_path: Path) -> Any:
    """Export the paper, and return the channel of the file."""
    export_wxr(tmp_path / "paper.xml")
    root = etree.parse(str(tmp_path / "paper.xml")).getroot()
    assert root.tag == "rss"
    return root.find("channel")


def said(element: Any, name: str) -> str:
    """Return the text of a child, by its name with prefix."""
    return str(element.findtext(name, namespaces=SPACES))


def item_of(channel: Any, title: str) -> Any:
    (item,) = [item for item in channel.iterfind("item") if item.findtext("title") == title]
    return item


def metas_of(item: Any) -> dict[str, str]:
    return {said(meta, "wp:meta_key"): said(meta, "wp:meta_value") for meta in item.iterfind("wp:postmeta", SPACES)}


def categories_of(item: Any) -> list[tuple[str, str, str]]:
    return [(one.get("domain"), one.get("nicename"), one.text) for one in item.iterfind("category")]


def test_the_channel_says_what_it_is(tmp_path: Path) -> None:
    builders.a_newspaper("L’Estuaire")

    channel = exported(tmp_path)

    assert said(channel, "wp:wxr_version") == "1.2"
    assert said(channel, "wp:base_site_url") == SITE
    assert said(channel, "title") == "L’Estuaire"


def test_sections_are_categories_below_their_desks_and_editions_are_categories_too(tmp_path: Path) -> None:
    desk = builders.a_section("News – Infos")
    builders.a_section("Bénin", parent=desk)
    builders.an_edition("Bénin")

    terms = [
        (said(term, "wp:category_nicename"), said(term, "wp:category_parent"), said(term, "wp:cat_name"))
        for term in exported(tmp_path).iterfind("wp:category", SPACES)
    ]

    # No two have one address, by which alone WordPress tells them apart.
    assert terms == [
        ("news-infos", "", "News – Infos"),
        ("benin", "news-infos", "Bénin"),
        ("edition-benin", "", "Bénin"),
    ]


def test_a_published_story_has_every_field_that_the_importer_reads(tmp_path: Path) -> None:
    picture = builders.a_picture("Marché", size=(40, 30), description="Un marché", credit="Awa Tossou")
    article = builders.an_article(
        "Crue : l’eau ]]> monte",
        builders.a_section("Société"),
        slug="crue",
        kicker="En direct",
        standfirst="La digue a cédé.",
        published_at=NOON,
        authors=[builders.an_author("Awa Tossou", email="awa@estuaire.example"), builders.an_author("Kofi Ahou")],
        guests=["Un pêcheur"],
        topics=[builders.a_topic("Fleuve Niger")],
        other_editions=[builders.an_edition("Niger")],
        lead_image=picture,
        lead_caption="Le fleuve",
        search_description="Pour les moteurs",
        comments_closed=True,
    )

    channel = exported(tmp_path)
    item = item_of(channel, article.title)

    assert said(item, "link") == f"{SITE}/societe/crue/"
    assert said(item, "wp:post_id") == str(article.pk)
    assert said(item, "wp:post_type") == "post"
    assert said(item, "wp:status") == "publish"
    assert said(item, "wp:post_name") == "crue"
    assert said(item, "wp:post_date") == "2026-03-12 12:30:00"  # in Porto-Novo
    assert said(item, "wp:post_date_gmt") == "2026-03-12 11:30:00"
    assert said(item, "pubDate") == "Thu, 12 Mar 2026 11:30:00 +0000"
    assert said(item, "dc:creator") == "awa-tossou"
    assert said(item, "excerpt:encoded") == "La digue a cédé."
    assert said(item, "wp:comment_status") == "closed"
    assert categories_of(item) == [
        ("category", "societe", "Société"),
        ("category", "benin", "Bénin"),
        ("category", "niger", "Niger"),
        ("post_tag", "fleuve-niger", "Fleuve Niger"),
        ("author", "cap-awa-tossou", "awa-tossou"),
        ("author", "cap-kofi-ahou", "kofi-ahou"),
    ]
    attachment = item_of(channel, "Marché")
    assert metas_of(item) == {
        "_thumbnail_id": said(attachment, "wp:post_id"),
        "_yoast_wpseo_metadesc": "Pour les moteurs",
        "rotative_kicker": "En direct",
        "rotative_lead_caption": "Le fleuve",
        "rotative_guests": "Un pêcheur",
    }
    logins = {
        said(one, "wp:author_login"): said(one, "wp:author_email") for one in channel.iterfind("wp:author", SPACES)
    }
    assert logins["awa-tossou"] == "awa@estuaire.example"
    assert len(set(logins.values())) == len(logins)


def test_pictures_and_files_are_attachments_with_addresses_that_wordpress_can_fetch(tmp_path: Path) -> None:
    picture = builders.a_picture("Marché", size=(40, 30), description="Un marché", credit="Awa Tossou")
    file = MediaFile.objects.create(title="Son", file=ContentFile(b"ID3", name="son.mp3"))
    article = builders.an_article()

    channel = exported(tmp_path)

    attachment, sound = item_of(channel, "Marché"), item_of(channel, "Son")
    assert said(attachment, "wp:attachment_url") == SITE + signed_link(picture.file.name)
    assert said(sound, "wp:attachment_url") == f"{SITE}/medias/{file.file.name}"
    assert said(attachment, "wp:post_type") == "attachment"
    assert said(attachment, "wp:status") == "inherit"
    assert said(attachment, "excerpt:encoded") == "Awa Tossou"
    assert metas_of(attachment)["_wp_attachment_image_alt"] == "Un marché"
    numbers = [said(item, "wp:post_id") for item in channel.iterfind("item")]
    assert len(set(numbers)) == len(numbers) == 3
    assert str(article.pk) in numbers


def test_every_block_becomes_plain_html(tmp_path: Path) -> None:
    picture = builders.a_picture("Marché", size=(40, 30), description="Un <marché>", credit="Awa")
    sound = MediaFile.objects.create(title="Son", file=ContentFile(b"ID3", name="son.mp3"))
    other = builders.an_article("Autre", slug="autre")
    table = TableBlock().to_python(
        {"columns": [{"type": "text", "heading": "Mois"}], "rows": [{"values": ["Mars & avril"]}], "caption": "Prix"}
    )
    shown = {"image": picture, "caption": "Le matin", "credit": ""}
    article = builders.an_article(
        "Tout",
        place="Lomé",
        body=[
            ("text", f'<p>Voir <a linktype="page" id="{other.pk}">là</a>.</p><h2>Titre</h2><script>alert(1)</script>'),
            ("image", shown),
            ("gallery", {"title": "Galerie", "pictures": [shown, shown]}),
            ("quotation", {"text": "Nous < vous", "attribution": "Issa"}),
            ("fact_box", {"title": "Repères", "text": "<p>Un fait</p>"}),
            ("related", {"story": other}),
            ("embed", {"url": "https://v.example/1", "title": "Film", "description": "Long", "thumbnail": None}),
            ("table", table),
            ("audio", {"title": "Écouter", "file": sound, "transcript": "<p>Bonjour</p>"}),
        ],
        corrections=[Correction(made_at=NOON, text="C’était mars.")],
    )

    html = said(item_of(exported(tmp_path), article.title), "content:encoded")

    address = SITE + signed_link(picture.file.name)
    figure = (
        f'<figure><img src="{address}" alt="Un &lt;marché&gt;" width="40" height="30">'
        "<figcaption>Le matin Awa</figcaption></figure>"
    )
    for part in (
        f'<p><strong>Lomé.</strong> Voir <a href="{SITE}/politique/autre/">là</a>.</p><h2>Titre</h2>',
        f"<h2>Galerie</h2>\n\n{figure}\n\n{figure}",
        "<blockquote><p>Nous &lt; vous</p><cite>Issa</cite></blockquote>",
        "<h3>Repères</h3>\n<p>Un fait</p>",
        f'<p>Lire aussi : <a href="{SITE}/politique/autre/">Autre</a></p>',
        '<p><a href="https://v.example/1">Film</a><br>Long</p>',
        "<th>Mois</th></tr></thead><tbody><tr><td>Mars &amp; avril</td></tr></tbody></table><figcaption>Prix",
        f'<audio controls src="{SITE}/medias/{sound.file.name}"></audio>',
        "<p>Bonjour</p>",
        "12 mars 2026 – C’était mars.",
    ):
        assert part.replace("\u00a0", " ") in html.replace("\u00a0", " ")
    assert "<script" not in html
    assert "alert" not in html


def test_states_are_those_of_wordpress(tmp_path: Path) -> None:
    section = builders.a_section()
    builders.an_article("En ligne", section)
    builders.an_article("Retiré", section).unpublish()
    section.refresh_from_db()
    draft = section.add_child(instance=builders.a_draft("Brouillon", live=False))
    draft.title = "Brouillon, version 2"
    draft.save_revision()
    section.refresh_from_db()
    later = timezone.now().replace(microsecond=0) + timedelta(days=3)
    planned = section.add_child(instance=builders.a_draft("Demain", live=False, go_live_at=later))
    planned.save_revision(approved_go_live_at=later)

    channel = exported(tmp_path)

    states = {item.findtext("title"): said(item, "wp:status") for item in channel.iterfind("item")}
    assert states == {
        "En ligne": "publish",
        "Retiré": "draft",
        "Brouillon, version 2": "draft",
        "Demain": "future",
    }
    assert said(item_of(channel, "Demain"), "wp:post_date_gmt") == f"{later.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def test_comments_keep_their_threads_and_states(tmp_path: Path) -> None:
    article = builders.an_article()
    first = builders.a_comment(article, status=Status.APPROVED, text="Un <b>avis</b> & demi", address="192.0.2.7")
    reply = builders.a_comment(in_reply_to=first, status=Status.APPROVED)
    builders.a_comment(in_reply_to=reply, status=Status.WAITING)
    builders.a_comment(article, status=Status.SPAM)
    builders.a_comment(article, status=Status.REJECTED)

    export_wxr(tmp_path / "paper.xml")
    comments = list(item_of(exported(tmp_path), article.title).iterfind("wp:comment", SPACES))

    assert [said(one, "wp:comment_approved") for one in comments] == ["1", "1", "0", "spam", "trash"]
    parents = [said(one, "wp:comment_parent") for one in comments]
    assert parents == ["0", str(first.pk), str(reply.pk), "0", "0"]
    assert said(comments[0], "wp:comment_content") == "Un &lt;b&gt;avis&lt;/b&gt; &amp; demi"
    assert "192.0.2.7" not in (tmp_path / "paper.xml").read_text()


def test_standing_pages_are_pages(tmp_path: Path) -> None:
    page = StandingPage(title="À propos", slug="a-propos", body=[("text", "<p>Nous</p>")])
    builders._below(builders.a_newspaper(), page)

    item = item_of(exported(tmp_path), "À propos")

    assert said(item, "wp:post_type") == "page"
    assert said(item, "link") == f"{SITE}/a-propos/"
    assert said(item, "content:encoded") == "<p>Nous</p>"


@pytest.mark.parametrize(
    "text", ["a]]>b", "]]>]]>", "]]", "a\x00b\x0bc\x1f", "<p>&amp; & é 🎺</p>", "\ud800 seule", "\ufffe"]
)
def test_whatever_stands_in_a_text_can_be_read_again(text: str) -> None:
    stream = io.BytesIO()
    writer = Writer(stream)
    with writer.element("rss", {"name": text}):
        writer.text("words", text)
        writer.value("value", text)

    root = etree.fromstring(stream.getvalue())

    clean = "".join(letter for letter in text if letter not in "\x00\x0b\x1f\ud800\ufffe")
    assert root.findtext("words") == root.findtext("value") == root.get("name") == clean


def test_an_export_that_fails_leaves_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.a_newspaper()
    (tmp_path / "paper.xml").write_text("the last one")

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "write_articles", die)
    with pytest.raises(KeyboardInterrupt):
        export_wxr(tmp_path / "paper.xml")

    assert (tmp_path / "paper.xml").read_text() == "the last one"
    assert not list(tmp_path.glob(".*"))


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: Any) -> None:
    builders.an_article()

    call_command("export", "wxr", str(tmp_path / "paper.xml"))

    assert capsys.readouterr().out.startswith("Articles: 1. Pages: 0. Pictures and files: 0. Written to ")
    assert Article.objects.count() == Home.objects.count() == 1
