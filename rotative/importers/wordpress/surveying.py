"""The first reading of an export: what is in it, and what its items refer to. Nothing of a body is kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import IO, Final

from rotative.importers.filing.uploads import is_media
from rotative.importers.story.old_addresses import stem_of
from rotative.importers.story.stories import FileAt, PictureAt
from rotative.importers.wordpress.parsing import Head, Record, read_head, read_piece
from rotative.importers.wordpress.splitting import head_of, split
from rotative.importers.wordpress.terms import Category

MOST_REUSABLE: Final = 1000
LONGEST_REUSABLE: Final = 50_000
_KINDS: Final = {"wp:author": "author", "wp:category": "category", "wp:tag": "post_tag"}
_SLUGS: Final = ("wp:author_login", "wp:category_nicename", "wp:tag_slug", "wp:term_slug")
_NAMES: Final = ("wp:author_display_name", "wp:cat_name", "wp:tag_name", "wp:term_name")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was uploaded to the old site."""

    url: str
    title: str = ""
    description: str = ""
    caption: str = ""
    parent: int | None = None

    def picture(self) -> PictureAt:
        return PictureAt(self.url, self.description or self.title, self.caption)

    def upload(self) -> PictureAt | FileAt | None:
        """Return the file to bring in, unless it is of a kind that the paper does not keep."""
        if is_picture(self.url):
            return self.picture()
        return FileAt(self.url, self.title) if is_media(self.url) else None


@dataclass
class Site:
    """What is known of the old site once its export was read through."""

    head: Head
    authors: dict[str, str] = field(default_factory=dict)  # names by login
    author_numbers: dict[int, str] = field(default_factory=dict)  # logins
    categories: dict[str, Category] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)  # names by slug
    attachments: dict[int, Attached] = field(default_factory=dict)
    attached_to: dict[int, list[int]] = field(default_factory=dict)
    by_url: dict[str, int] = field(default_factory=dict)
    reusable: dict[int, str] = field(default_factory=dict)  # blocks that stand in many bodies
    pieces: int = 0

    @property
    def address(self) -> str:
        """Return the address of the old site, without a slash at its end."""
        named = map(self.head.values.get, ("wp:base_blog_url", "wp:base_site_url", "link"))
        return next(filter(None, named), "").rstrip("/")


def survey(file: IO[bytes], tell: Callable[[int], None] = lambda at: None) -> Site:
    """Read an export through once. `tell` hears how far, in bytes."""
    site = Site(read_head(head_of(file)))
    for piece in split(file):
        _note(site, read_piece(piece, site.head))
        tell(piece.end)
    return site


def term_of(record: Record) -> tuple[str, str, str]:
    """Return the kind of what a record names, its slug and its name; terms are written in two ways."""
    kind = _KINDS.get(record.name) or record.get("wp:term_taxonomy")
    slug = next(filter(None, map(record.get, _SLUGS)), "")
    full_name = f"{record.text('wp:author_first_name')} {record.text('wp:author_last_name')}".strip()
    return kind, slug, next(filter(None, map(record.text, _NAMES)), full_name or slug)


def _note(site: Site, record: Record) -> None:
    site.pieces += 1
    if record.name == "item":
        _note_item(site, record)
        return
    kind, slug, name = term_of(record)
    if kind == "author":
        site.authors.setdefault(slug, name)
        if number := record.number("wp:author_id"):
            site.author_numbers.setdefault(number, slug)
    elif kind == "post_tag":
        site.tags.setdefault(slug, name)
    elif kind == "category" and name:
        parent = record.get("wp:category_parent") or record.get("wp:term_parent")
        described = record.text("wp:category_description") or record.text("wp:term_description")
        category = Category(slug, name, parent, record.number("wp:term_id"), described)
        site.categories.setdefault(slug or name, category)


def _note_item(site: Site, record: Record) -> None:
    kind = record.get("wp:post_type") or "post"
    for term in record.terms:
        if term.domain == "category" and term.slug not in site.categories:
            # Old exports name a category only in the items that have it, and then twice, once without a slug.
            if term.slug:
                site.categories[term.slug] = Category(term.slug, unescape(term.name).strip() or term.slug)
        elif term.domain in {"post_tag", "tag"} and term.slug:
            site.tags.setdefault(term.slug, unescape(term.name).strip() or term.slug)
    number = record.number("wp:post_id")
    if kind == "wp_block" and number is not None and len(site.reusable) < MOST_REUSABLE:
        site.reusable[number] = record.get("content:encoded")[:LONGEST_REUSABLE]
    if kind != "attachment" or number is None:
        return
    url = record.get("wp:attachment_url") or record.get("guid")
    parent = record.number("wp:post_parent")
    site.attachments[number] = Attached(
        url,
        record.text("title"),
        unescape(record.field("_wp_attachment_image_alt")),
        record.text("excerpt:encoded"),
        parent,
    )
    site.by_url[stem_of(url)] = number
    if parent:
        site.attached_to.setdefault(parent, []).append(number)


def is_picture(url: str) -> bool:
    return bool(re.search(r"\.(?:jpe?g|png|gif|webp|avif|heic|bmp|tiff?)$", url.partition("?")[0], re.IGNORECASE))


def nicename_of(login: str) -> str:
    """Return the word for an author in WordPress's addresses."""
    return login.lower().replace(" ", "-").replace(".", "-")
