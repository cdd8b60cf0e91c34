"""Make XML of what real exports contain: wrong bytes, control characters, bare ampersands, CDATA inside CDATA.

Each function returns what it mended and how often. None of them guesses: a letter that cannot be known is U+FFFD.
"""

import codecs
import html
import re
from typing import Final

# What WordPress writes with one value and nothing below it; their ends are looked for even where the XML is broken.
LEAVES: Final = frozenset(
    {
        *("title", "link", "pubDate", "guid", "description", "category"),
        *("dc:creator", "content:encoded", "excerpt:encoded"),
        *("wp:post_id", "wp:post_date", "wp:post_date_gmt", "wp:post_modified", "wp:post_modified_gmt"),
        *("wp:comment_status", "wp:ping_status", "wp:post_name", "wp:status", "wp:post_parent", "wp:menu_order"),
        *("wp:post_type", "wp:post_password", "wp:is_sticky", "wp:attachment_url", "wp:meta_key", "wp:meta_value"),
        *("wp:comment_id", "wp:comment_author", "wp:comment_author_email", "wp:comment_author_url"),
        *("wp:comment_author_IP", "wp:comment_date", "wp:comment_date_gmt", "wp:comment_content"),
        *("wp:comment_approved", "wp:comment_type", "wp:comment_parent", "wp:comment_user_id"),
        *("wp:author_id", "wp:author_login", "wp:author_email", "wp:author_display_name", "wp:author_first_name"),
        *("wp:author_last_name", "wp:term_id", "wp:category_nicename", "wp:category_parent", "wp:cat_name"),
        *("wp:category_description", "wp:tag_slug", "wp:tag_name", "wp:tag_description", "wp:term_taxonomy"),
        *("wp:term_slug", "wp:term_parent", "wp:term_name", "wp:term_description"),
    }
)
_OPENING: Final = re.compile(r"<([A-Za-z][\w:]{1,40})((?:\s[^<>]{0,2000})?)>")
_CDATA: Final = "<![CDATA["
# How WordPress writes `]]>` inside CDATA, and an escaping plug-in the opening.
_CDATA_JOINED: Final = re.compile(r"\]\]\]\]><!\[CDATA\[>")
_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE: Final = re.compile(
    r"&(?:#(?P<number>[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?"
)
_OF_XML: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HIDDEN: Final = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)


def decode(data: bytes, encoding: str) -> tuple[str, int]:
    """Decode as `encoding`; bytes that are wrong there are read as windows-1252, as browsers do. Return the count."""
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError:
        wrong = 0

        def as_windows(error: UnicodeError) -> tuple[str, int]:
            nonlocal wrong
            if not isinstance(error, UnicodeDecodeError):
                raise error
            wrong += 1
            return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end

        codecs.register_error("rotative.as_windows", as_windows)
        return data.decode(encoding, "rotative.as_windows"), wrong


def without_controls(text: str) -> tuple[str, int]:
    """Remove the characters that XML cannot hold."""
    return _NOT_XML.subn("", text)


def escape_references(text: str) -> tuple[str, int]:
    """Make bare ampersands and references that XML does not know plain text, outside CDATA and comments.

    `&nbsp;` becomes its letter; `&lol9;`, of which only a document type could know, is left as it is written.
    """
    count = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal count
        if match["name"] in _OF_XML:
            return match.group()
        if match["number"]:
            number = int(
                "0" + match["number"] if match["number"][0] in "xX" else match["number"],
                16 if match["number"][0] in "xX" else 10,
            )
            if _is_xml(number):
                return match.group()
            count += 1
            return "\ufffd"
        count += 1
        letter = html.unescape(match.group()) if match["name"] else match.group()
        return html.escape(letter, quote=False)

    parts, at = [], 0
    for hidden in _HIDDEN.finditer(text):
        parts += [_REFERENCE.sub(mend, text[at : hidden.start()]), hidden.group()]
        at = hidden.end()
    parts.append(_REFERENCE.sub(mend, text[at:]))
    return "".join(parts), count


def _is_xml(number: int) -> bool:
    return number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000


def enclose_values(text: str) -> str:
    """Write each value anew, from its opening tag to its closing one, whatever stands between them.

    So does WordPress's own reader when the XML is broken: content with `<![CDATA[` or `]]>` in it comes out whole.
    """
    parts, at, missing = [], 0, set()
    while opening := _OPENING.search(text, at):
        name = opening[1]
        end = -1
        if name in LEAVES and name not in missing and not opening[2].endswith("/"):
            end = text.find(f"</{name}>", opening.end())
        if end < 0:
            missing.add(name)
            parts.append(text[at : opening.end()])
            at = opening.end()
            continue
        parts += [text[at : opening.end()], html.escape(_value(text[opening.end() : end]), quote=False)]
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _value(raw: str) -> str:
    bare = raw.strip()
    if bare.startswith(_CDATA) and bare.endswith("]]>"):
        return _CDATA_JOINED.sub("]]>", bare[len(_CDATA) : -3])
    return html.unescape(raw)
