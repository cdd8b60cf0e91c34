"""Redirects: the answer 301, kept as a small document that any web server can hand out.

A web server without our program cannot take a Location from a file. It hands out this page, which leads on by itself.
"""

import re
from html import escape, unescape
from urllib.parse import quote

from rotative.publishing.page_types import Document

_TARGET = re.compile(rb'<link rel="canonical" href="([^"]*)">')
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{target}</title>'
    '<meta http-equiv="refresh" content="0;url={target}"><link rel="canonical" href="{target}">'
    '<meta name="robots" content="noindex"></head><body><p><a href="{target}">{target}</a></p></body></html>\n'
)
_SAFE = "/:?#[]@!$&'()*+,;=%-._~"


def redirect_document(target: str, language: str) -> Document:
    """Return the document that leads to `target`: a path of the paper, or an address elsewhere."""
    link = escape(quote(target, safe=_SAFE))
    return Document(_PAGE.format(target=link, language=language).encode(), status=301)


def target_of(body: bytes) -> str:
    """Return where a document of `redirect_document` leads. Raises ValueError for another document."""
    found = _TARGET.search(body)
    if found is None:
        raise ValueError("This page leads nowhere.")
    return unescape(found[1].decode())
