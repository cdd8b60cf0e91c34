"""Read one piece of an export into a Record: its values, terms, fields of plug-ins, comments."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from lxml import etree

from rotative.importers.story.stories import Repair
from rotative.importers.wordpress import mending
from rotative.importers.wordpress.splitting import Piece

# Every version of WordPress's own names, which differ by a number.
_WORDPRESS: Final = re.compile(r"https?://wordpress\.org/export/[0-9.]+/(excerpt/)?")
_NAMESPACES: Final = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
_PREFIXES: Final = {_NAMESPACES["content"]: "content:", _NAMESPACES["dc"]: "dc:", _NAMESPACES["wfw"]: "wfw:"}
_DECLARED: Final = re.compile(rb"""\sxmlns:([A-Za-z_][\w.-]{0,40})\s*=\s*["']([^"'<>]{1,300})["']""")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_VERSION: Final = re.compile(rb"<wp:wxr_version>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,40})")
_MOST_LEFT: Final = 20


@dataclass(frozen=True)
class Term:
    """A category, a tag or another term that an item has."""

    domain: str
    slug: str
    name: str


@dataclass
class Record:
    """One piece. The first value of a name counts; WordPress's names begin with `wp:`, whatever the file says."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    meta: list[tuple[str, str]] = field(default_factory=list)
    comments: list["Record"] = field(default_factory=list)
    repairs: Counter[Repair] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)  # elements that are not WordPress's

    def get(self, name: str) -> str:
        """Return a value without the spaces around it, or nothing."""
        return self.values.get(name, "").strip()

    def text(self, name: str) -> str:
        """Return a value that is escaped once more than XML is, as names are."""
        return unescape(self.get(name)).strip()

    def number(self, name: str) -> int | None:
        """Return a value that is a number which a database can hold, or None."""
        value = self.get(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None

    def field(self, *keys: str) -> str:
        """Return what a hidden field of a plug-in's or of WordPress's own says: the first of `keys` that does."""
        first = {name: value.strip() for name, value in reversed(self.meta)}
        return next(filter(None, (first.get(key, "") for key in keys)), "")


@dataclass(frozen=True)
class Head:
    """What stands before the first piece: how to read those that follow."""

    encoding: str
    declared: tuple[tuple[str, str], ...]
    version: str
    values: dict[str, str]
    had_rubbish: bool  # before the declaration: blank lines, a warning of PHP


def read_head(data: bytes) -> Head:
    """Read what stands before the first piece."""
    at = max(data.find(b"<?xml"), 0)
    found = _ENCODING.search(data, at)
    encoding = _known(found[1].decode("ascii")) if found else "utf-8"
    declared = dict(_NAMESPACES)
    declared |= {name.decode(): address.decode("utf-8", "replace") for name, address in _DECLARED.findall(data)}
    version = _VERSION.search(data)
    values = {}
    for name in ("title", "link", "language", "wp:base_site_url", "wp:base_blog_url"):
        value = re.search(rb"<" + name.encode() + rb">(.{0,2000}?)</" + name.encode() + rb">", data, re.DOTALL)
        if value:
            values[name] = mending._value(mending.decode(value[1], encoding)[0]).strip()
    return Head(
        encoding=encoding,
        declared=tuple(declared.items()),
        version=version[1].decode("utf-8", "replace").strip() if version else "",
        values=values,
        had_rubbish=bool(data[:at].strip(b"\xef\xbb\xbf")) if b"<?xml" in data else False,
    )


def _known(encoding: str) -> str:
    """Return the name of an encoding that Python knows. What is called Latin-1 on the web is windows-1252."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        return "utf-8"
    return "windows-1252" if name in {"iso8859-1", "ascii"} else name


def read_piece(piece: Piece, head: Head) -> Record:
    """Read one piece, mended as far as it needs."""
    repairs: Counter[Repair] = Counter()
    text, repairs[Repair.ENCODING] = mending.decode(piece.data, head.encoding)
    text, repairs[Repair.INVISIBLE] = mending.without_controls(text)
    text = text if piece.is_whole else _end(text)
    element = _parse(text, head)
    if element is None:
        mended, repairs[Repair.ENTITIES] = mending.escape_references(text)
        element = _parse(mended, head)
    if element is None:
        repairs[Repair.MARKUP] += 1
        mended, repairs[Repair.ENTITIES] = mending.escape_references(mending.enclose_values(text))
        element = _parse(mended, head)
    if element is None:
        element = _parse(mended, head, recover=True)
    record = Record(piece.name)
    if element is not None:
        _fill(record, element)
    record.name = (_name_of(element) if element is not None else piece.name).replace("wp:wp_author", "wp:author")
    record.repairs = +(repairs + record.repairs)
    return record


def _end(text: str) -> str:
    """End CDATA that the file cut off, or leave out a tag that was cut in two; the parser closes what is open."""
    if text.count("<![CDATA[") > text.count("]]>"):
        return text + "]]>"
    cut = text.rfind("<")
    return text[:cut] if cut > text.rfind(">") else text


def _parse(text: str, head: Head, *, recover: bool = False) -> "etree._Element | None":
    declared = "".join(f' xmlns:{name}="{_quoted(address)}"' for name, address in head.declared)
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # a value of many megabytes is one text
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(f"<channel{declared}>{text}</channel>".encode(), parser)
    except etree.XMLSyntaxError:
        return None
    return next((child for child in root if isinstance(child.tag, str)), None) if root is not None else None


def _quoted(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _name_of(element: "etree._Element") -> str:
    """Return the name of an element: `wp:…` for WordPress's own in whatever version, bare for those of RSS."""
    if not element.tag.startswith("{"):
        return str(element.tag)  # a prefix that nothing declares stays in it
    name = etree.QName(element.tag)
    if found := _WORDPRESS.fullmatch(name.namespace or ""):
        return f"{'excerpt' if found[1] else 'wp'}:{name.localname}"
    return f"{_PREFIXES.get(name.namespace or '', '?:')}{name.localname}"


def _fill(record: Record, element: "etree._Element") -> None:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = _name_of(child)
        if name == "category":
            record.terms.append(Term(child.get("domain") or "category", child.get("nicename") or "", _text(child)))
        elif name in {"wp:postmeta", "wp:commentmeta", "wp:termmeta"}:
            record.meta.append(_meta(child))
        elif name == "wp:comment":
            comment = Record(name)
            _fill(comment, child)
            record.comments.append(comment)
        elif name.startswith("?:"):
            if len(record.left) < _MOST_LEFT:
                record.left.append(name[2:])
        else:
            record.values.setdefault(name, _text(child))


def _meta(element: "etree._Element") -> tuple[str, str]:
    values = {_name_of(child): _text(child) for child in element if isinstance(child.tag, str)}
    return values.get("wp:meta_key", "").strip(), values.get("wp:meta_value", "")


def _text(element: "etree._Element") -> str:
    return "".join(element.itertext())
