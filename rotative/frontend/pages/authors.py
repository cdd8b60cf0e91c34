"""Authors: one page each, and the index of all."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rotative.addresses import AUTHORS
from rotative.content import queries
from rotative.frontend.pages.lists import render_index, render_list
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType


def render(slug: str) -> Document:
    author = queries.find_author(slug)
    if author is None:
        raise NotOnThisPathError
    return render_list(
        author.address,
        author.name,
        author.collection_key,
        trail=[(_("Front page"), "/"), (_("Authors"), AUTHORS)],
        overline=author.role,
        text=author.biography,
        description=author.biography[:160],
        email=author.email,
        portrait=author.portrait,
    )


def render_all() -> Document:
    entries = [(author.name, author.address) for author in queries.authors()]
    return render_index(AUTHORS, _("Authors"), [("", entries)] if entries else [])


def paths() -> Iterator[str]:
    return (author.address for author in queries.authors())


PAGE_TYPES = [
    PageType("authors", AUTHORS[1:], render_all, lambda: [AUTHORS], priority=Priority.WARM),
    PageType("author", AUTHORS[1:] + "<slug:slug>/", render, paths, priority=Priority.WARM),
]
