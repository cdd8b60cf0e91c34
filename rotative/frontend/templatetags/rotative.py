"""The few tags that readers' templates need."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import nh3
from django import template
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText, expand_db_html

from rotative.content.models import Article, Picture
from rotative.content.models.images import WIDTHS, copy_spec
from rotative.content.models.pages import address_of

register = template.Library()

ALLOWED_TAGS = {"p", "h2", "h3", "b", "strong", "i", "em", "sup", "ul", "ol", "li", "a", "br"}
ALLOWED_ATTRIBUTES = {"a": {"href", "lang"}, "p": {"lang"}, "i": {"lang"}, "em": {"lang"}}
PARAGRAPHS_BEFORE_PLACEMENT = 3


# --- pictures


@register.simple_tag
def picture(image: Picture, sizes: str, first: bool = False, decorative: bool = False) -> SafeString:
    """Write a picture in every width and format; the `first` of a page is fetched at once, the others when near."""
    copies = image.get_renditions(*(copy_spec(w, f) for f in ("avif", "jpeg") for w in WIDTHS))
    sets = {f: _source_set([copies[copy_spec(w, f)] for w in WIDTHS]) for f in ("avif", "jpeg")}
    fallback = copies[copy_spec(640, "jpeg")]
    return format_html(
        '<picture><source type="image/avif" srcset="{}" sizes="{}">'
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{} decoding="async"></picture>',
        sets["avif"],
        sizes,
        fallback.url,
        sets["jpeg"],
        sizes,
        fallback.width,
        fallback.height,
        "" if decorative else image.description,
        mark_safe(' fetchpriority="high"' if first else ' loading="lazy"'),  # noqa: S308 (our own words)
    )


def _source_set(copies: list[Any]) -> str:
    # A small original has the same width in several copies: each width stands once.
    return ", ".join(f"{copy.url} {width}w" for width, copy in {copy.width: copy for copy in copies}.items())


@register.simple_tag
def plate(image: Picture, name: str) -> SafeString:
    """Write the nameplate."""
    copy = image.get_rendition(copy_spec(640, "jpeg") if image.file.name.endswith("jpg") else "width-640")
    return format_html('<img src="{}" width="{}" height="{}" alt="{}">', copy.url, copy.width, copy.height, name)


@register.simple_tag
def poster(image: Picture) -> str:
    return str(image.get_rendition(copy_spec(640, "jpeg")).url)


@register.simple_tag
def caption(text: str, credit: str = "") -> SafeString:
    """Write the caption of a picture with its credit; nothing when both are empty."""
    if not text and not credit:
        return SafeString("")
    mark = format_html('<span class="credit">{}</span>', credit) if credit else ""
    return format_html("<figcaption>{}{}{}</figcaption>", text, " " if text and credit else "", mark)


# --- moments


@register.simple_tag
def moment(when: datetime, long: bool = False, hour: bool = False) -> SafeString:
    """Write an absolute date; a browser with scripts turns a recent one into words like “2 hours ago”.

    `long` adds the hour, `hour` leaves nothing else.
    """
    local = timezone.localtime(when)
    # Translators: an hour, as in "15 h 04"; G is the hour, i the minutes.
    clock = formats.date_format(local, _("G:i"))
    words = clock if hour else date_words(local, "j F Y")
    if long:
        # Translators: a date and an hour, as in "23 novembre 2026 à 15 h 04".
        words = _("%(date)s, %(hour)s") % {"date": words, "hour": clock}
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


def date_words(local: date, pattern: str) -> str:
    """Write a date by `pattern`; French says “1er mars”, which Django's formats do not know."""
    if local.day == 1 and get_language() == "fr":
        pattern = pattern.replace("j", "j\\e\\r")
    return formats.date_format(local, pattern)


@register.filter
def iso(when: datetime) -> str:
    return timezone.localtime(when).isoformat(timespec="minutes")


@register.filter
def day(when: datetime | None) -> str:
    """Name the day of `when`, with its weekday."""
    if when is None:
        return _("Date unknown")
    return date_words(timezone.localtime(when), "l j F Y").capitalize()


# --- stories


@register.simple_tag
def card(story: Article, heading: str = "h2", **options: Any) -> str:
    """Write a story as lists show it. Options: lead, standfirst, pictured, sizes, hide_edition."""
    options.setdefault("pictured", True)
    options["lead"] = options.get("lead") or options.pop("first", False)
    return render_to_string("frontend/parts/card.html", {"story": story, "heading": heading, **options})


@register.filter
def clean_html(source: Any) -> SafeString:
    """Resolve the links of rich text and pass it through the sanitiser, whatever has come into the database."""
    text = source.source if isinstance(source, RichText) else str(source)
    cleaned = nh3.clean(
        expand_db_html(text),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    return mark_safe(cleaned)  # noqa: S308 (just sanitised)


@register.filter
def quoted(text: str) -> str:
    """Put a quotation between the marks of the paper's language."""
    return f"«\u00a0{text}\u00a0»" if get_language() == "fr" else f"“{text}”"


@register.simple_tag
def body(stream: StreamValue, place: str = "", is_sensitive: bool = True) -> SafeString:
    """Write the blocks of a story: its place line first, and a reserved placement unless the story is sensitive."""
    placement = "" if is_sensitive else placement_html("texte")
    parts = []
    for block in stream:
        if block.block_type == "text":
            html = str(clean_html(block.value))
            if place:
                html, place = _with_place(html, place), ""
            if placement and html.count("</p>") > PARAGRAPHS_BEFORE_PLACEMENT:
                html, placement = _after_paragraph(html, PARAGRAPHS_BEFORE_PLACEMENT, placement), ""
        else:
            html = _block_html(block)
        parts.append(html)
    return mark_safe("\n".join(parts) + placement)  # noqa: S308 (each part is escaped or sanitised)


def placement_html(name: str) -> str:
    """Reserve a space for advertising; while nothing is booked the element is empty and takes no room."""
    return format_html('<div class="encart" data-place="{}" data-label="{}"></div>', name, _("Advertisement"))


def _block_html(block: Any) -> str:
    context = {"value": block.value}
    if block.block_type == "embed":
        context["host"] = urlsplit(block.value["url"]).hostname
    if block.block_type == "related" and (story := block.value["story"]):
        context["address"] = address_of(story.url_path)
    return render_to_string(f"frontend/blocks/{block.block_type}.html", context)


def _with_place(html: str, place: str) -> str:
    mark = format_html('<span class="place">{}.</span> ', place)
    return html.replace("<p>", f"<p>{mark}", 1) if "<p>" in html else f"<p>{mark}</p>{html}"


def _after_paragraph(html: str, count: int, insertion: str) -> str:
    parts = html.split("</p>", count)
    return "</p>".join(parts[:count]) + "</p>" + insertion + parts[count]
