"""Wires and what they are answered. Plain functions for the tests of wires."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from rotative.content.models import Article, Section
from rotative.importers.models import ImportJob, Line, Wire
from rotative.importers.wires import asking
from tests.builders import a_newspaper, a_section
from tests.old_site import OldSite

RSS = (
    """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Agence</title>{items}</channel></rss>"""
)
ITEM = """<item><title>{title}</title><link>https://agence.example/{key}</link><guid isPermaLink="false">{key}</guid>
<pubDate>Sat, 04 May 2019 10:30:00 +0100</pubDate><description>{text}</description></item>"""


def rss(*titles: str, text: str = "Le texte de la dépêche.", **texts: str) -> bytes:
    """Return a feed, the newest first. The key of an entry is its headline in small letters."""
    items = [ITEM.format(title=title, key=title.lower(), text=texts.get(title.lower(), text)) for title in titles]
    return RSS.format(items="".join(items)).encode()


def a_wire(site: OldSite | None = None, **fields: Any) -> Wire:
    a_newspaper()
    address = f"{site.url}/feed" if site else "https://agence.example/feed"
    section = fields.pop("section", None) or the_section()
    values = {"name": "Agence", "address": address, "site": address, "section": section, **fields}
    return Wire.objects.create(**values)


def the_section(title: str = "Monde") -> Section:
    return Section.objects.filter(title=title).first() or a_section(title)


def ask(wire: Wire) -> Wire:
    """Ask a wire now, as the worker does when it is due; return it as it is then."""
    Wire.objects.filter(pk=wire.pk).update(next_ask_at=timezone.now() - timedelta(seconds=1))
    assert asking.ask_next(allow_private=True)
    return after(wire)


def after(wire: Wire) -> Wire:
    return Wire.objects.get(pk=wire.pk)


def outcomes(wire: Wire) -> list[tuple[str, str]]:
    """Return the account of a wire, in the order in which its lines were written."""
    return list(Line.objects.filter(job__wire=wire).values_list("key", "outcome"))


def article(title: str) -> Article:
    return Article.objects.get(title=title)


def jobs_of(wire: Wire) -> list[ImportJob]:
    return list(wire.jobs.order_by("pk"))
