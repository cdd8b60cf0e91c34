"""A small newspaper that has everything a reader can come across."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile
from wagtail.contrib.redirects.models import Redirect

from rotative.comments.models import Status
from rotative.comments.queries import PAGE
from rotative.content.models import (
    Article,
    Author,
    Correction,
    Edition,
    MediaFile,
    MenuItem,
    Newspaper,
    Picture,
    RelatedStory,
    Section,
    SocialAccount,
    StandingPage,
    Topic,
)
from rotative.publishing import page_types
from tests.builders import (
    _below,
    a_comment,
    a_newspaper,
    a_picture,
    a_section,
    a_topic,
    an_article,
    an_author,
    an_edition,
    put_on_front,
)
from tests.replayed import replayed


@dataclass
class World:
    """What was made, and the addresses of what is no page any more."""

    article: Article
    other: Article
    pinned: Article
    linked: Article
    told: Article
    section: Section
    desk: Section
    edition: Edition
    author: Author
    topic: Topic
    pictures: dict[str, Picture]
    sound: MediaFile
    document: MediaFile
    absences: dict[str, int]


def at(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def a_world() -> World:
    """Make the newspaper: an article with everything that an article can have, and what stands around it."""
    made: World = replayed(_make_world, "world")
    return made


def _make_world() -> World:
    home = a_newspaper()
    desk = a_section("News – Infos")
    section = a_section("Politique", desk)
    a_section("Vide")
    edition, second = an_edition("Bénin"), an_edition("Togo")
    pictures = {
        name: a_picture(name, size=(400, 300))
        for name in ("lead", "image", "first", "last", "thumbnail", "poster", "portrait", "nameplate", "box")
    }
    author, topic = an_author("Awa Tossou", portrait=pictures["portrait"], role="Rédactrice"), a_topic("Eau potable")
    a_topic("Sans article")
    sound = MediaFile.objects.create(title="Son", file=ContentFile(b"ID3", name="son.mp3"))
    document = MediaFile.objects.create(title="Rapport", file=ContentFile(b"%PDF", name="rapport.pdf"))
    other = an_article("Un autre", section, topics=[topic], edition=edition, published_at=at(2026, 7))
    pinned, linked = an_article("Épinglé", desk, edition=second), an_article("Lié", section, edition=second)
    told = an_article("Raconté", section, edition=second, published_at=at(2026, 6))
    an_article("Sans date", section, edition=edition, is_undated=True, authors=[author], topics=[topic])
    about = _below(home, StandingPage(title="À propos", slug="a-propos", body=a_standing_body(pictures, linked)))
    article = an_article(
        "Le pont",
        section,
        kicker="Routes",
        standfirst="Il mesure 40 m.",
        place="Cotonou",
        published_at=at(2026, 9),
        is_ongoing=True,
        lead_image=pictures["lead"],
        lead_caption="Le pont",
        authors=[author],
        guests=["Rokia Bance, économiste"],
        topics=[topic],
        edition=edition,
        other_editions=[second],
        corrections=[Correction(made_at=at(2026, 10), text="Il mesure 41 m.")],
        body=a_body(pictures, sound, document, linked, told),
    )
    article.related_stories = [RelatedStory(story=pinned)]
    article.save_revision().publish()
    a_frame(pictures["nameplate"], about)
    a_discussion(article)
    put_on_front(home, other, article)
    put_on_front(edition, other)
    return World(
        article=Article.objects.get(pk=article.pk),
        other=other,
        pinned=pinned,
        linked=linked,
        told=told,
        section=section,
        desk=desk,
        edition=edition,
        author=author,
        topic=topic,
        pictures=pictures,
        sound=sound,
        document=document,
        absences=some_absences(section, linked),
    )


def a_discussion(article: Article, comments: int = PAGE + 1) -> None:
    """Have more said about an article than stands on one page, with a reply and a link."""
    first = a_comment(article, status=Status.APPROVED, text="Voyez https://pont.example/ , c’est écrit.")
    a_comment(article, status=Status.APPROVED, in_reply_to=first)
    for _number in range(comments - 2):
        a_comment(article, status=Status.APPROVED)


def a_body(
    pictures: dict[str, Picture], sound: MediaFile, document: MediaFile, linked: Article, told: Article
) -> list[tuple[str, Any]]:
    """Return a body with a block of every kind."""
    links = f'<a linktype="page" id="{linked.pk}">Lié</a> <a linktype="document" id="{document.pk}">Rapport</a>'
    return [
        ("text", f"<p>Un. {links}</p>"),
        ("image", {"image": pictures["image"], "caption": "Légende", "credit": ""}),
        ("gallery", {"title": "Galerie", "pictures": [a_picture_of(pictures, name) for name in ("first", "last")]}),
        ("quotation", {"text": "On continue", "attribution": "Une maire"}),
        ("fact_box", {"title": "À savoir", "text": f"<p>{links}</p>"}),
        ("related", {"story": told}),
        ("embed", {"url": "https://video.example/1", "title": "Film", "thumbnail": pictures["thumbnail"]}),
        ("audio", {"title": "Son", "file": sound, "transcript": f"<p>{links}</p>"}),
        ("video", {"title": "Film", "file": sound, "poster": pictures["poster"], "transcript": ""}),
        ("table", a_table(links)),
    ]


def a_standing_body(pictures: dict[str, Picture], linked: Article) -> list[tuple[str, Any]]:
    link = f'<p><a linktype="page" id="{linked.pk}">Lié</a></p>'
    return [
        ("text", link),
        ("image", a_picture_of(pictures, "box")),
        ("fact_box", {"title": "À savoir", "text": link}),
        ("table", a_table(link)),
    ]


def a_picture_of(pictures: dict[str, Picture], name: str) -> dict[str, Any]:
    return {"image": pictures[name], "caption": "", "credit": ""}


def a_table(html: str) -> Any:
    from rotative.content.blocks import TableBlock

    return TableBlock().to_python(
        {
            "columns": [{"type": "text", "heading": "Pays"}, {"type": "rich_text", "heading": "Lien"}],
            "rows": [{"values": ["Bénin", html]}],
            "caption": "Tableau",
        }
    )


def a_frame(nameplate: Picture, about: StandingPage) -> None:
    newspaper = Newspaper.load()
    newspaper.nameplate = nameplate
    newspaper.menu_items = [MenuItem(page=about, label=""), MenuItem(label="Archives", path="/archives/")]
    newspaper.social_accounts = [SocialAccount(network="x", url="https://x.example/essai")]
    newspaper.save()


def some_absences(section: Section, target: Article) -> dict[str, int]:
    """Make what no longer is: withdrawn, moved, renamed, by hand. Return the status of each address."""
    withdrawn = an_article("Retiré", section)
    withdrawn.unpublish()
    moved = an_article("Déplacé", section)
    old = moved.address
    moved.slug = "deplace-ici"
    moved.save_revision().publish()
    renamed = a_topic("Ancien")
    renamed.slug = "nouveau"
    renamed.save()
    Redirect.add_redirect("/par-page", target)
    Redirect.add_redirect("/ailleurs", "https://ailleurs.example/")
    Redirect.add_redirect("/premier", "/sujets/ancien/")
    return {
        withdrawn.address: 410,
        old: 301,
        "/sujets/ancien/": 301,
        "/sujets/ancien/archives/": 301,
        "/par-page/": 301,
        "/ailleurs/": 301,
        "/premier/": 301,
        "/jamais/": 404,
        "/sujets/jamais/": 404,
        "/politique/archives/1999-01/": 404,
    }


def all_paths() -> list[str]:
    """Return every path of every page type."""
    return sorted({path for page_type in page_types.registered() for path in page_type.paths()})
