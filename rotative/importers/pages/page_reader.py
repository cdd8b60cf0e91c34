"""One page of a news site, from its bytes to a story. docs/how-to/import-html-pages.md says what is read from where.

Structured data comes first, then what the page shows; where two that are as good disagree, the story carries a doubt.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from rotative.importers.boilerplate.breadcrumbs import begins_at_home
from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.boilerplate.datelines import Dateline, read_dateline
from rotative.importers.boilerplate.lines import beginning_of, fold
from rotative.importers.boilerplate.vocabulary import COUNTRIES, key_of
from rotative.importers.errors import Reason, SourceRefusedError
from rotative.importers.pages import body, extractor, moments, pictures
from rotative.importers.pages.decoding import decode
from rotative.importers.pages.remarks import read_remarks
from rotative.importers.pages.structured import Facts, read_structured
from rotative.importers.pages.texts import text_of_block
from rotative.importers.pages.units import Unit, cut
from rotative.importers.pages.visible import Visible, read_visible
from rotative.importers.story.depth import DEEPEST, flatten
from rotative.importers.story.markup import read_body
from rotative.importers.story.old_addresses import parts_of
from rotative.importers.story.stories import Block, Doubt, Moment, Repair, Story, Text
from rotative.importers.story.text_repair import one_line
from rotative.importers.story.walk import Body

_TITLE_END: Final = re.compile(r"\s+[-–—|•·»:]+\s+")
_HANDLER: Final = re.compile(r"<[a-z][^<>]{0,2000}?\son[a-z]{3,20}\s*=", re.IGNORECASE)
_PREFIX: Final = re.compile(r"^(?:par|by)\s+", re.IGNORECASE)
_ADDRESS: Final = 2000
_STATED: Final = 400  # letters of an articleBody that is more than a summary
_FEWEST_LETTERS: Final = 40  # of a story


@dataclass
class _Notes:
    """What is gathered on the way: repairs, doubts."""

    repairs: Counter[Repair]
    doubts: list[tuple[Doubt, str]]


def read_page(html: bytes, address: str = "", content_type: str = "") -> Story:
    """Read the page `html` that stood at `address`; `content_type` is its header.

    Raises SourceRefusedError when it is no text, too large, or there is no article in it.
    """
    decoded = decode(html, content_type)
    notes = _Notes(Counter({Repair.ENCODING: int(decoded.was_mended)}), [])
    text, was_deep = flatten(decoded.text)
    if was_deep:
        notes.doubts.append((Doubt.TOO_DEEP, str(DEEPEST)))
    tree = LexborHTMLParser(text)
    if tree.body is None or tree.root is None:
        raise SourceRefusedError(Reason.NO_ARTICLE)
    facts = read_structured(tree)
    tree.strip_tags(["script", "style", "template"])
    visible = read_visible(tree)
    addresses = _addresses(tree, facts, address)
    headline = _headline(facts, visible, notes)
    units = cut(tree.body)
    blocks, above, left_out = _blocks(text, units, headline, facts, addresses, notes)
    if not blocks:
        raise SourceRefusedError(Reason.NO_ARTICLE)
    if not headline:
        headline = _made_headline(blocks)
        notes.doubts.append((Doubt.NO_HEADLINE, headline))
    return _assemble(tree, facts, visible, headline, addresses, blocks, above, left_out, notes)


def _assemble(
    tree: LexborHTMLParser,
    facts: Sequence[Facts],
    visible: Visible,
    headline: str,
    addresses: Sequence[str],
    blocks: list[Block],
    above: Sequence[Unit],
    left_out: Counter[Kind],
    notes: _Notes,
) -> Story:
    base = addresses[0] if addresses else ""
    standfirst, blocks = _standfirst(visible, blocks, headline, above)
    named = next((one for one in facts if one.picture), Facts())
    lead, blocks = pictures.take_lead(pictures.credited(blocks), named.picture, named.picture_caption, base)
    sections, country = _sections(facts, visible, headline, notes)
    published, updated = _moments(
        facts, visible.datelines or _datelines(above, headline), visible.published, base, notes
    )
    comments = next((one.comments for one in facts if one.comments), ())
    return Story(
        key=base or sha256("\n".join([headline, *map(text_of_block, blocks)]).encode("utf-8", "replace")).hexdigest(),
        headline=headline,
        blocks=tuple(blocks),
        address=base,
        other_addresses=tuple(addresses[1:]),
        slug=parts_of(base).path.rstrip("/").rpartition("/")[2].removesuffix(".html").removesuffix(".htm")[:200],
        kicker=_kicker(visible, headline, sections),
        standfirst=one_line(standfirst, notes.repairs),
        place=_first(facts, "place"),
        description=one_line(_first(facts, "description"), notes.repairs),
        language=_language(tree, facts),
        bylines=_bylines(facts, visible),
        sections=sections,
        country=country,
        topics=_topics(facts, sections),
        lead=lead,
        published=published,
        updated=updated,
        remarks=read_remarks(tree, comments),
        repairs=dict(+notes.repairs),
        doubts=tuple(dict.fromkeys(notes.doubts)),
        left_out={kind.value: count for kind, count in left_out.items() if count},
    )


def _first(facts: Sequence[Facts], name: str) -> str:
    return next((value for one in facts if (value := getattr(one, name))), "")


# --- the body


def _blocks(
    text: str, units: Sequence[Unit], headline: str, facts: Sequence[Facts], addresses: Sequence[str], notes: _Notes
) -> tuple[list[Block], Sequence[Unit], Counter[Kind]]:
    """Return the blocks of the story, what stands above it, and what was left out of it."""
    extract = extractor.extract(text)
    if not extract.letters:
        extract = extractor.extract_of(body.running_text(units))
    chosen = body.choose(units, extract, headline)
    stated = extractor.extract_of(_first(facts, "body").splitlines())
    if stated.letters >= _STATED and not body.covers(chosen, stated):
        other = body.choose(units, stated, headline)
        chosen = other if body.covers(other, stated) else chosen  # a body for machines alone, or not this page's
    html = chosen.html or extract.html
    read: Body = read_body(html, addresses[0] if addresses else "")
    notes.repairs.update(read.repairs)
    notes.repairs[Repair.UNSAFE] += len(_HANDLER.findall(html))
    notes.doubts.extend(read.doubts)
    letters = sum(len(extractor.key_of(text_of_block(block))) for block in read.blocks)
    return list(read.blocks) if letters >= _FEWEST_LETTERS else [], body.above(units, chosen), chosen.left_out


def _standfirst(visible: Visible, blocks: list[Block], headline: str, above: Sequence[Unit]) -> tuple[str, list[Block]]:
    """Return the standfirst that the mark-up names, and the blocks without it; a teaser of another story is none."""
    said = visible.standfirst
    if not said or fold(said) == fold(headline):
        return "", blocks
    key = extractor.key_of(said)
    for at, block in enumerate(blocks[:3]):
        if not isinstance(block, Text):
            continue
        if extractor.key_of(text_of_block(block)) == key:
            return (said, blocks[:at] + blocks[at + 1 :]) if len(blocks) > 1 else ("", blocks)
        first = re.match(r"<(p|h2|h3)>(.*?)</\1>", block.html, re.DOTALL)
        if first and extractor.key_of(text_of_block(Text(first[0]))) == key:
            return said, [*blocks[:at], Text(block.html[first.end() :]), *blocks[at + 1 :]]
        break
    whole = extractor.key_of("".join(text_of_block(block) for block in blocks))
    is_above = key in "".join(unit.key for unit in above)
    return (said if is_above and key not in whole else ""), blocks


# --- headline, kicker


def _headline(facts: Sequence[Facts], visible: Visible, notes: _Notes) -> str:
    """Return the headline that the page shows when structured data knows it, too; else the better founded."""
    stated = [one_line(one.headline, notes.repairs) for one in facts if one.headline]
    shown = one_line(visible.headline, notes.repairs)
    if shown:
        # A title for social networks may differ; what is said of the article itself should not.
        own = [one for one in (facts[0].headline, facts[1].headline) if one]
        if own and not any(_agree(one, shown) for one in own):
            notes.doubts.append((Doubt.HEADLINES_DIFFER, one_line(own[0], notes.repairs)))
        return shown
    known = [one for one in visible.headlines if any(_agree(one, said) for said in stated)]
    if known:
        return one_line(known[0], notes.repairs)
    if stated:
        return _without_site(stated[0], facts)
    return _without_site(one_line(visible.title, notes.repairs), facts)


def _made_headline(blocks: Sequence[Block]) -> str:
    """Return the beginning of a story for the headline that its page does not hold.

    Raises SourceRefusedError when there is hardly a story.
    """
    text = "\n".join(text_of_block(block) for block in blocks)
    if len(text) < _STATED:
        raise SourceRefusedError(Reason.NO_HEADLINE)
    return beginning_of(text.split("\n", 1)[0])


def _agree(one: str, other: str) -> bool:
    first, second = extractor.key_of(one), extractor.key_of(other)
    shorter, longer = sorted((first, second), key=len)
    return bool(shorter) and (longer.startswith(shorter) or (len(shorter) > 20 and shorter in longer))


def _without_site(title: str, facts: Sequence[Facts]) -> str:
    """Return a page's title without the name of the paper at its end."""
    cuts = list(_TITLE_END.finditer(title))
    site = fold(_first(facts, "publisher"))
    for cut_at in cuts:
        tail = fold(title[cut_at.end() :])
        if site and (tail.startswith(site) or tail in site):
            return title[: cut_at.start()]
    if cuts and len(title) - cuts[-1].end() <= 40 and cuts[-1].start() >= 12 and not site:
        return title[: cuts[-1].start()]
    return title


