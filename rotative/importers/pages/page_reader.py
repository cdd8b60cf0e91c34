"""One page of a news site, from its bytes to a story. docs/how-to/import-html-pages.md says what is read from where.

Structured data comes first, then what the page shows; where two that are as good disagree, the story carries a doubt.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from rotative.addresses import parts_of
from rotative.importers.boilerplate.breadcrumbs import begins_at_home
from rotative.importers.boilerplate.datelines import Dateline, is_desk, read_dateline
from rotative.importers.boilerplate.lines import beginning_of, fold
from rotative.importers.boilerplate.vocabulary import COUNTRIES, key_of
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.pages import body, extractor, moments, pictures
from rotative.importers.pages.body import Chosen
from rotative.importers.pages.decoding import decode
from rotative.importers.pages.remarks import read_remarks
from rotative.importers.pages.structured import Facts, read_structured
from rotative.importers.pages.texts import text_of_block
from rotative.importers.pages.units import Unit, cut
from rotative.importers.pages.visible import Visible, read_visible
from rotative.importers.story.depth import DEEPEST, flatten
from rotative.importers.story.markup import read_body
from rotative.importers.story.stories import Block, Doubt, Moment, PictureAt, Repair, Story
from rotative.importers.story.text_repair import one_line

_TITLE_END: Final = re.compile(r"\s+[-–—|•·»:‹]+\s+")
_HANDLER: Final = re.compile(r"<[a-z][^<>]{0,2000}?\son[a-z]{3,20}\s*=", re.IGNORECASE)
_PREFIX: Final = re.compile(r"^(?:par|by)\s+", re.IGNORECASE)
_GLUED: Final = re.compile(r"[a-zà-ÿ]{3}[A-ZÀ-Ý]")  # two elements without a space between them
_ADDRESS: Final = 2000
_STATED: Final = 400  # letters of an articleBody that is more than a summary
_FEWEST_LETTERS: Final = 40  # of a story
_A_DAY: Final = timedelta(days=1)  # two zones make two days of one


@dataclass
class _Page:
    """What is known of a page, and what is gathered while it is read: repairs, doubts."""

    text: str
    tree: LexborHTMLParser
    facts: tuple[Facts, ...]
    visible: Visible
    units: Sequence[Unit]
    addresses: Sequence[str]
    repairs: Counter[Repair]
    doubts: list[tuple[Doubt, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.addresses[0] if self.addresses else ""

    def stated(self, name: str) -> str:
        """Return what the best founded structured data says that says anything."""
        return next((value for one in self.facts if (value := getattr(one, name))), "")

    def mended(self, text: str) -> str:
        return one_line(text, self.repairs)


def read_page(html: bytes, address: str = "", content_type: str = "") -> Story:
    """Read the page `html` that stood at `address`; `content_type` is its header.

    Raises SourceRefusedError when it is no text, too large, or there is no article in it.
    """
    page = _parsed(html, address, content_type)
    headline = _headline(page)
    chosen, extract = _chosen(page, headline)
    above = body.above(page.units, chosen)
    standfirst = _take_standfirst(page, chosen, above, headline)
    blocks = _blocks(page, chosen.html or extract.html, standfirst)
    if not headline:
        headline = _made_headline(blocks)
        page.doubts.append((Doubt.NO_HEADLINE, headline))
    lead, blocks = _take_lead(page, blocks)
    sections, country = _sections(page, headline)
    datelines = _datelines(above, headline)
    published, updated = _moments(page, datelines)
    return Story(
        key=page.address or _key(headline, blocks),
        headline=headline,
        blocks=tuple(blocks),
        address=page.address,
        other_addresses=tuple(page.addresses[1:]),
        slug=_slug(page.address),
        kicker=_kicker(page, headline, sections),
        standfirst=page.mended(standfirst),
        place=page.stated("place"),
        description=page.mended(page.stated("description")),
        language=_language(page),
        bylines=_bylines(page, datelines),
        sections=sections,
        country=country,
        topics=_topics(page, sections),
        lead=lead,
        published=published,
        updated=updated,
        remarks=read_remarks(page.tree, next((one.comments for one in page.facts if one.comments), ())),
        repairs=dict(+page.repairs),
        doubts=tuple(dict.fromkeys(page.doubts)),
        left_out={kind.value: count for kind, count in chosen.left_out.items()},
    )


def _parsed(html: bytes, address: str, content_type: str) -> _Page:
    decoded = decode(html, content_type)
    text, is_deep = flatten(decoded.text)
    tree = LexborHTMLParser(text)
    if tree.body is None or tree.root is None:
        raise SourceRefusedError(Reason.NO_ARTICLE)
    facts = read_structured(tree)
    tree.strip_tags(["script", "style", "template"])
    repairs = Counter({Repair.ENCODING: int(decoded.was_converted)})
    doubts = [(Doubt.TOO_DEEP, str(DEEPEST))] if is_deep else []
    addresses = _addresses(tree, facts, address)
    return _Page(text, tree, facts, read_visible(tree), cut(tree.body), addresses, repairs, doubts)


def _key(headline: str, blocks: Iterable[Block]) -> str:
    return sha256("\n".join([headline, *map(text_of_block, blocks)]).encode("utf-8", "replace")).hexdigest()


def _slug(address: str) -> str:
    return re.sub(r"\.html?$", "", parts_of(address).path.rstrip("/").rpartition("/")[2])[:200]


# --- the body


def _chosen(page: _Page, headline: str) -> tuple[Chosen, extractor.Extract]:
    """Return the units of the story, and the text that they were found by."""
    extract = extractor.extract(page.text)
    if not extract.letters:
        extract = extractor.extract_of(body.running_text(page.units))
    chosen = body.choose(page.units, extract, headline)
    stated = extractor.extract_of(page.stated("body").splitlines())
    if stated.letters >= _STATED and not body.covers(chosen, stated):
        other = body.choose(page.units, stated, headline)
        chosen = other if body.covers(other, stated) else chosen  # a body for machines alone, or not this page's
    return chosen, extract


def _take_standfirst(page: _Page, chosen: Chosen, above: Sequence[Unit], headline: str) -> str:
    """Return the standfirst that the mark-up names, and take it from the story; a teaser of another story is none."""
    said = page.visible.standfirst
    key = extractor.key_of(said)
    passages = [unit for unit in chosen.units if unit.key]
    if not key or not passages or fold(said) == fold(headline):
        return ""
    if passages[0].key == key and len(passages) > 1:
        chosen.units.remove(passages[0])
        return said
    is_above = key in "".join(unit.key for unit in above)
    return said if is_above and key not in "".join(unit.key for unit in passages) else ""


def _blocks(page: _Page, html: str, standfirst: str) -> list[Block]:
    """Return the blocks of the story.

    Raises SourceRefusedError when there are hardly any words, those of its standfirst counted.
    """
    read = read_body(html, page.address)
    words = (standfirst, *map(text_of_block, read.blocks))
    if sum(len(extractor.key_of(text)) for text in words) < _FEWEST_LETTERS:
        raise SourceRefusedError(Reason.NO_ARTICLE)
    page.repairs.update(read.repairs)
    page.repairs[Repair.UNSAFE] += len(_HANDLER.findall(html))
    page.doubts.extend(read.doubts)
    return read.blocks


def _take_lead(page: _Page, blocks: Sequence[Block]) -> tuple[PictureAt | None, list[Block]]:
    """Return the lead picture, and the blocks without it."""
    named = next((one for one in page.facts if one.picture), Facts())
    return pictures.take_lead(pictures.credited(blocks), named.picture, named.picture_caption, page.address)


# --- headline, kicker


def _headline(page: _Page) -> str:
    """Return the headline that the page shows when structured data knows it, too; else the better founded."""
    stated = [one.headline for one in page.facts if one.headline]
    if shown := page.mended(page.visible.headline):
        # A title for social networks may differ; what is said of the article itself should not.
        own = [one.headline for one in page.facts[:2] if one.headline]
        if own and not any(extractor.agree(one, shown) for one in own):
            page.doubts.append((Doubt.HEADLINES_DIFFER, one_line(own[0], Counter())))
        return shown
    known = (one for one in page.visible.headlines if any(extractor.agree(one, said) for said in stated))
    if head := page.mended(next(known, "")):
        return head
    return _without_site(page.mended(stated[0] if stated else page.visible.title), fold(page.stated("publisher")))


def _made_headline(blocks: Sequence[Block]) -> str:
    """Return the beginning of a story for the headline that its page does not hold.

    Raises SourceRefusedError when there is hardly a story.
    """
    text = "\n".join(text_of_block(block) for block in blocks)
    if len(text) < _STATED:
        raise SourceRefusedError(Reason.NO_HEADLINE)
    return beginning_of(text.split("\n", 1)[0])


def _without_site(title: str, site: str) -> str:
    """Return a page's title without the name of the paper at its end."""
    ends = [(title[: end.start()], title[end.end() :]) for end in _TITLE_END.finditer(title)]
    for head, tail in ends:
        if site and (fold(tail).startswith(site) or fold(tail) in site):
            return head
    is_cut = bool(ends) and not site and len(ends[-1][0]) >= 12 and len(ends[-1][1]) <= 40
    return ends[-1][0] if is_cut else title


