"""The registry of page types: rooms above say which paths they answer, and how, as `admin.site.register` does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.urls.resolvers import RoutePattern
from django.utils import translation


@dataclass(frozen=True)
class Document:
    """What one address answers."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"


class NotOnThisPathError(Exception):
    """Raised when a page type's route fits a path but nothing stands there; the next page type is asked."""


@dataclass(frozen=True)
class PageType:
    """A kind of page: `route` in the syntax of django.urls.path, `render` from the route's arguments to a document.

    `paths` yields every path of the kind that exists now; a full rebuild renders each of them. `render` raises
    NotOnThisPathError when nothing stands there.
    """

    kind: str
    route: str
    render: Callable[..., Document]
    paths: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Match:
    page_type: PageType
    arguments: dict[str, Any]


_page_types: dict[str, tuple[PageType, RoutePattern]] = {}
_previews: dict[type[models.Model], Callable[[Any], Document]] = {}


def register(page_type: PageType) -> PageType:
    """Add a page type; types are asked in the order in which they were registered."""
    if page_type.kind in _page_types:
        raise ValueError(f"The page type “{page_type.kind}” is registered twice.")
    _page_types[page_type.kind] = (page_type, RoutePattern(page_type.route, is_endpoint=True))
    return page_type


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
    """Return the document at `address`. Raises NotOnThisPathError when no page type knows it."""
    with frozen():
        for found in match(address):
            try:
                return found.page_type.render(**found.arguments)
            except NotOnThisPathError:
                continue
    raise NotOnThisPathError(address)


def preview(draft: models.Model) -> Document:
    """Return the document that `draft` would become, by the same function that renders the published page."""
    with frozen():
        return _previews[type(draft)](draft)


def frozen() -> AbstractContextManager[None]:
    """Render inside as for any reader, whatever language the person or command at work speaks."""
    return translation.override(settings.LANGUAGE_CODE)
