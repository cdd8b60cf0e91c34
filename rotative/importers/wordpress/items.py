"""Map an item of an export to a story, an uploaded file, or the reason why it is neither."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import partial
from hashlib import sha256
from html import unescape
from typing import Any, Final
from urllib.parse import unquote

from rotative.addresses import parts_of
from rotative.importers.filing.sources import SourceItem
from rotative.importers.story.markup import read_body
from rotative.importers.story.old_addresses import stem_of
from rotative.importers.story.stories import (
    Block,
    Doubt,
    Image,
    Moment,
    PictureAt,
    Remark,
    RemarkState,
    Repair,
    State,
    Story,
    Text,
    with_pictures,
)
from rotative.importers.story.text_repair import mend, one_line
from rotative.importers.story.walk import Body
from rotative.importers.wordpress.blocks import Elsewhere
from rotative.importers.wordpress.parsing import Record
from rotative.importers.wordpress.shortcodes import Attachments, translate
from rotative.importers.wordpress.surveying import Attached, Site, is_picture, nicename_of
from rotative.importers.wordpress.terms import Target, file_under

Report = dict[str, Any]
LONGEST_HEADLINE: Final = 255
WORDS_OF_HEADLINE: Final = 8
LONGEST_STANDFIRST: Final = 600
LONGEST_REMARK: Final = 5000
_STATES: Final = {
    "publish": State.LIVE,
    "inherit": State.LIVE,
    "future": State.SCHEDULED,
    "pending": State.PENDING,
    "private": State.PRIVATE,
    "draft": State.DRAFT,
    "": State.DRAFT,
}
_REMARK_STATES: Final = {
    "1": RemarkState.PUBLISHED,
    "approve": RemarkState.PUBLISHED,
    "spam": RemarkState.SPAM,
    "trash": RemarkState.TRASH,
    "post-trashed": RemarkState.TRASH,
}
# Of WordPress's machinery, its themes' and its plug-ins': nothing a reader of the paper was shown as a story.
_MACHINERY: Final = re.compile(
    r"nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|wp_.*|acf-.*|elementor_.*|et_.*"
    r"|wpcf7_.*|mc4wp.*|shop_.*|product_variation|scheduled-action|ninja_.*|nf_sub|wpforms.*|popup.*|tdb_.*|td_.*"
    r"|amp_.*|jp_.*|feedback|cookielawinfo|ml-slider|vc_.*|vc4_.*|web-story|guest-author|ct_.*|fl-.*|mec_.*"
)
_SPLIT: Final = re.compile(r"<!--\s*(?:more|nextpage|noteaser).*?-->")
_BLOCK: Final = re.compile(r"<!--\s*wp:")
_TAGS: Final = re.compile(r"<[^<>]*>")
_DESCRIPTIONS: Final = (
    "_yoast_wpseo_metadesc",
    "rank_math_description",
    "_aioseo_description",
    "_aioseop_description",
    "_genesis_description",
    "_seopress_titles_desc",
)
_PRIMARY: Final = ("_yoast_wpseo_primary_category", "rank_math_primary_category", "_primary_term_category")


class Skipped(StrEnum):
    """Why an item is no story of the paper."""

    MACHINERY = "machinery"
    TRASH = "trash"
    EMPTY = "empty"
    TOO_LONG = "too long"


def read_item(record: Record, site: Site, targets: Mapping[str, Target], end: int, report: Report) -> SourceItem:
    """Read an item of an export, behind which the checkpoint is `end`."""
    kind = record.get("wp:post_type") or "post"
    item = SourceItem(key_of(record, kind), end, address=record.get("link"), report=report)
    if kind == "attachment":
        return _file(item, record, site)
    headline = one_line(_plain(record.get("title")), Counter())
    if refusal := _refusal_of(record, kind):
        return _refused(item, refusal, headline, record)
    story = _Reader(record, site, targets, kind).read(item.key)
    if not headline and not story.blocks and not story.lead:
        return _refused(item, Skipped.EMPTY, headline, record)
    return replace(item, story=story, title=story.headline)


def _file(item: SourceItem, record: Record, site: Site) -> SourceItem:
    number = record.number("wp:post_id")
    attached = site.attachments.get(number or -1) or Attached(record.get("wp:attachment_url"))
    title = attached.title or attached.url.rpartition("/")[2]
    report = {**item.report, "file": attached.url}
    # What is of a kind that the paper does not keep is refused.
    return replace(item, upload=attached.upload(), refusal="file", title=title, report=report)


def _refusal_of(record: Record, kind: str) -> Skipped | None:
    if _MACHINERY.fullmatch(kind):
        return Skipped.MACHINERY
    return Skipped.TRASH if record.get("wp:status") in {"trash", "auto-draft"} else None


def _refused(item: SourceItem, refusal: Skipped, headline: str, record: Record) -> SourceItem:
    repairs = {repair.value: count for repair, count in record.repairs.items()}
    report = {**item.report, "type": record.get("wp:post_type") or "post", "repairs": repairs}
    return replace(item, refusal=refusal, title=headline, report=report)


def key_of(record: Record, kind: str = "post") -> str:
    """Return what names an item in its site: its number, else its address, else what it says."""
    number = record.number("wp:post_id")
    if number is not None:
        return f"{kind}:{number}"
    if address := record.get("guid") or record.get("link"):
        return f"{kind}:{address}"[:250]
    said = "\0".join(record.values.get(name, "") for name in ("title", "content:encoded"))  # to the letter
    return f"{kind}:{sha256(said.encode('utf-8', 'replace')).hexdigest()[:32]}"


class _Reader:
    """Reads one item; what is mended and doubted on the way is gathered."""

    def __init__(self, record: Record, site: Site, targets: Mapping[str, Target], kind: str) -> None:
        self.record = record
        self.site = site
        self.targets = targets
        self.kind = kind
        self.repairs: Counter[Repair] = Counter(record.repairs)
        self.doubts: list[tuple[Doubt, str]] = []
        self.left_out: Counter[str] = Counter()

    def read(self, key: str) -> Story:
        record = self.record
        body = self.body()
        lead, blocks = self.pictures(body.blocks)
        filed = file_under(self.slugs("category"), self.targets, self.primary())
        published, state = self.published(), self.state()  # in the order in which doubts have always stood
        story = Story(
            key=key,
            headline=self.headline(blocks),
            blocks=tuple(blocks),
            address=self.address(),
            other_addresses=self.other_addresses(),
            slug=unquote(record.get("wp:post_name")),
            standfirst=self.cut(self.excerpt(), LONGEST_STANDFIRST, "excerpt"),
            description=self.description(),
            language=self.site.head.values.get("language", ""),
            bylines=self.bylines(),
            sections=filed.sections,
            country=filed.countries[0] if filed.countries else "",
            other_countries=filed.countries[1:],
            topics=tuple(dict.fromkeys([*filed.topics, *self.topics()])),
            lead=lead,
            published=published,
            saved=_moment(record, "wp:post_modified"),
            is_standing=self.kind == "page",
            state=state,
            remarks=self.remarks(),
            comments_closed=record.get("wp:comment_status") == "closed",
        )
        self.note_what_is_left()
        return replace(story, repairs=dict(+self.repairs), doubts=tuple(self.doubts), left_out=dict(self.left_out))

    # --- the body

    def body(self) -> Body:
        html = self.record.get("content:encoded")
        is_blocks = bool(_BLOCK.search(html))
        if is_blocks:
            elsewhere = Elsewhere(self.site.reusable, self.record.field("footnotes"))
            html = elsewhere.inline(html)
            self.doubts += [(Doubt.BLOCK_UNKNOWN, left) for left in elsewhere.left]
        else:
            html = _SPLIT.sub("\n\n", html)
        number = self.record.number("wp:post_id")
        attachments = Attachments(self.attached_picture, partial(self.attached_pictures, number))
        done = translate(html, attachments)
        self.repairs[Repair.SHORTCODES] += done.translated
        self.doubts += [(Doubt.SHORTCODE_UNKNOWN, name) for name in done.unknown]
        body = read_body(done.html, self.site.address + "/", breaks=not is_blocks)
        self.repairs.update(body.repairs)
        self.doubts += body.doubts
        return body

    def attached_picture(self, number: int) -> PictureAt | None:
        found = self.site.attachments.get(number)
        return found.picture() if found else None

    def attached_pictures(self, number: int | None) -> list[PictureAt]:
        numbers = self.site.attached_to.get(number or -1, [])
        found = [self.site.attachments[each] for each in numbers]
        return [each.picture() for each in found if is_picture(each.url)]

    def pictures(self, blocks: list[Block]) -> tuple[PictureAt | None, list[Block]]:
        """Return the lead image, and the body with what is known of each picture, without a second lead image."""
        number = self.record.field("_thumbnail_id")
        lead = self.attached_picture(int(number)) if number.isascii() and number.isdigit() else None
        if number.isdigit() and lead is None:
            self.doubts.append((Doubt.FIELD_LEFT, f"_thumbnail_id {number}"))
        known = [with_pictures(block, self.known_picture) for block in blocks]
        first = known[0] if known else None
        if lead and isinstance(first, Image) and stem_of(first.picture.address) == stem_of(lead.address):
            self.left_out["repeated picture"] += 1
            lead = replace(lead, caption=lead.caption or first.picture.caption)
            known = known[1:]
        return lead, known

    def known_picture(self, picture: PictureAt) -> PictureAt:
        """Return a picture in its full size, with the words of its attachment where the body has none."""
        number = self.site.by_url.get(stem_of(picture.address))
        attached = self.site.attachments.get(number) if number is not None else None
        if attached is None:
            return picture
        return replace(
            picture,
            address=attached.url,
            description=picture.description or attached.description or attached.title,
            caption=picture.caption or attached.caption,
        )

    # --- its fields

    def headline(self, blocks: list[Block]) -> str:
        """Return the headline. A story without one, which WordPress allows, is called by its first words."""
        headline = one_line(_plain(self.record.get("title")), self.repairs)
        if not headline:
            first = next((_plain(block.html.replace("</p>", " ")) for block in blocks if isinstance(block, Text)), "")
            words = first.split() or unquote(self.record.get("wp:post_name")).replace("-", " ").split()
            headline = " ".join(words[:WORDS_OF_HEADLINE]) + ("…" if len(words) > WORDS_OF_HEADLINE else "")
            self.doubts.append((Doubt.NO_HEADLINE, headline))
        return self.cut(headline or self.kind, LONGEST_HEADLINE, "title")

    def excerpt(self) -> str:
        return one_line(_plain(self.record.get("excerpt:encoded")), self.repairs)

    def description(self) -> str:
        found = self.record.field(*_DESCRIPTIONS)
        # Templates of plug-ins, such as %%excerpt%%, were filled in by them.
        return "" if "%%" in found or found.startswith("%") else one_line(_plain(found), self.repairs)

    def state(self) -> State:
        status = self.record.get("wp:status")
        state = _STATES.get(status, State.DRAFT)
        if self.record.get("wp:post_password"):
            state = State.PASSWORD
        if state is not State.LIVE:
            self.doubts.append((Doubt.STATE, state.value if status in _STATES else status))
        if self.record.get("wp:is_sticky") == "1":
            self.doubts.append((Doubt.STICKY, ""))
        if self.kind not in {"post", "page"}:
            self.doubts.append((Doubt.TYPE_UNKNOWN, self.kind))
            state = State.DRAFT if state is State.LIVE else state
        return state

    def published(self) -> Moment | None:
        if moment := _moment(self.record, "wp:post_date"):
            return moment
        if found := _rfc_date(self.record.get("pubDate")):
            self.repairs[Repair.DATES] += 1
            return Moment.of(found)
        if self.record.get("wp:post_date").strip("0-: "):
            self.doubts.append((Doubt.NO_DATE, self.record.get("wp:post_date")[:40]))
        return None

    def bylines(self) -> tuple[str, ...]:
        """Return who signs: co-authors by Co-Authors Plus, else the one author."""
        together = [self.author_named(term.slug, term.name) for term in self.record.terms if term.domain == "author"]
        login = self.record.get("dc:creator")
        names = together or [self.site.authors.get(login, login)]
        return tuple(dict.fromkeys(one_line(name, self.repairs)[:160] for name in names if name.strip()))

    def author_named(self, slug: str, name: str) -> str:
        authors = self.site.authors
        by_slug = {nicename_of(login): shown for login, shown in authors.items()}
        return authors.get(name) or by_slug.get(slug.removeprefix("cap-").lower()) or unescape(name)

    def slugs(self, *domains: str) -> list[str]:
        return [term.slug for term in self.record.terms if term.domain in domains and term.slug]

    def primary(self) -> str:
        number = self.record.field(*_PRIMARY)
        return next((slug for slug, one in self.site.categories.items() if number and str(one.number) == number), "")

    def topics(self) -> list[str]:
        names = [self.site.tags.get(slug, slug) for slug in self.slugs("post_tag", "tag")]
        return [name for name in (one_line(name, self.repairs)[:120] for name in names) if name]

    def address(self) -> str:
        link = self.record.get("link")
        return link if link.startswith(("http://", "https://")) else ""

    def other_addresses(self) -> tuple[str, ...]:
        """Return the short address, and those with an older slug."""
        number = self.record.number("wp:post_id")
        found: list[str] = []
        if number is not None:
            names = ("p", "page_id") if self.kind == "page" else ("p",)
            found += [f"{self.site.address}/?{name}={number}" for name in names]
        link, slug = self.address(), self.record.get("wp:post_name")
        for key, value in self.record.meta:
            if key == "_wp_old_slug" and value.strip() and slug and f"/{slug}" in link:
                before, _, after = link.rpartition(slug)
                found.append(f"{before}{value.strip()}{after}")
        guid = self.record.get("guid")
        if guid.startswith("http") and parts_of(guid).hostname == parts_of(self.site.address or link).hostname:
            found.append(guid)
        return tuple(one for one in dict.fromkeys(found) if one != link)

    def remarks(self) -> tuple[Remark, ...]:
        found: list[Remark] = []
        for comment in self.record.comments:
            kind = comment.get("wp:comment_type")
            if kind not in {"", "comment"}:
                self.left_out[kind] += 1
                continue
            found.append(self.remark(comment, len(found)))
        return tuple(found)

    def remark(self, comment: Record, place: int) -> Remark:
        parent = comment.get("wp:comment_parent")
        return Remark(
            key=comment.get("wp:comment_id") or f"#{place}",
            name=one_line(_plain(comment.get("wp:comment_author")), self.repairs),
            text=self.cut(mend(_said(comment.get("wp:comment_content")), self.repairs), LONGEST_REMARK, "comment"),
            at=_moment(comment, "wp:comment_date"),
            parent="" if parent == "0" else parent,
            email=comment.get("wp:comment_author_email"),
            state=_REMARK_STATES.get(comment.get("wp:comment_approved") or "1", RemarkState.WAITING),
        )

    def cut(self, text: str, most: int, name: str) -> str:
        if len(text) <= most:
            return text
        self.doubts.append((Doubt.FIELD_CUT, f"{name} {len(text)}"))
        return text[: most - 1].rpartition(" ")[0] + "…"

    def note_what_is_left(self) -> None:
        for name, _value in self.record.meta:
            if not name.startswith("_") and name not in (*_DESCRIPTIONS, *_PRIMARY, "footnotes"):
                self.left_out[f"field {name[:60]}"] += 1
        for term in self.record.terms:
            if term.domain not in {"category", "post_tag", "tag", "author", "post_format"}:
                self.left_out[f"term {term.domain[:60]}"] += 1
        for name in self.record.left:
            self.left_out[f"element {name[:60]}"] += 1


def _plain(html: str) -> str:
    """Return a title or an excerpt, which may hold mark-up and references, as text."""
    return unescape(_TAGS.sub("", html)) if "<" in html or "&" in html else html


def _said(html: str) -> str:
    """Return a reader's comment as text; the address of a link stays behind its words."""
    html = re.sub(r'<a\b[^>]{0,2000}href="(https?://[^"<>\s]{1,1000})"[^>]{0,2000}>([^<]{0,1000})</a>', _linked, html)
    html = re.sub(r"<br\s*/?>|</p>|</li>|</blockquote>", "\n", html)
    return re.sub(r"\n{3,}", "\n\n", _plain(html)).strip()


def _linked(match: re.Match[str]) -> str:
    return match[1] if match[2].strip() in ("", match[1]) else f"{match[2]} ({match[1]})"


def _moment(record: Record, name: str) -> Moment | None:
    """Return a date: in UTC where the export says it, else in the time of the old site."""
    if found := _date(record.get(f"{name}_gmt")):
        return Moment.of(found.replace(tzinfo=UTC))
    found = _date(record.get(name))
    return Moment(found.date(), found.time()) if found else None


def _date(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    return found if found.year >= 1970 else None


def _rfc_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.year >= 1970 and found.tzinfo else None
