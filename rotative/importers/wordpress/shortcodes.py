"""Shortcodes of WordPress and of plug-ins that newspapers use: translated, unwrapped, or kept as text and listed."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final

from rotative.importers.story.stories import PictureAt

# What only arranges: its content stays.
_FRAMES: Final = re.compile(
    r"(?:vc|et_pb|tdc|td|tdb|fusion|av|cs|x|kc|su|elementor|themify|wpb|ult|bs|mk|nectar|trx|penci|jnews|jeg)_\w+"
    r"|row|column|col|section|container|one_half|one_third|two_third|one_fourth|three_fourth|half|third|clear|divider"
    r"|center|left|right|wrap|box|highlight|dropcap|drop_cap|lead|intro|span\d*"
)
# What shows nothing of its own where it came from: lists, forms, advertising, buttons.
_EMPTY_NAMES = (
    "contact-form contact-form-7 ninja_form gravityform wpforms mc4wp_form newsletter search"
    " ad ads adrotate advertisement adsense adinserter quads pub publicite"
    " social share addtoany ssba ssba-buttons followers likes ratings kkstarratings"
    " recent-posts related_posts display-posts posts wp-rss-aggregator rev_slider toc nextpage"
)
_EMPTY: Final = frozenset(_EMPTY_NAMES.split())
_NAME: Final = r"[A-Za-z][A-Za-z0-9_-]{0,60}"
_SHORTCODE: Final = re.compile(
    rf"(?P<escaped>\[)?\[(?P<end>/)?(?P<name>{_NAME})(?P<words>(?:\s[^\[\]<>]{{0,2000}})?)(?P<closed>/)?\](?(escaped)\])"
)
_WORD: Final = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|"([^"]*)"|'([^']*)'|(\S+)""")
_CAPTION: Final = re.compile(r"\[(caption|wp_caption)((?:\s[^\]]{0,2000})?)\]")
_IMAGE: Final = re.compile(r"\s*(?:<a\b[^>]*>\s*)?(<img\b[^>]*>)\s*(?:</a>)?", re.IGNORECASE)
_MOST: Final = 5000  # in one body


@dataclass
class Shortcodes:
    """What a body's shortcodes became. `unknown` counts by name those that were kept as text."""

    html: str
    translated: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Attachments:
    """How a body's numbers of pictures are looked up; either may know nothing."""

    picture: Callable[[int], PictureAt | None] = lambda number: None
    of_post: Callable[[], list[PictureAt]] = list


def translate(html: str, attachments: Attachments) -> Shortcodes:
    """Return a body with HTML in the place of its shortcodes."""
    done = Shortcodes(html)
    if "[" not in html:
        return done
    html = _caption_all(html, done)
    parts: list[str] = []
    at, number = 0, 0
    while (match := _SHORTCODE.search(html, at)) and number < _MOST:
        number += 1
        parts.append(html[at : match.start()])
        replaced, at = _replace(match, html, done, attachments)
        parts.append(replaced)
    parts.append(html[at:])
    done.html = "".join(parts)
    return done


def _replace(match: re.Match[str], html: str, done: Shortcodes, attachments: Attachments) -> tuple[str, int]:
    """Return the HTML for one shortcode, and where the text goes on behind it."""
    name, is_end = match["name"].lower(), bool(match["end"])
    if match["escaped"]:
        return escape(match.group()[1:-1], quote=False), match.end()
    if name in _MAKERS and not is_end:
        return _make(match, html, done, attachments)
    if name in _EMPTY and not is_end:
        done.unknown[name] += 1
        return "", match.end()
    if _FRAMES.fullmatch(name):
        done.translated += 1
        return "\n\n", match.end()
    return _kept(match, done), match.end()


def _make(match: re.Match[str], html: str, done: Shortcodes, attachments: Attachments) -> tuple[str, int]:
    """Make of a shortcode what it shows, with what it encloses; it stays where that is nothing."""
    name, end, content = match["name"].lower(), match.end(), ""
    closing = f"[/{match['name']}]"
    if name in _ENCLOSING and (stop := html.find(closing, end, end + 20_000)) >= 0:
        content, end = html[end:stop], stop + len(closing)
    made = _MAKERS[name](_words(match["words"]), content, attachments)
    if not made:
        return _kept(match, done), match.end()
    done.translated += 1
    return f"\n\n{made}\n\n", end


def _kept(match: re.Match[str], done: Shortcodes) -> str:
    name = match["name"].lower()
    # “[sic]”, “[…]” or “[Ndlr]” is what a journalist wrote: a shortcode has words, an end, or a name like a program's.
    if (match["words"].strip() and "=" in match["words"]) or match["end"] or "_" in name or "-" in name:
        done.unknown[name] += 1
    return escape(unescape(match.group()), quote=False)


