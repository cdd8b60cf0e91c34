"""Links that journalists set in rich text: by the number of a page or a file, so that they survive a new address."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from wagtail.admin.rich_text.converters.contentstate import link_entity
from wagtail.admin.rich_text.converters.html_to_contentstate import PageLinkElementHandler
from wagtail.models import Page
from wagtail.whitelist import check_url

from rotative.addresses import parts_of
from rotative.content.models import MediaFile
from rotative.content.models.addresses import address_of
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import note, query

_LINK = re.compile(r"<a\b[^>]*\blinktype=\"(page|document)\"[^>]*>", re.IGNORECASE)
_NUMBER = re.compile(r"\bid=\"(\d{1,18})\"")

# What stands in the addresses of the newsroom's screens after its root, whatever name the machine goes by.
_SCREEN = re.compile(r"(pages/(\d|add/)|images/\d|documents/(edit/)?\d|snippets/|settings/)")
_THIS_MACHINE = frozenset({"", "localhost", "127.0.0.1", "::1"})

Targets = dict[tuple[str, int], str]


def is_for_readers(address: str) -> bool:
    """Tell whether a link in rich text may lead to `address`.

    Not to a place within the page it was copied from (Word's footnotes lead there), for blocks have no anchors; not to
    the newsroom, which is where a browser thinks such a place is; and not by a scheme that runs or opens something.
    """
    if not address.strip() or check_url(address) is None:
        return False
    parts = parts_of(address.strip())
    is_place_within = not (parts.scheme or parts.netloc or parts.path or parts.query)
    return not is_place_within and not _is_in_newsroom((parts.hostname or "").lower(), parts.path)


def _is_in_newsroom(host: str, path: str) -> bool:
    newsroom = reverse("wagtailadmin_home")
    if not f"{path}/".startswith(newsroom):
        return False
    ours = {(urlsplit(settings.SITE_URL).hostname or "").lower(), *settings.ALLOWED_HOSTS} | _THIS_MACHINE
    return host in ours or bool(_SCREEN.match(path[len(newsroom) :]))


def link_in_rich_text(props: dict[str, Any]) -> Any:
    """Return the link that is stored for one of the editor's: its words alone, if it leads where no reader may go."""
    number, address = props.get("id"), props.get("url")
    is_good = isinstance(address, str) and is_for_readers(address) if number is None else is_number(number)
    return link_entity(props) if is_good else props["children"]


def is_number(value: object) -> bool:
    """Tell whether a link may name its page so: another than the editor's own could stop every edit screen."""
    return bool(re.fullmatch(r"\d{1,18}", str(value), re.ASCII))


class PageLinkHandler(PageLinkElementHandler):
    """Reads stored links to pages for the editor; one that names no number is a link to nowhere, and no error."""

    def get_attribute_data(self, attrs: dict[str, str]) -> dict[str, Any]:
        return super().get_attribute_data(attrs) if is_number(attrs.get("id")) else {}


def expand_links(html: str) -> str:
    """Return rich text as readers get it: links lead to addresses, and those to what is not there lead nowhere."""
    targets = find_targets(html) if "linktype=" in html else {}
    return _LINK.sub(lambda link: _opened(targets.get(_named(link))), html)


@query()
def find_targets(html: str) -> Targets:
    """Return the address of each live page and each file that rich text links to."""
    named = {_named(link) for link in _LINK.finditer(html)}
    return {**_pages(number for kind, number in named if kind == "page"), **_files(named)}


def _pages(numbers: Iterable[int]) -> Targets:
    # The root of the tree, above the front page, stands nowhere.
    rows = Page.objects.filter(pk__in=list(numbers), depth__gt=1)
    found = list(rows.order_by().values_list("pk", "content_type__model", "live", "url_path"))
    note(*(object_key(model, number) for number, model, _live, _path in found))
    return {("page", number): address_of(path) for number, _model, is_live, path in found if is_live}


def _files(named: Iterable[tuple[str, int]]) -> Targets:
    numbers = [number for kind, number in named if kind == "document"]
    note(*(object_key("mediafile", number) for number in numbers))
    files = MediaFile.objects.filter(pk__in=numbers) if numbers else ()
    return {("document", file.pk): file.file.url for file in files}


def _named(link: re.Match[str]) -> tuple[str, int]:
    number = _NUMBER.search(link[0])
    return link[1].lower(), int(number[1]) if number else 0


def _opened(address: str | None) -> str:
    return f'<a href="{escape(address)}">' if address else "<a>"
