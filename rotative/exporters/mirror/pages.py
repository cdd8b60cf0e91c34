"""Page rewriting for a mirror: it reads the same, and asks nobody for anything."""

import re
from collections.abc import Callable
from html import escape, unescape

from django.conf import settings
from django.utils.translation import gettext as _

from rotative.addresses import NOT_FOUND
from rotative.exporters.mirror.links import Links
from rotative.publishing import redirects
from rotative.publishing.page_types import frozen
from rotative.publishing.store import file_name

# Parts of pages that are fetched, and pages for when an application is down: a mirror has neither.
LEFT_OUT = ("/fragments/", "/503", "/manifest.webmanifest")

_SCRIPT = re.compile(r'<script type="module"[^>]*></script>\n?')
_COPY_BUTTON = re.compile(r"<li hidden><button [^<>]*data-copy=[^<>]*>[^<>]*</button></li>\n?")  # dead without a script
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_APPLICATION = re.compile(r'<link rel="manifest"[^>]*>\n?')
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(")')
_STYLE_SOURCE = re.compile(r"'sha256-[A-Za-z0-9+/=]+'")
_TAG = re.compile(r"<(?:a|audio|div|img|link|source|video)\s[^<>]*>")  # those that may have an address
_ADDRESS = re.compile(r'(\s(?:href|src|poster)=")([^"]*)(")')
_SOURCES = re.compile(r'(\ssrcset=")([^"]*)(")')
_FRAGMENT = re.compile(r'\sdata-fragment="[^"]*"')

Lead = Callable[[str], str]


def is_mirrored(path: str, status: int) -> bool:
    """Tell whether a stored page goes into a mirror. A page that leads on needs a folder in which to stand."""
    return not path.startswith(LEFT_OUT) and (status == 200 or path.endswith("/"))


def mirrored(path: str, status: int, body: bytes, links: Links, base_url: str | None) -> bytes:
    """Return the bytes of a page as they stand in the mirror."""
    name = file_name(path)
    if status == 301:
        return _leading_on(redirects.target_of(body), name, links)
    if not name.endswith(".html"):
        return _told_elsewhere(body, base_url) if base_url and name.endswith((".xml", ".txt")) else body
    # That page is shown in the place of any other: a relative link would lead from there to anywhere.
    root = (base_url or "") if path == NOT_FOUND else None
    return rewrite(body.decode(), lambda address: links.lead(address, name, root), path).encode()


def rewrite(html: str, lead: Lead, path: str) -> str:
    """Rewrite a page of the paper: its links, without its scripts, and a way to the paper in the place of its form."""
    for needs_a_script in (_SCRIPT, _APPLICATION, _COPY_BUTTON):
        html = needs_a_script.sub("", html)
    html = _POLICY.sub(lambda found: found[1] + escape(_policy(unescape(found[2]))) + found[3], html)
    html = _TAG.sub(lambda tag: _rewritten(tag[0], lead), html)
    return _FORM.sub(lambda _found: _way_to_form(path), html)  # last: it leads out of the mirror


def _rewritten(tag: str, lead: Lead) -> str:
    if tag.startswith('<link rel="canonical"'):
        return tag
    tag = _ADDRESS.sub(lambda found: found[1] + escape(lead(unescape(found[2]))) + found[3], tag)
    tag = _SOURCES.sub(lambda found: found[1] + escape(_led_sources(unescape(found[2]), lead)) + found[3], tag)
    return _FRAGMENT.sub("", tag)


def _led_sources(sources: str, lead: Lead) -> str:
    """Lead each address of a srcset, which are parted by a comma and a space."""
    parted = (source.strip().partition(" ") for source in sources.split(", "))
    return ", ".join(f"{lead(address)}{space}{width}" for address, space, width in parted)


def _policy(policy: str) -> str:
    """Allow what a page in a folder needs: its own style, its pictures.

    Browsers do not agree on what 'self' is where there is no server, hence `file:`.
    """
    styles = " ".join(_STYLE_SOURCE.findall(policy)) or "'none'"
    return (
        "default-src 'none'; img-src 'self' file:; media-src 'self' file:; "
        f"style-src {styles}; base-uri 'none'; form-action 'none'"
    )


def _way_to_form(path: str) -> str:
    address = escape(f"{settings.SITE_URL}{path}#commenter")
    with frozen():  # in the paper's language, not in that of the terminal
        words = escape(_("Comment on the newspaper’s site"))
    return f'<p class="meta"><a href="{address}">{words}</a></p>'


def _leading_on(target: str, name: str, links: Links) -> bytes:
    """Return a page that leads on within the mirror, and says where the paper has what it leads to."""
    led = escape(links.lead(target, name))
    whole = escape(settings.SITE_URL + target if target.startswith("/") else target)
    return (
        f'<!doctype html><html lang="{settings.LANGUAGE_CODE}"><head><meta charset="utf-8"><title>{whole}</title>'
        f'<meta http-equiv="refresh" content="0;url={led}"><link rel="canonical" href="{whole}">'
        f'<meta name="robots" content="noindex"></head><body><p><a href="{led}">{whole}</a></p></body></html>\n'
    ).encode()


def _told_elsewhere(body: bytes, base_url: str) -> bytes:
    """Let the addresses of a feed or a sitemap lead to where the mirror stands."""
    return body.replace(f"{settings.SITE_URL}/".encode(), f"{base_url}/".encode())
