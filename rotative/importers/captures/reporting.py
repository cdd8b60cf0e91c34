"""What the person who imports reads: found, made, left out, mended, doubted, still to be found; a source at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rotative.importers.captures.chrome import Kind
from rotative.importers.captures.filing import Filed, Note, Outcome
from rotative.importers.captures.reading import Capture, Doubt, Repair
from rotative.importers.decoding import Decoded
from rotative.importers.errors import Reason, SourceRefusedError

SHOWN = 20  # of a long list, the rest is a number

KINDS = {
    Kind.NAMEPLATE: gettext_lazy("nameplate"),
    Kind.MENU: gettext_lazy("menu"),
    Kind.BREADCRUMB: gettext_lazy("breadcrumb"),
    Kind.REPEATED_HEADLINE: gettext_lazy("repeated headline"),
    Kind.ADVERTISING: gettext_lazy("advertising label"),
    Kind.SHARE_BAR: gettext_lazy("share links"),
    Kind.COUNTERS: gettext_lazy("counters and ages"),
    Kind.PLAYER: gettext_lazy("player"),
    Kind.PICTURE: gettext_lazy("picture credit"),
    Kind.TAGS: gettext_lazy("tags"),
    Kind.NEWSLETTER: gettext_lazy("call to subscribe"),
    Kind.COOKIES: gettext_lazy("cookie note"),
    Kind.RELATED: gettext_lazy("heading of a list of stories"),
    Kind.NEIGHBOURS: gettext_lazy("previous and next article"),
    Kind.COMMENTS: gettext_lazy("heading of the comments"),
    Kind.COMMENT_FORM: gettext_lazy("comment form"),
    Kind.CAPTCHA: gettext_lazy("captcha"),
    Kind.ABOUT_AUTHOR: gettext_lazy("about the author"),
    Kind.FOOTER: gettext_lazy("footer"),
    Kind.ABOVE: gettext_lazy("other lines above the headline"),
    Kind.BETWEEN: gettext_lazy("other passages between those of the story"),
    Kind.BELOW: gettext_lazy("other lines below the story"),
}
REPAIRS = {
    Repair.SPACES: gettext_lazy("doubled spaces"),
    Repair.INVISIBLE: gettext_lazy("invisible characters removed"),
    Repair.GARBLED: gettext_lazy("lines with garbled accents"),
    Repair.JOINED: gettext_lazy("lines joined that were cut at a fixed width"),
}
DOUBTS = {
    Doubt.NO_SECTION: gettext_lazy("The page names no section."),
    Doubt.TRAIL_NOT_SPLIT: gettext_lazy("The breadcrumb cannot be split with certainty: %(text)s"),
    Doubt.LEVELS_DROPPED: gettext_lazy("The breadcrumb has more than two levels; left out: %(text)s"),
    Doubt.NO_HEADLINE: gettext_lazy("There is no headline; the article has the beginning of its text for one."),
    Doubt.HEADLINE_CUT: gettext_lazy("The headline stands only in the breadcrumb and was cut from it."),
    Doubt.NO_DATE: gettext_lazy("The page gives no date of publication; a date inside the story is not one."),
    Doubt.DATES_DIFFER: gettext_lazy("The page gives several dates: %(text)s"),
    Doubt.DATE_IMPOSSIBLE: gettext_lazy("The page gives a date that does not exist."),
    Doubt.DATE_WEEKDAY: gettext_lazy("The day of the week does not fit the date."),
    Doubt.DATE_DAY_OR_MONTH: gettext_lazy("Day and month of the date cannot be told apart."),
    Doubt.LINE_ABOVE: gettext_lazy("Running text above the headline, not imported: %(text)s"),
    Doubt.LINE_BELOW: gettext_lazy("Below the story, not recognised, not imported: %(text)s"),
    Doubt.SHORT_LINES_AT_END: gettext_lazy(
        "The body ends with %(text)s short lines that may belong to a list. They are in the article."
    ),
}
NOTES = {
    Note.PAPER_FOUNDED: gettext_lazy("There was no newspaper yet: “%(text)s” was founded."),
    Note.SECTION_REFUSED: gettext_lazy("This section cannot be made: %(text)s"),
    Note.EDITION_UNKNOWN: gettext_lazy("There is no edition “%(text)s”; the article has none."),
    Note.EDITION_OPEN: gettext_lazy("The page does not say which country it is about; the article has no edition."),
    Note.ADDRESS_TAKEN: gettext_lazy("Another article has this address already; this one ends with “%(text)s”."),
    Note.HOUR_UNKNOWN: gettext_lazy("The page gives the day but no hour; noon was written."),
    Note.DATE_IN_FUTURE: gettext_lazy("The date %(text)s lies in the future; the article has none."),
    Note.EDITED_SINCE: gettext_lazy("The newsroom has edited it since; its version stays."),
    Note.WITHDRAWN: gettext_lazy("The newsroom has withdrawn it since; it stays withdrawn."),
    Note.OTHER_CAPTURE: gettext_lazy("The same story came in from “%(text)s”."),
}
REASONS = {
    Reason.MISSING: gettext_lazy("There is no such file."),
    Reason.FOLDER: gettext_lazy("This is a folder. Name the files in it."),
    Reason.UNREADABLE: gettext_lazy("This file cannot be read. %(cause)s"),
    Reason.TOO_LARGE: gettext_lazy("This file is larger than %(megabytes)s MB: it is no captured page."),
    Reason.EMPTY: gettext_lazy("This file is empty."),
    Reason.BINARY: gettext_lazy("This is no text but a picture, an archive or another binary file."),
    Reason.MARKUP: gettext_lazy("This is mark-up (HTML, XML or RTF). A capture holds the text of a page alone."),
    Reason.ENCODING: gettext_lazy(
        "This text is not in the encoding %(encoding)s: line %(line)s cannot be read. Save the file as UTF-8."
    ),
    Reason.NO_ARTICLE: gettext_lazy("There is no article in this text, only a page's menus, lists and forms."),
    Reason.NO_HEADLINE: gettext_lazy("There is running text but no headline above it."),
    Reason.REFUSED_BY_PAPER: gettext_lazy("The newspaper does not accept this article: %(cause)s"),
    Reason.NO_EXPORT: gettext_lazy("This is no export of WordPress: no item stands in it."),
    Reason.NO_FEED: gettext_lazy("This is no feed: neither RSS nor Atom nor JSON Feed."),
    Reason.NOT_FETCHED: gettext_lazy("It cannot be fetched (%(cause)s)."),
    Reason.NO_PAGES: gettext_lazy("There is no page to read in it."),
    Reason.BOMB: gettext_lazy("This file unpacks to far more than an export holds; nothing of it was read."),
    Reason.NO_DATABASE: gettext_lazy("The database is not ready. Run “rotative migrate” first. (%(cause)s)"),
}


@dataclass(frozen=True)
class Report:
    """What happened to one source. `filed` and `capture` are set when it was read, `refusal` when it was refused."""

    name: str
    decoded: Decoded | None = None
    capture: Capture | None = None
    filed: Filed | None = None
    refusal: SourceRefusedError | None = None


def explain(refusal: SourceRefusedError) -> str:
    """Return the sentence that says why a source was refused, and what to do."""
    return (str(REASONS[refusal.reason]) % refusal.facts).strip()


def print_report(console: Console, report: Report) -> None:
    """Print what happened to one source."""
    console.print(Text(_printable(report.name), style="bold"))
    console.print(Padding(_describe(report), (0, 0, 1, 2), expand=False))


def print_summary(console: Console, reports: Sequence[Report]) -> None:
    """Print one line that counts what became of all sources."""
    outcomes = [report.filed.outcome if report.filed else None for report in reports]
    imported, refused = outcomes.count(Outcome.IMPORTED), outcomes.count(None)
    here = len(outcomes) - imported - refused
    console.print(
        Text(
            _("%(imported)s imported, %(here)s already here, %(refused)s refused.")
            % {"imported": imported, "here": here, "refused": refused},
            style="bold red" if refused else "bold",
        )
    )


def _describe(report: Report) -> RenderableType:
    if report.refusal is not None:
        return Text(_("Refused.") + " " + _printable(explain(report.refusal)), style="red")
    if report.filed is None or report.capture is None:
        return Text("")
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    parts = [_Row(*row) for row in _rows(report, report.filed, report.capture)]
    for row in parts:
        for number, line in enumerate(row.lines):
            table.add_row(Text(row.label if number == 0 else ""), Text(_printable(line)))
    return Group(_headline_of(report.filed, report.capture), table)


@dataclass(frozen=True)
class _Row:
    label: str
    lines: Sequence[str]


def _headline_of(filed: Filed, capture: Capture) -> Text:
    words = {
        Outcome.IMPORTED: (_("Imported"), "green"),
        Outcome.ALREADY_HERE: (_("Already here, nothing changed"), "cyan"),
        Outcome.DELETED_SINCE: (_("Was here, and was deleted by the newsroom: nothing changed"), "yellow"),
    }
    word, style = words[filed.outcome]
    return Text.assemble((f"{word}: ", style), _printable(capture.headline))


def _rows(report: Report, filed: Filed, capture: Capture) -> Iterator[tuple[str, Sequence[str]]]:
    notes = [str(NOTES[note]) % {"text": text} for note, text in filed.notes]
    if filed.article is not None:
        yield _("Address"), [filed.article.address]
    if filed.outcome is not Outcome.IMPORTED or filed.article is None:
        if notes:
            yield _("Note"), notes
        return
    yield _("Section"), [" › ".join(filed.trail), *_made(filed)]
    article = filed.article
    yield _("Edition"), [article.edition.title if article.edition else _("none")]
    yield _("Date"), [_date(article.published_at) if article.published_at else _("date unknown")]
    if capture.bylines:
        yield _("Signed by"), [_("%(name)s (guest)") % {"name": name} for name in capture.bylines]
    if capture.kicker:
        yield _("Kicker"), [capture.kicker]
    yield _("Body"), [_size_of(capture)]
    yield from _what_was_done(report, capture)
    uncertain = [*_doubts(capture), *notes]
    if uncertain:
        yield _("To be checked"), uncertain
    if capture.other_stories:
        yield _("Still to find"), _other_stories(capture)


def _what_was_done(report: Report, capture: Capture) -> Iterator[tuple[str, Sequence[str]]]:
    if capture.left_out:
        yield _("Left out"), [", ".join(f"{KINDS[kind]} × {count}" for kind, count in capture.left_out.items())]
    repaired = [f"{REPAIRS[repair]} × {count}" for repair, count in capture.repairs.items()]
    if report.decoded is not None and report.decoded.was_converted:
        repaired.append(_("encoding %(encoding)s converted") % {"encoding": report.decoded.encoding})
    if repaired:
        yield _("Repaired"), [", ".join(repaired)]


def _made(filed: Filed) -> list[str]:
    if not filed.made:
        return [_("there already")]
    return [_("made: %(sections)s") % {"sections": ", ".join(filed.made)}]


def _size_of(capture: Capture) -> str:
    count = len(capture.paragraphs)
    words = sum(len(paragraph.split()) for paragraph in capture.paragraphs)
    paragraphs = ngettext("%(count)s paragraph", "%(count)s paragraphs", count) % {"count": count}
    return paragraphs + ", " + ngettext("%(count)s word", "%(count)s words", words) % {"count": words}


def _doubts(capture: Capture) -> list[str]:
    lines = [str(DOUBTS[doubt]) % {"text": _short(text)} for doubt, text in capture.doubts[:SHOWN]]
    return lines + _and_more(len(capture.doubts))


def _other_stories(capture: Capture) -> list[str]:
    count = len(capture.other_stories)
    first = ngettext("%(count)s address, by its headline:", "%(count)s addresses, by their headlines:", count)
    stories = [
        f"{story.label} — {story.headline}" if story.label else story.headline
        for story in capture.other_stories[:SHOWN]
    ]
    return [first % {"count": count}, *stories, *_and_more(count)]


def _and_more(count: int) -> list[str]:
    if count <= SHOWN:
        return []
    return [ngettext("and %(count)s more", "and %(count)s more", count - SHOWN) % {"count": count - SHOWN}]


def _date(moment: object) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")  # type: ignore[arg-type]


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:99].rstrip() + "…"


def _printable(text: str) -> str:
    """Return `text` without what would act on the terminal, or fail to be written there."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(letter if letter.isprintable() or letter in "\u00a0\u202f" else "�" for letter in text)