def _kicker(visible: Visible, headline: str, sections: Sequence[str]) -> str:
    kicker = visible.kicker.rstrip(" :|")
    return "" if fold(kicker) in {fold(headline), *map(fold, sections)} else kicker


# --- where it stands, who signed, when


def _addresses(tree: LexborHTMLParser, facts: Sequence[Facts], address: str) -> list[str]:
    """Return the canonical address and the others that lead to the page, each once."""
    base = tree.css_first("base[href]")
    start = address or (base.attributes.get("href") or "" if base is not None else "")
    canonical = [node.attributes.get("href") or "" for node in tree.css("link[rel~=canonical]")[:2]]
    short = [node.attributes.get("href") or "" for node in tree.css("link[rel~=shortlink]")[:2]]
    found = [*canonical, *(one.address for one in facts), address, *short]
    return list(dict.fromkeys(whole for one in found if (whole := _whole_address(one, start))))


def _whole_address(address: str, start: str) -> str:
    try:
        whole = urljoin(start, address.strip()) if address.strip() else ""
        parts = urlsplit(whole)
    except ValueError:
        return ""
    is_page = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.path.strip("/") or parts.query)
    return whole.partition("#")[0] if is_page and len(whole) <= _ADDRESS else ""


def _bylines(facts: Sequence[Facts], visible: Visible) -> tuple[str, ...]:
    publisher = fold(_first(facts, "publisher"))
    for names in (*(one.authors for one in facts), visible.bylines):
        cleaned = [_PREFIX.sub("", name).strip(" ,;|-") for part in names for name in re.split(r"\s*;\s*", part)]
        persons = [name for name in cleaned if name and len(name) <= 120 and fold(name) not in {publisher, "admin"}]
        if persons:
            return tuple(dict.fromkeys(persons))[:12]
    return ()