def _words(text: str) -> dict[str, str]:
    """Return the words of a shortcode; those without a name are called 0, 1, …"""
    words: dict[str, str] = {}
    for match in _WORD.finditer(unescape(text).replace("”", '"').replace("″", '"')):
        name, *named = match.groups()[:4]
        value = next((value for value in (*named, *match.groups()[4:]) if value is not None), "")
        words.setdefault(name.lower() if name else str(sum(key.isdigit() for key in words)), value)
    return words


def _caption_all(html: str, done: Shortcodes) -> str:
    """Make figures of pictures with captions, which hold HTML and stand around them."""
    parts, at = [], 0
    while match := _CAPTION.search(html, at):
        closing = f"[/{match[1]}]"
        end = html.find(closing, match.end())
        if end < 0:
            break
        parts += [html[at : match.start()], _captioned(match[2], html[match.end() : end], done)]
        at = end + len(closing)
    return "".join([*parts, html[at:]])


def _captioned(words: str, content: str, done: Shortcodes) -> str:
    image = _IMAGE.match(content)
    if image is None:
        return content
    done.translated += 1
    caption = content[image.end() :].strip() or escape(_words(words).get("caption", ""), quote=False)
    return f"\n\n<figure>{image[1]}<figcaption>{caption}</figcaption></figure>\n\n"


def _gallery(words: dict[str, str], _content: str, attachments: Attachments) -> str:
    numbers = re.findall(r"\d{1,18}", words.get("ids") or words.get("include") or "")
    pictures = [attachments.picture(int(number)) for number in numbers] if numbers else attachments.of_post()
    figures = "".join(_figure(picture) for picture in pictures if picture)
    return f'<figure class="wp-block-gallery">{figures}</figure>' if figures else ""


def _figure(picture: PictureAt) -> str:
    image = f'<img src="{escape(picture.address)}" alt="{escape(picture.description)}">'
    return f"<figure>{image}<figcaption>{escape(picture.caption, quote=False)}</figcaption></figure>"


def _embed(words: dict[str, str], content: str, _attachments: Attachments) -> str:
    url = (content or words.get("src") or words.get("url") or words.get("0") or "").strip().lstrip("=")
    return f'<iframe src="{escape(unescape(url))}"></iframe>' if url.startswith(("http", "//")) else ""


def _of(prefix: str) -> Callable[[dict[str, str], str, Attachments], str]:
    """Make a maker for a place of which a shortcode gives an address or an identifier."""

    def make(words: dict[str, str], content: str, attachments: Attachments) -> str:
        if made := _embed(words, content, attachments):
            return made
        name = (words.get("id") or content or words.get("0") or "").strip().lstrip("=")
        name = name.partition("&")[0]
        return f'<iframe src="{prefix}{escape(name)}"></iframe>' if re.fullmatch(r"[\w-]{3,60}", name) else ""

    return make


def _media(tag: str) -> Callable[[dict[str, str], str, Attachments], str]:
    def make(words: dict[str, str], content: str, _attachments: Attachments) -> str:
        kinds = ("src", "mp4", "webm", "ogv", "m4v", "mp3", "m4a", "ogg", "wav", "flv", "wmv", "0")
        url = next((words[kind] for kind in kinds if words.get(kind, "").startswith("http")), content.strip())
        if not url.startswith("http"):
            return ""
        if "youtu" in url or "vimeo" in url:
            return f'<iframe src="{escape(url)}"></iframe>'
        poster = f' poster="{escape(words["poster"])}"' if words.get("poster") else ""
        return f'<{tag} src="{escape(url)}"{poster}></{tag}>'

    return make


def _quotation(words: dict[str, str], content: str, _attachments: Attachments) -> str:
    cite = words.get("cite") or words.get("author") or words.get("by") or ""
    return f"<blockquote>{content}<cite>{escape(cite, quote=False)}</cite></blockquote>" if content.strip() else ""


_MAKERS: Final = {
    "gallery": _gallery,
    "embed": _embed,
    "video": _media("video"),
    "audio": _media("audio"),
    "youtube": _of("https://www.youtube.com/watch?v="),
    "youtube_sc": _of("https://www.youtube.com/watch?v="),
    "su_youtube": _of("https://www.youtube.com/watch?v="),
    "vimeo": _of("https://vimeo.com/"),
    "dailymotion": _of("https://www.dailymotion.com/video/"),
    "soundcloud": _embed,
    "tweet": _of("https://twitter.com/i/status/"),
    "twitter": _embed,
    "facebook": _embed,
    "instagram": _embed,
    "iframe": _embed,
    "googlemaps": _embed,
    "quote": _quotation,
    "blockquote": _quotation,
    "pullquote": _quotation,
    "su_quote": _quotation,
}
_ENCLOSING: Final = frozenset(_MAKERS) - {"gallery"}
