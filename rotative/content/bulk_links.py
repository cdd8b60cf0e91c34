"""Bulk update of the links in many bodies: where a redirect leads to a page, they lead to the page itself."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape, unescape
from typing import Any, Final

from django.db.models import Q
from wagtail.contrib.redirects.models import Redirect

from rotative.addresses import parts_of
from rotative.content.models import Article, StandingPage

_LINK: Final = re.compile(r'<a href=\\"([^"\\]{1,2000})\\">')  # in a body as it is stored, which is JSON


def redirected_path(address: str) -> str:
    """Return the path of an address in the form that redirects have."""
    parts = parts_of(address)
    return str(Redirect.normalise_path((parts.path or "/") + (f"?{parts.query}" if parts.query else "")))


def lead_links(numbers: Sequence[int], is_ours: Callable[[str], bool]) -> None:
    """Let links to addresses that are ours, and that redirects know, lead straight to where those lead."""
    for model in (Article, StandingPage):
        bodies = {page.pk: _written(page.body) for page in model._base_manager.filter(pk__in=numbers).only("body")}
        links = {unescape(link) for body in bodies.values() for link in _LINK.findall(body)}
        targets = _targets(filter(is_ours, links))
        for number, body in bodies.items():
            relinked = _LINK.sub(partial(_tag_for, targets), body)
            if relinked != body:
                field: Any = model._meta.get_field("body")
                model._base_manager.filter(pk=number).update(body=field.to_python(relinked))


def _written(body: Any) -> str:
    return json.dumps(list(body.raw_data), ensure_ascii=False)


def _tag_for(targets: Mapping[str, str], match: re.Match[str]) -> str:
    return targets.get(unescape(match[1]), match[0])


def _targets(links: Iterable[str]) -> dict[str, str]:
    """Return the opening tag for each address of which it is known where it leads now, as it stands in JSON."""
    by_path: dict[str, list[str]] = defaultdict(list)
    for link in links:
        by_path[redirected_path(link)].append(link)
    targets: dict[str, str] = {}
    leading = ~Q(redirect_link="") | Q(redirect_page__isnull=False)
    for row in Redirect.objects.filter(leading, old_path__in=by_path):
        if row.redirect_page_id:
            tag = f'<a linktype="page" id="{row.redirect_page_id}">'
        else:
            tag = f'<a href="{escape(row.redirect_link)}">'
        targets |= dict.fromkeys(by_path[row.old_path], json.dumps(tag, ensure_ascii=False)[1:-1])
    return targets
