"""The body of a story as plain HTML that any system can show: no class of ours, every address whole."""

import re
from collections.abc import Callable
from typing import Any

import nh3
from django.conf import settings
from django.utils import formats, timezone
from django.utils.html import escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText

from rotative.content.links import expand_links
from rotative.content.models import Article
from rotative.content.models.addresses import address_of
from rotative.content.storage import signed_link

ALLOWED_TAGS = {"p", "h2", "h3", "b", "strong", "i", "em", "sup", "ul", "ol", "li", "a", "br"}
MOST_TAGS = 20_000  # nested ones take the sanitiser quadratic time
_LOCAL = re.compile(r'(<a href=")(/)')


def absolute(address: str) -> str:
    """Return the public address of a path of the paper, or of one of its files."""
    return settings.SITE_URL + address if address.startswith("/") else address


def html_of(page: Any) -> str:
    """Return the body of an article or a standing page, with the corrections of an article below it."""
    parts = [BLOCKS[block.block_type](block.value) for block in page.body if block.value]
    if isinstance(page, Article):
        parts = _with_place(parts, page.place)
        corrections = [(_day(row.made_at), row.text) for row in page.corrections.all()]
        if corrections:
            parts += [format_html("<h2>{}</h2>", _("Corrections"))]
            parts += [format_html("<p>{} – {}</p>", day, text) for day, text in corrections]
    return "\n\n".join(str(part) for part in parts if part)


def _with_place(parts: list[Any], place: str) -> list[Any]:
    if place and parts and parts[0].startswith("<p>"):
        mark = format_html("<p><strong>{}.</strong> ", place)
        return [mark_safe(parts[0].replace("<p>", mark, 1)), *parts[1:]]  # noqa: S308 (both are safe already)
    return [format_html("<p><strong>{}.</strong></p>", place), *parts] if place else parts


def _day(moment: Any) -> str:
    return formats.date_format(timezone.localtime(moment), "j F Y")


def rich(source: Any) -> SafeString:
    """Resolve the links of rich text, and pass it through the sanitiser."""
    text = source.source if isinstance(source, RichText) else str(source or "")
    if text.count("<") > MOST_TAGS:
        return mark_safe(escape(strip_tags(text)))  # noqa: S308 (escaped)
    cleaned = nh3.clean(
        expand_links(text),
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return mark_safe(_LOCAL.sub(rf"\1{settings.SITE_URL}\2", cleaned))  # noqa: S308 (just sanitised)


def figure(picture: Any, caption: str = "", credit: str = "") -> str:
    if not picture:
        return ""
    words = " ".join(filter(None, [caption, credit or picture.credit]))
    note = format_html("<figcaption>{}</figcaption>", words) if words else ""
    image = format_html(
        '<img src="{}" alt="{}" width="{}" height="{}">',
        absolute(signed_link(picture.file.name)),
        picture.description,
        picture.width,
        picture.height,
    )
    return format_html("<figure>{}{}</figure>", image, note)


def _image(value: Any) -> str:
    return figure(value["image"], value["caption"], value["credit"])


def _gallery(value: Any) -> str:
    title = format_html("<h2>{}</h2>\n\n", value["title"]) if value["title"] else ""
    return format_html("{}{}", title, format_html_join("\n\n", "{}", ((_image(item),) for item in value["pictures"])))


def _quotation(value: Any) -> str:
    cite = format_html("<cite>{}</cite>", value["attribution"]) if value["attribution"] else ""
    return format_html("<blockquote><p>{}</p>{}</blockquote>", value["text"], cite)


def _fact_box(value: Any) -> str:
    return format_html("<h3>{}</h3>\n{}", value["title"], rich(value["text"]))


def _related(value: Any) -> str:
    story = value["story"]
    if not story or not story.live:
        return ""
    address = absolute(address_of(story.url_path))
    return format_html('<p>{} <a href="{}">{}</a></p>', _("Read also:"), address, story.title)


def _embed(value: Any) -> str:
    thumbnail = figure(value.get("thumbnail"))
    words = format_html("<br>{}", value["description"]) if value["description"] else ""
    return format_html('{}<p><a href="{}">{}</a>{}</p>', thumbnail, value["url"], value["title"], words)


def _table(value: Any) -> str:
    caption = format_html("<figcaption>{}</figcaption>", value.caption) if value.caption else ""
    head = format_html_join("", "<th>{}</th>", ((column["heading"],) for column in value.columns))
    rows = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in value.rows))
    return format_html(
        "<figure><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}</figure>", head, rows, caption
    )


def _cells(row: Any) -> SafeString:
    return format_html_join(
        "", "<td>{}</td>", ((rich(cell.value) if cell.block.name == "rich_text" else cell.value,) for cell in row)
    )


def _recording(value: Any, element: str) -> str:
    file = value["file"]
    link = format_html('<p><a href="{}">{}</a></p>', absolute(file.file.url), value["title"]) if file else ""
    player = (
        format_html('<{} controls src="{}"></{}>\n', mark_safe(element), absolute(file.file.url), mark_safe(element))  # noqa: S308 (our own words)
        if file
        else ""
    )
    transcript = (
        format_html("\n<h3>{}</h3>\n{}", _("Transcript"), rich(value["transcript"])) if value["transcript"] else ""
    )
    return format_html("{}{}{}", player, link, transcript)


BLOCKS: dict[str, Callable[[Any], str]] = {
    "text": rich,
    "image": _image,
    "gallery": _gallery,
    "quotation": _quotation,
    "fact_box": _fact_box,
    "related": _related,
    "embed": _embed,
    "table": _table,
    "audio": lambda value: _recording(value, "audio"),
    "video": lambda value: _recording(value, "video"),
}
