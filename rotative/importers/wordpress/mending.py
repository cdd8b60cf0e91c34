"""Make XML of what real exports contain: wrong bytes, control characters, bare ampersands, CDATA inside CDATA.

Each function returns what it mended and how often. None of them guesses: a letter that cannot be known is U+FFFD.
"""

import codecs
import html
import re
from typing import Final

# What holds other elements; of all others the end is looked for even where the XML is broken.
_CONTAINER: Final = re.compile(r"item|\w+:(?:(?:wp_)?author|category|tag|term|comment|(?:post|comment|term)meta)")
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
            digits = match["number"].lower()
            if _is_xml(int(digits.removeprefix("x"), 16 if digits.startswith("x") else 10)):
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
        if name not in missing and not _CONTAINER.fullmatch(name) and not opening[2].endswith("/"):
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
