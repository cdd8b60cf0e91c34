"""The paper as one file that WordPress's importer reads (WXR 1.2)."""

from dataclasses import dataclass
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from rotative.content.models import Newspaper
from rotative.copies.dump import snapshot
from rotative.copies.folders import new_file
from rotative.exporters.wxr.items import Numbers, write_articles, write_attachments, write_pages
from rotative.exporters.wxr.terms import write_terms
from rotative.exporters.wxr.writing import Writer

NAMESPACES = {
    "xmlns:excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:wp": "http://wordpress.org/export/1.2/",
}


@dataclass(frozen=True)
class Written:
    posts: int
    pages: int
    attachments: int


def export_wxr(target: Path) -> Written:
    """Write the file `target`, which is there when all is written. Raises ExportError."""
    with new_file(target) as stream, snapshot(), translation.override(settings.LANGUAGE_CODE):
        writer = Writer(stream)
        writer.raw('<?xml version="1.0" encoding="UTF-8"?>')
        newspaper = Newspaper.load()
        with writer.element("rss", {"version": "2.0", **NAMESPACES}), writer.element("channel"):
            writer.value("title", newspaper.name)
            writer.value("link", settings.SITE_URL)
            writer.value("description", newspaper.motto)
            writer.value("pubDate", format_datetime(timezone.now()))
            writer.value("language", settings.LANGUAGE_CODE)
            writer.value("wp:wxr_version", "1.2")
            writer.value("wp:base_site_url", settings.SITE_URL)
            writer.value("wp:base_blog_url", settings.SITE_URL)
            terms = write_terms(writer)
            writer.value("generator", f"Rotative {version('rotative')}")
            numbers = Numbers.of_paper()
            # Attachments first: posts name the pictures that lead them.
            attachments = write_attachments(writer, terms, numbers)
            pages = write_pages(writer, terms)
            posts = write_articles(writer, terms, numbers)
    return Written(posts, pages, attachments)
