"""Small files that are asked for by name: robots.txt, manifest, favicon, error pages."""

import json
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from rotative.addresses import COMMENTS, NEWSROOM, NOT_FOUND, NOT_SENT, SITEMAP, UNAVAILABLE
from rotative.content import queries
from rotative.frontend.metadata import absolute
from rotative.frontend.pages import errors
from rotative.publishing.models import Priority
from rotative.publishing.page_types import Document, PageType

ICONS = Path(__file__).parents[1] / "static" / "rotative"


def robots() -> Document:
    text = f"User-agent: *\nDisallow: {NEWSROOM}\nDisallow: {COMMENTS}\nSitemap: {absolute(SITEMAP)}\n"
    return Document(text.encode(), content_type="text/plain; charset=utf-8")


def manifest() -> Document:
    """Describe the paper as an application that a telephone can keep on its first screen."""
    newspaper = queries.get_newspaper()
    data = {
        "name": newspaper.name,
        "short_name": newspaper.name[:12],
        "description": newspaper.description or newspaper.motto,
        "lang": settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fdfcf8",
        "theme_color": "#fdfcf8",
        "icons": [
            {"src": static(f"rotative/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }
    body = json.dumps(data, ensure_ascii=False, indent=1).encode()
    return Document(body, content_type="application/manifest+json; charset=utf-8")


def favicon() -> Document:
    return Document((ICONS / "favicon-32.png").read_bytes(), content_type="image/png")


def not_found() -> Document:
    """The page for addresses where nothing stands, as a file that any web server can hand out."""
    return replace(errors.not_found(), status=200)


def unavailable() -> Document:
    """The page for bad days, as a file for when nothing of ours answers."""
    return replace(errors.unavailable(), status=200)


def not_sent() -> Document:
    """The page for a comment that nobody could take, as a file for when nothing of ours answers."""
    return replace(errors.not_sent(), status=200)


PAGE_TYPES = [
    PageType("not-found", NOT_FOUND[1:], not_found, lambda: [NOT_FOUND], priority=Priority.WARM),
    PageType("unavailable", UNAVAILABLE[1:], unavailable, lambda: [UNAVAILABLE], priority=Priority.WARM),
    PageType("not-sent", NOT_SENT[1:], not_sent, lambda: [NOT_SENT], priority=Priority.WARM),
    PageType("robots", "robots.txt", robots, lambda: ["/robots.txt"]),
    PageType("manifest", "manifest.webmanifest", manifest, lambda: ["/manifest.webmanifest"]),
    PageType("favicon", "favicon.ico", favicon, lambda: ["/favicon.ico"]),
]
