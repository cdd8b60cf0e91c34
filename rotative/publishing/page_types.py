"""The registry of page types (a router): rooms above say which paths they answer, as `admin.site.register` does."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.urls.resolvers import RoutePattern
from django.utils import translation

from rotative.publishing.models import Priority


@dataclass(frozen=True)
class Document:
    """What one address answers."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    kind: str = ""  # finer than the page type's, where one type answers with several kinds
    subject: str = ""  # the key of the object that the page is about


def _nothing(key: str) -> Iterable[str]:
    return ()


class NotOnThisPathError(Exception):
    """Raised when a page type's route fits a path but nothing stands there; the next page type is asked."""


@dataclass(frozen=True)
class PageType:
    """A kind of page: `route` in the syntax of django.urls.path, `render` from the route's arguments to a document.

    `paths` yields every path of the kind that exists now; a full rebuild renders each of them. `render` raises
    NotOnThisPathError when nothing stands there. `announced_by` returns the paths of the kind that may come into being
    when a key is touched; pages of the tree need none, because what puts a page somewhere touches `path:…`.
    """

    kind: str
    route: str
    render: Callable[..., Document]
    paths: Callable[[], Iterable[str]]
    priority: Priority = Priority.COLD
    # Finer kinds, which its documents name, and when pages of each are rendered that merely show what has changed.
    kinds: Mapping[str, Priority] = field(default_factory=dict)
    announced_by: Callable[[str], Iterable[str]] = _nothing


@dataclass(frozen=True)
class Match:
    page_type: PageType
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A document, and the kind of page that made it; the kind is empty for what stands where no page does."""

    document: Document
    kind: str = ""


# A room above says with it what stands where no page does: a redirect (301), a page taken back (410), or None.
Fallback = Callable[[str], Document | None]

_page_types: dict[str, tuple[PageType, RoutePattern]] = {}
_fallbacks: list[Fallback] = []
_previews: dict[type[models.Model], Callable[[Any], Document]] = {}


def register(page_type: PageType) -> PageType:
    """Add a page type; types are asked in the order in which they were registered."""
    if page_type.kind in _page_types:
        raise ValueError(f"The page type “{page_type.kind}” is registered twice.")
    _page_types[page_type.kind] = (page_type, RoutePattern(page_type.route, is_endpoint=True))
    return page_type


def register_fallback(find: Fallback) -> None:
    """Add a function that is asked, in order, about a path at which no page stands."""
    _fallbacks.append(find)


def register_preview(model: type[models.Model], render: Callable[[Any], Document]) -> None:
    """Say how a draft of `model` that stands at no address yet is rendered."""
    _previews[model] = render


def registered() -> list[PageType]:
    return [page_type for page_type, _ in _page_types.values()]


def match(address: str) -> Iterator[Match]:
    """Yield the page types whose route fits `address` (which begins with a slash), in order of registration."""
    for page_type, pattern in _page_types.values():
        found = pattern.match(address.removeprefix("/"))
        if found:
            yield Match(page_type, found[2])


def render(address: str) -> Document:
    """Return the page at `address`. Raises NotOnThisPathError when no page type knows it."""
    return render_page(address).document


def render_page(address: str) -> Answer:
    """Return the page at `address` with its kind. Raises NotOnThisPathError when no page type knows it."""
    with frozen():
        for found in match(address):
            try:
                document = found.page_type.render(**found.arguments)
            except NotOnThisPathError:
                continue
            return Answer(document, document.kind or found.page_type.kind)
    raise NotOnThisPathError(address)


def resolve(address: str) -> Answer | None:
    """Return what `address` answers: a page, else a redirect or a page that was taken back; None when nothing does."""
    try:
        return render_page(address)
    except NotOnThisPathError:
        with frozen():
            documents = (find(address) for find in _fallbacks)
            document = next(filter(None, documents), None)
    return Answer(document) if document else None


def find_type(kind: str) -> PageType | None:
    """Return the page type that makes pages of a kind, or None for one that is not registered any more."""
    if kind in _page_types:
        return _page_types[kind][0]
    return next((page_type for page_type in registered() if kind in page_type.kinds), None)


def priority_of(kind: str) -> Priority:
    """Return the render priority of a kind; redirects and other fallbacks come with the archive."""
    page_type = find_type(kind)
    return page_type.kinds.get(kind, page_type.priority) if page_type else Priority.COLD


def preview(draft: models.Model) -> Document:
    """Return the document that `draft` would become, by the same function that renders the published page."""
    with frozen():
        return _previews[type(draft)](draft)


def frozen() -> AbstractContextManager[None]:
    """Render deterministically inside: as for any reader, whatever language the person or command at work speaks."""
    return translation.override(settings.LANGUAGE_CODE)
