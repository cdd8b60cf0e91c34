"""Small files that browsers and robots ask for by name."""

import json
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

from rotative.content import queries
from rotative.publishing.page_types import Document, PageType

ICONS = Path(__file__).parents[1] / "static" / "rotative"


def robots() -> Document:
    return Document(b"User-agent: *\nDisallow: /redaction/\n", content_type="text/plain; charset=utf-8")


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


PAGE_TYPES = [
    PageType("robots", "robots.txt", robots, lambda: ["/robots.txt"]),
    PageType("manifest", "manifest.webmanifest", manifest, lambda: ["/manifest.webmanifest"]),
    PageType("favicon", "favicon.ico", favicon, lambda: ["/favicon.ico"]),
]
