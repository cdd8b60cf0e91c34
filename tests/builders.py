"""Plain functions that make what a test needs, each with sensible defaults."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from django.db.models import Model
from django.utils import timezone
from wagtail.models import Page

from rotative.comments.models import Comment, Proof, Status
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
from rotative.comments.text import fold
from rotative.content import actions
from rotative.content.models import Article, Author, Byline, Edition, Home, Picture, Section, Topic
from rotative.content.slugs import slug_from
from rotative.publishing.writing import writing
from tests.replayed import replayed

_numbers = count(1)


def next_number() -> int:
    return next(_numbers)


def number_from_one() -> None:
    """Begin a test: what it makes has the names that the same things had in others, and can be replayed."""
    global _numbers
    _numbers = count(1)


def a_newspaper(name: str = "L’Essai") -> Home:
    if found := Home.objects.first():
        return found
    return replayed(partial(actions.found_newspaper, name), "newspaper", name)


def _below(parent: Page, page: Page) -> Any:
    with writing():
        parent = Page.objects.get(pk=parent.pk)
        parent.add_child(instance=page)
        page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def a_section(title: str = "Politique", parent: Page | None = None) -> Section:
    parent = parent or a_newspaper()
    section = Section(title=title, slug=slug_from(title))
    return replayed(partial(_below, parent, section), "section", title, parent.url_path, parent.pk)


def an_edition(title: str = "Bénin") -> Edition:
    found = Edition.objects.filter(slug=slug_from(title)).first()
    if found:
        return found
    edition = Edition(title=title, slug=slug_from(title))
    home = a_newspaper()
    return replayed(partial(_below, home, edition), "edition", title, home.pk)


def an_author(name: str = "Awa Tossou", **fields: Any) -> Author:
    slug = slug_from(name)
    make = partial(Author.objects.create, slug=slug, name=name, **fields)
    return Author.objects.filter(slug=slug).first() or remade(make, "author", name, fields)


def a_topic(name: str = "Eau potable") -> Topic:
    slug = slug_from(name)
    make = partial(Topic.objects.create, slug=slug, name=name)
    return Topic.objects.filter(slug=slug).first() or remade(make, "topic", name)


def a_draft(title: str | None = None, **fields: Any) -> Article:
    """Make an article that is not saved yet. `authors`, `guests`, `topics`, `corrections` take lists."""
    title = title or f"Article {next(_numbers)}"
    authors, guests = fields.pop("authors", []), fields.pop("guests", [])
    related = {name: fields.pop(name) for name in ("topics", "other_editions", "corrections") if name in fields}
    fields.setdefault("body", [("text", "<p>Le corps de l'article.</p>")])
    if "edition" not in fields:
        fields["edition"] = an_edition()
    article = Article(title=title, slug=fields.pop("slug", slug_from(title)), **fields)
    article.bylines = [Byline(author=author) for author in authors] + [Byline(guest=guest) for guest in guests]
    for name, values in related.items():
        setattr(article, name, values)
    return article


def an_article(title: str | None = None, section: Section | None = None, **fields: Any) -> Article:
    """Make a published article."""
    a_newspaper()
    section = section or Section.objects.first() or a_section()
    title = title or f"Article {next(_numbers)}"
    if "edition" not in fields:
        fields["edition"] = an_edition()

    def publish() -> Article:
        return actions.publish_article(section, a_draft(title, **fields))

    return remade(publish, "article", title, section, fields)


def remade(make: Callable[[], Any], *key: Any) -> Any:
    """Return what `make` makes, by a recording if it is all named by its key."""
    name = _name_of(key)
    return make() if name is None else replayed(make, name, is_derived=True)


def _name_of(value: Any) -> Any:
    """Return what is equal for values that say the same, or None for a value of which nobody knows."""
    if isinstance(value, Model):
        return (type(value), value.pk) if value.pk else None
    if isinstance(value, list | tuple):
        names = tuple(_name_of(one) for one in value)
        return None if None in names else (type(value), *names)
    if isinstance(value, dict):
        return _name_of(list(value.items()))
    if value is None or isinstance(value, str | int | datetime | type):
        return (type(value), value)
    return None


def a_picture(title: str = "Marché", size: tuple[int, int] = (1200, 800), **fields: Any) -> Picture:
    from wagtail.images.tests.utils import get_test_image_file_jpeg

    return Picture.objects.create(
        title=title,
        file=get_test_image_file_jpeg(size=size),
        description=fields.pop("description", title),
        **fields,
    )


def put_on_front(front: Home | Edition, *stories: Article) -> None:
    """Choose the order of a front, as an editor does."""
    relation = type(front)._meta.get_field("stories").related_model
    front.stories = [relation(story=story) for story in stories]
    front.save_revision().publish()


def a_comment(article: Article | None = None, **fields: Any) -> Comment:
    """Make a comment that waits, with words of its own. `in_reply_to` alone says in which thread it stands."""
    number = next(_numbers)
    answered = fields.get("in_reply_to")
    article = article or (answered.article if answered else an_article())
    name, email = fields.setdefault("name", f"Lectrice {number}"), fields.setdefault("email", "")
    text = fields.setdefault("text", f"Un avis qui n’est qu’à moi, le numéro {number}.")
    defaults = {
        "status": Status.WAITING,
        "thread": (answered.thread or answered) if answered else None,
        "created_at": timezone.now(),
        "proof": Proof.SOLVED,
        "fingerprint": fingerprint_of(article.pk, answered.pk if answered else None, name, text),
        "writer": writer_of(name, email),
        "text_digest": digest(fold(text)),
    }
    return Comment.objects.create(article=article, **{**defaults, **fields})