def _datelines(above: Sequence[Unit], headline: str) -> tuple[Dateline, ...]:
    """Return the lines of dates between headline and story; above the headline a paper writes today's date."""
    heads = [at for at, unit in enumerate(above) if fold(unit.text) == fold(headline)]
    lines = above[heads[-1] + 1 :] if heads else ()
    return tuple(line for unit in lines if (line := read_dateline(unit.text)) is not None)


def _moments(
    facts: Sequence[Facts], datelines: Sequence[Dateline], marked: Moment | None, address: str, notes: _Notes
) -> tuple[Moment | None, Moment | None]:
    stated = [moment for one in facts if (moment := moments.read_moment(one.published)) is not None]
    shown = [said for line in datelines for said in line.stated if said.moment is not None and not said.is_update]
    days = {said.moment.on for said in shown if said.moment is not None}
    published = next(iter(stated), None) or marked
    if published is None and len(days) == 1:
        published = max((said.moment for said in shown if said.moment), key=lambda moment: moment.at is not None)
    published = published or moments.moment_of_address(address)
    if published is None:
        notes.doubts.append((Doubt.NO_DATE, ""))
    elif len({moment.on for moment in stated}) > 1 and max(m.on for m in stated) - min(m.on for m in stated) > _A_DAY:
        notes.doubts.append((Doubt.DATES_DIFFER, ", ".join(sorted({moment.on.isoformat() for moment in stated}))))
    updated = next((moment for one in facts if (moment := moments.read_moment(one.updated)) is not None), None)
    return published, None if updated == published else updated


_A_DAY: Final = timedelta(days=1)  # two zones make two days of one


def _sections(facts: Sequence[Facts], visible: Visible, headline: str, notes: _Notes) -> tuple[tuple[str, ...], str]:
    """Return the sections from the desk down, at most two, and the country that stands among them."""
    trails = (
        [list(one.sections) for one in facts[:1]] + [list(visible.trail)] + [list(one.sections) for one in facts[1:]]
    )
    for trail in trails:
        levels = [
            level
            for level in trail
            if not (begins_at_home(level) and len(level) < 25) and not _is_headline(level, headline)
        ]
        levels = [level.strip() for level in levels if len(level) <= 60 and not level.startswith("http")]
        country = next((level for level in levels if key_of(level) in COUNTRIES), "")
        levels = [level for level in levels if key_of(level) not in COUNTRIES]
        if levels or country:
            return (tuple(levels) if len(levels) <= 2 else (levels[0], levels[-1])), country
    notes.doubts.append((Doubt.NO_SECTION, ""))
    return (), ""


def _is_headline(level: str, headline: str) -> bool:
    stump = fold(level).rstrip(". …")
    return len(stump) >= 10 and fold(headline).startswith(stump)


def _topics(facts: Sequence[Facts], sections: Sequence[str]) -> tuple[str, ...]:
    topics = next((one.topics for one in (facts[2], *facts) if one.topics), ())
    known = set(map(fold, sections))
    return tuple(topic for topic in topics if len(topic) <= 80 and fold(topic) not in known)[:30]


def _language(tree: LexborHTMLParser, facts: Sequence[Facts]) -> str:
    root = tree.root.attributes.get("lang") if tree.root is not None else ""
    said = root or _first(facts, "language")
    return re.split(r"[-_,;\s]", said.strip())[0].lower()[:3]