def _kicker(page: _Page, headline: str, sections: Sequence[str]) -> str:
    kicker = page.visible.kicker.rstrip(" :|")
    return "" if fold(kicker) in {fold(headline), *map(fold, sections)} else kicker


# --- where it stands, who signed


def _addresses(tree: LexborHTMLParser, facts: Sequence[Facts], address: str) -> list[str]:
    """Return the canonical address and the others that lead to the page, each once."""
    start = address or next(_links(tree, "base[href]"), "")
    canonical, short = _links(tree, "link[rel~=canonical]"), _links(tree, "link[rel~=shortlink]")
    found = [*canonical, *(one.address for one in facts), address, *short]
    return list(dict.fromkeys(whole for one in found if (whole := _whole_address(one, start))))


def _links(tree: LexborHTMLParser, selector: str) -> Iterator[str]:
    return (node.attributes.get("href") or "" for node in tree.css(selector)[:2])


def _whole_address(address: str, start: str) -> str:
    try:
        whole = urljoin(start, address.strip()) if address.strip() else ""
        parts = urlsplit(whole)
    except ValueError:
        return ""
    is_page = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.path.strip("/") or parts.query)
    return whole.partition("#")[0] if is_page and len(whole) <= _ADDRESS else ""


def _bylines(page: _Page, datelines: Sequence[Dateline]) -> tuple[str, ...]:
    site = fold(page.stated("publisher"))
    signed = [name for line in datelines for name in line.names if not (_GLUED.search(name) or is_desk(name))]
    for said in (*(one.authors for one in page.facts), page.visible.bylines, signed):
        names = (_PREFIX.sub("", name).strip(" ,;|-") for part in said for name in part.split(";"))
        if persons := [name for name in names if _is_person(name, site)]:
            return tuple(dict.fromkeys(persons))[:12]
    return ()


