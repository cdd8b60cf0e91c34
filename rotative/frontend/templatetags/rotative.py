"""The few tags that readers' templates need."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import nh3
from django import template
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import Urlizer, escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText

from rotative.comments.text import paragraphs
from rotative.content import queries
from rotative.content.links import expand_links
from rotative.content.models import Article, Picture
from rotative.content.models.addresses import address_of
from rotative.content.models.images import FORMATS, WIDTHS, copy_spec, copy_specs, nameplate_spec

register = template.Library()

ALLOWED_TAGS = {"p", "h2", "h3", "b", "strong", "i", "em", "sup", "ul", "ol", "li", "a", "br"}
ALLOWED_ATTRIBUTES = {"a": {"href", "lang"}, "p": {"lang"}, "i": {"lang"}, "em": {"lang"}}
PARAGRAPHS_BEFORE_PLACEMENT = 3
MOST_HTML = 2_000_000
MOST_NESTED = 200
TAG = re.compile(r"<(/?)(?!br|img|hr)[a-z]", re.IGNORECASE)


WEB_ADDRESS = re.compile(r"https?://|mailto:|tel:|[/?#]", re.IGNORECASE)


@register.filter
def web_address(value: object) -> str:
    """Return an address as readers may be led to it; nothing for one that runs instead, such as `javascript:…`.

    Forms and imports look at addresses too; what was stored past them ends here.
    """
    address = str(value or "")
    try:
        urlsplit(address)
    except ValueError:  # http://[x
        return ""
    return address if WEB_ADDRESS.match(address) else ""


# --- pictures


@register.simple_tag
def picture(image: Picture, sizes: str, first: bool = False, decorative: bool = False) -> SafeString:
    """Write a picture in every width and format; the `first` of a page is fetched at once, the others when near."""
    copies = queries.copies_of(image, [spec for _width, _format, spec in copy_specs()])
    sets = {f: _source_set([copies[copy_spec(w, f)] for w in WIDTHS]) for f in FORMATS}
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
    copy = queries.copy_of(image, nameplate_spec(image))
    return format_html('<img src="{}" width="{}" height="{}" alt="{}">', copy.url, copy.width, copy.height, name)


@register.simple_tag
def poster(image: Picture) -> str:
    return str(queries.copy_of(image, copy_spec(640, "jpeg")).url)


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
def illustrate(row: Sequence[Article]) -> list[tuple[Article, bool]]:
    """Pair each story of a row with whether it shows its picture at full width: the first that has one does.

    One picture gives a row its weight; with one on each story none would have any, and a telephone would pay for all.
    """
    first = next((story for story in row if story.lead_image), None)
    return [(story, story is first) for story in row]


@register.filter
def clean_html(source: Any) -> SafeString:
    """Resolve the links of rich text and pass it through the sanitiser, whatever has come into the database."""
    text = source.source if isinstance(source, RichText) else str(source)
    if is_bomb(text):
        return escape(strip_tags(text[:MOST_HTML]))
    cleaned = nh3.clean(
        expand_links(text),
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    return mark_safe(cleaned)  # noqa: S308 (just sanitised)


def is_bomb(html: str) -> bool:
    """Tell whether HTML is too long or too deep for the sanitiser, which takes quadratic time for what is nested."""
    depth = deepest = 0
    for tag in TAG.finditer(html):
        depth = depth - 1 if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return len(html) > MOST_HTML or deepest > MOST_NESTED


# --- what readers wrote: text, never markup


class ReadersLinks(Urlizer):
    """Makes links of web addresses in a reader's text. Search engines are told that nobody here vouches for them."""

    mailto_template = "{email}"  # an e-mail in a comment is there to be read, not to be harvested
    url_template = '<a href="{href}" rel="nofollow ugc">{url}</a>'

    def handle_word(self, word: str, *, safe_input: bool, **options: Any) -> str:
        # What has no scheme is a word: “M.le” is no address.
        if "://" not in word and not word.lower().startswith("www."):
            return str(word if safe_input else escape(word))
        return str(super().handle_word(word, safe_input=safe_input, **options))

    def trim_punctuation(self, word: str) -> tuple[str, str, str]:
        """Split a word as Django does, which forgets the full stop of “(http://a.example).” on its way."""
        lead, middle, _trail = super().trim_punctuation(word)
        return lead, middle, word[len(lead) + len(middle) :]


_readers_links = ReadersLinks()


@register.filter
def said(text: str) -> SafeString:
    """Write the paragraphs of a comment."""
    linked = [
        "<br>".join(_readers_links(line, nofollow=False, autoescape=True) for line in lines)
        for lines in paragraphs(text)
    ]
    return mark_safe("".join(f"<p>{paragraph}</p>" for paragraph in linked))  # noqa: S308 (each word is escaped)


@register.filter
def typed(text: str) -> SafeString:
    """Write what somebody typed back into its field. Its line ends must survive the closing up of templates' lines."""
    # A textarea swallows the first line end after its tag.
    return mark_safe(escape(text).replace("\r\n", "\n").replace("\n", "&#10;"))  # noqa: S308 (escaped)


@register.filter
def quoted(text: str) -> str:
    """Put a quotation between the marks of the paper's language."""
    return f"«\u00a0{text}\u00a0»" if get_language() == "fr" else f"“{text}”"


@register.simple_tag
def body(stream: StreamValue, place: str = "", is_sensitive: bool = True) -> SafeString:
    """Write the blocks of a story: its place line first, and a reserved placement unless the story is sensitive."""
    queries.prepare_body(stream)
    parts = [str(clean_html(block.value)) if block.block_type == "text" else _block_html(block) for block in stream]
    if place:
        parts = _with_place(parts, place)
    if not is_sensitive:
        parts = _with_placement(parts)
    return mark_safe("\n".join(parts))  # noqa: S308 (each part is escaped or sanitised)


def _with_place(parts: list[str], place: str) -> list[str]:
    """Write the place before the first words, or in a line of its own when the story begins with something else."""
    mark = format_html('<span class="place">{}.</span> ', place)
    if parts and parts[0].startswith("<p>"):
        return [parts[0].replace("<p>", f"<p>{mark}", 1), *parts[1:]]
    return [f"<p>{mark}</p>", *parts]


def _with_placement(parts: list[str]) -> list[str]:
    """Reserve a space after the third paragraph of the story, or at its end when it is shorter."""
    left = PARAGRAPHS_BEFORE_PLACEMENT
    for at, part in enumerate(parts):
        if part.startswith("<p>") and part.count("</p>") >= left:
            return [*parts[:at], _after_paragraph(part, left, placement_html("texte")), *parts[at + 1 :]]
        left -= part.count("</p>") if part.startswith("<p>") else 0
    return [*parts, placement_html("texte")]


def placement_html(name: str) -> str:
    """Reserve a space for advertising; while nothing is booked the element is empty and takes no room."""
    return format_html('<div class="encart" data-place="{}" data-label="{}"></div>', name, _("Advertisement"))


def _block_html(block: Any) -> str:
    context = {"value": block.value}
    if block.block_type == "embed":
        context["host"] = urlsplit(web_address(block.value["url"])).hostname
    if block.block_type == "related" and (story := block.value["story"]):
        context["address"] = address_of(story.url_path)
    return render_to_string(f"frontend/blocks/{block.block_type}.html", context)


def _after_paragraph(html: str, count: int, insertion: str) -> str:
    parts = html.split("</p>", count)
    return "</p>".join(parts[:count]) + "</p>" + insertion + parts[count]
