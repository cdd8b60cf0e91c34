"""From a template and a context to the bytes of a page: the same inputs always give the same bytes."""

import re
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from rotative.content import queries
from rotative.content.models import Newspaper
from rotative.frontend.styles import policy_for, style_sheet
from rotative.publishing.page_types import Document, frozen
from rotative.typography import Rules, typeset_html

NO_BREAK_SPACE = "\u00a0"
Trail = list[tuple[str, str]]

_LINE_BREAKS = re.compile(r"\s*\n\s*")
# Nobody sees them, HTML forbids them, and what reads pages for people stumbles over them. Text pasted from elsewhere
# brings them along: control characters but for tabs and line ends, and what is no character.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def render_page(
    template: str,
    address: str,
    title: str,
    *,
    styles: tuple[str, ...],
    status: int = 200,
    shows_live_mark: bool = False,
    trusted_types: str = "'none'",
    **context: Any,
) -> Document:
    """Render a reader's page with masthead and foot around it, and set its text in French typography.

    `styles` names the parts of css/ that the page needs. Only pages that change with each publication anyway show the
    live mark from here (`shows_live_mark`); on the others a fragment lights it.
    """
    frame = queries.frame()
    style = style_sheet(styles, frame.newspaper.accent)
    with frozen():
        chrome = {
            "address": address,
            "canonical": settings.SITE_URL + address,
            "desks": frame.desks,
            "editions": frame.editions,
            "here": address,
            "language": settings.LANGUAGE_CODE,
            "menu": frame.menu,
            "newspaper": frame.newspaper,
            "ongoing": queries.find_ongoing() if shows_live_mark else None,
            "policy": policy_for(style, trusted_types),
            "social_accounts": frame.social_accounts,
            "standing_pages": frame.standing_pages,
            "status": status,
            # Both come from this package and from a colour of six hexadecimal digits.
            "style": mark_safe(style),  # noqa: S308
            "title": title,
        }
        html = render_to_string(template, chrome | context)
    return Document(compose(html, frame.newspaper), status=status)


def render_bare(template: str, *, styles: tuple[str, ...] = (), status: int = 200, **context: Any) -> Document:
    """Render a page that stands without the newspaper's frame: a fragment, or the page for bad days."""
    style = style_sheet(styles, Newspaper().accent) if styles else ""
    with frozen():
        html = render_to_string(
            template,
            {
                "language": settings.LANGUAGE_CODE,
                "policy": policy_for(style),
                "style": mark_safe(style),  # noqa: S308 (see above)
                **context,
            },
        )
    return Document(compose(html, context.get("newspaper") or Newspaper()), status=status)


def compose(html: str, newspaper: Newspaper) -> bytes:
    """Set finished HTML in the typography of the paper's language; drop indentation and control characters."""
    plain = _CONTROLS.sub("", _LINE_BREAKS.sub("\n", html))
    return typeset_html(plain, rules_of(newspaper), settings.LANGUAGE_CODE).encode()


def rules_of(newspaper: Newspaper) -> Rules:
    """Return how the newspaper's text is set: some old telephones lack the narrow space."""
    return Rules() if newspaper.narrow_spaces else Rules(narrow_space=NO_BREAK_SPACE)