def _is_person(name: str, site: str) -> bool:
    """Say whether a name may be somebody's: it is not the paper's, nor that of its machine."""
    is_name = 0 < len(name) <= 120 and fold(name) != "admin" and "www." not in name
    return is_name and not (site and _is_papers(name, site))


def _is_papers(name: str, site: str) -> bool:
    """Say whether a name is the paper's, with its town or desk behind it, but neither a surname nor an agency."""
    said, words = fold(name), name.split()[len(site.split()) :]
    behind = said[len(site) : len(site) + 1]
    if not said.startswith(site) or behind not in " ,(|/":
        return False
    is_surname = behind == " " and "".join(words[:1])[:1].isupper()
    return not is_surname and words[:1] not in (["avec"], ["with"], ["et"], ["and"])


def _sections(page: _Page, headline: str) -> tuple[tuple[str, ...], str]:
    """Return the sections from the desk down, at most two, and the country that stands among them."""
    first, *others = (one.sections for one in page.facts)
    for trail in (first, page.visible.trail, *others):
        levels = [level.strip() for level in trail if _is_level(level, headline)]
        country = next((level for level in levels if key_of(level) in COUNTRIES), "")
        levels = [level for level in levels if key_of(level) not in COUNTRIES]
        if levels or country:
            return (tuple(levels) if len(levels) <= 2 else (levels[0], levels[-1])), country
    page.doubts.append((Doubt.NO_SECTION, ""))
    return (), ""


def _is_level(said: str, headline: str) -> bool:
    """Say whether a part of a breadcrumb is a section: neither the front, nor the headline, nor an address."""
    stump = fold(said).rstrip(". …")
    is_headline = len(stump) >= 10 and fold(headline).startswith(stump)
    is_front = begins_at_home(said) and len(said) < 25
    return not is_front and not is_headline and len(said) <= 60 and not said.startswith("http")


def _topics(page: _Page, sections: Sequence[str]) -> tuple[str, ...]:
    topics = next((one.topics for one in (page.facts[2], *page.facts) if one.topics), ())
    known = set(map(fold, sections))
    return tuple(topic for topic in topics if len(topic) <= 80 and fold(topic) not in known)[:30]


def _language(page: _Page) -> str:
    root = page.tree.root.attributes.get("lang") if page.tree.root is not None else ""
    return re.split(r"[-_,;\s]", (root or page.stated("language")).strip())[0].lower()[:3]


# --- when


def _datelines(above: Sequence[Unit], headline: str) -> list[Dateline]:
    """Return the lines of dates between headline and story; above the headline a paper writes today's date."""
    heads = [at for at, unit in enumerate(above) if fold(unit.text) == fold(headline)]
    lines = above[heads[-1] + 1 :] if heads else ()
    return [line for unit in lines if (line := read_dateline(unit.text)) is not None]


def _moments(page: _Page, datelines: Sequence[Dateline]) -> tuple[Moment | None, Moment | None]:
    stated = _read(one.published for one in page.facts)
    marked = page.visible.published
    published = next(iter(stated), None) or _shown(datelines, marked) or next(iter(marked), None)
    published = published or _shown(page.visible.datelines, ()) or moments.moment_of_address(page.address)
    days = sorted({moment.on for moment in stated})
    if published is None:
        page.doubts.append((Doubt.NO_DATE, ""))
    elif days and days[-1] - days[0] > _A_DAY:
        page.doubts.append((Doubt.DATES_DIFFER, ", ".join(day.isoformat() for day in days)))
    updated = next(iter(_read(one.updated for one in page.facts)), None)
    return published, None if updated == published else updated


def _read(dates: Iterable[str]) -> list[Moment]:
    return [moment for date in dates if (moment := moments.read_moment(date)) is not None]


def _shown(datelines: Sequence[Dateline], marked: Sequence[Moment]) -> Moment | None:
    """Return the day that datelines agree on, with its hour where it is said or marked."""
    said = [one.moment for line in datelines for one in line.stated if one.moment is not None and not one.is_update]
    days = {moment.on for moment in said}
    of_day = (moment for moment in (*said, *marked) if days == {moment.on})
    return max(of_day, key=lambda moment: moment.at is not None, default=None)
