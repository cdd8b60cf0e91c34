"""Topics: one page each, and the index of all."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from rotative.content import queries
from rotative.frontend.pages.lists import render_index, render_list
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, NotOnThisPathError, PageType

INDEX = "/sujets/"


def render(slug: str) -> Document:
    topic = queries.find_topic(slug)
    if topic is None:
        raise NotOnThisPathError
    return render_list(
        topic.address,
        topic.name,
        topic.collection_key,
        trail=[(_("Front page"), "/"), (_("Topics"), INDEX)],
        text=topic.description,
        description=topic.description,
    )


def render_all() -> Document:
    entries = [(topic.name, topic.address) for topic in queries.topics()]
    return render_index(INDEX, _("Topics"), [("", entries)] if entries else [])


def paths() -> Iterator[str]:
    return (topic.address for topic in queries.topics())


PAGE_TYPES = [
    PageType("topics", "sujets/", render_all, lambda: [INDEX], priority=Priority.WARM),
    PageType("topic", "sujets/<slug:slug>/", render, paths, priority=Priority.WARM),
]
