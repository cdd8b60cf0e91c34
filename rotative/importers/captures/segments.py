"""Text density heuristic: where the running text of a page stands. No word of any language is needed.

Running text earns a line points by its length, short lines cost some; the story is the run of lines that earns most.
A menu of forty words ends it, a subheading or a list of six items does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.boilerplate.lines import is_prose, is_sentence
from rotative.importers.captures.capture import Page

LONGEST_LIST = 20
_SUBHEADINGS = 8  # short lines in a row that a story may well hold
_SUBHEADING = -0.25
_DECENT = 0.4  # of the most running text in one run
_MOST = 600  # letters that count: one endless paragraph does not carry all that follows it
_CUT_OFF = re.compile(
    r"(?P<sign>…|\.{3}|\[…\]|\[\.{3}\])\W{0,3}(?P<more>[^\W\d]{2,12}(?: [^\W\d]{2,12}){0,2}\W{0,3})?$"
)
_ITEM = re.compile(r"\s*(?:[-–—•*·▪►→✓]|\d{1,3}[.)°]|[a-z][.)])\s*\w|.*(?:://|www\.)")
_COSTS = {
    Kind.RELATED: 1.0,  # as often an insert; `endings` judges headings of lists
    Kind.NEIGHBOURS: 4.0,
    Kind.COMMENT_FORM: 6.0,
    Kind.CAPTCHA: 6.0,
    Kind.FOOTER: 4.0,
    Kind.COOKIES: 2.0,
    Kind.MENU: 1.0,
    Kind.ABOUT_AUTHOR: 3.0,
    Kind.NEWSLETTER: 1.0,
    Kind.TAGS: 1.0,
}


@dataclass(frozen=True)
class Segment:
    """Indices of the first and the last line of running text."""

    first: int
    last: int


def find_segment(page: Page, start: int = 0) -> Segment | None:
    """Return the first run of lines from `start` on that holds much running text, or None when none does."""
    found: list[tuple[float, Segment]] = []
    most = total = 0.0
    began = start
    for at, earned in enumerate(_earnings(page, start), start=start):
        if total <= 0:
            total = most = 0.0
            began = at
        total += earned
        if page.prose[at] and total > most:
            most = total
            if not found or found[-1][1].first != began:
                found.append((0.0, Segment(began, at)))
            found[-1] = (most, Segment(began, at))
    # A page's own story comes first; what is longer below it are others' words.
    enough = _DECENT * max((points for points, _ in found), default=0.0)
    runs = [at for at in range(start, len(page)) if page.prose[at]]
    whole = Segment(runs[0], runs[-1]) if runs else None  # nothing but beginnings: better than nothing
    return next((segment for points, segment in found if points >= enough), whole)


def _earnings(page: Page, start: int) -> Iterator[float]:
    """Yield what each line from `start` on earns, in the light of the lines above it."""
    announced = short = 0
    for at in range(start, len(page)):
        text, kind, is_running = page.lines[at].text, page.kinds[at], page.prose[at]
        earned = _points(text, kind, is_running)
        short = 0 if earned > 0 else short + 1
        announced = _announced(text, kind, is_running, announced)
        if kind is None and earned < 0:
            earned = 0.0 if announced else _SUBHEADING if short <= _SUBHEADINGS else earned
        yield -1.0 if is_running and is_teaser(text, _above(page, at, start)) else earned


def _announced(text: str, kind: Kind | None, is_running: bool, left: int) -> int:
    """Return how many more short lines may be the items of a list that a colon announced."""
    if text.rstrip()[-1:] in {":", "："} and len(text) >= 25 and kind is None:
        return LONGEST_LIST
    return 0 if is_running or kind is not None else max(left - 1, 0)


def _points(text: str, kind: Kind | None, is_running: bool) -> float:
    if kind is not None:
        return -_COSTS.get(kind, 0.3)
    if is_running:
        return 2.0 + min(len(text), _MOST) / 75
    if is_sentence(text) or _ITEM.match(text):
        return 0.1 if len(text) >= 25 else -0.1
    return -0.7 if len(text) >= 25 else -0.6


def is_teaser(text: str, above: str) -> bool:
    """Say whether running text is the beginning of another story, cut off where a list has no more room.

    `above` is the line before: an ellipsis alone ends many sentences, but not below a headline.
    """
    found = _CUT_OFF.search(text[-60:]) if len(text) <= 450 else None
    if found is None or text.startswith(("«", "“", '"', "-", "—", "–")):
        return False
    return found["sign"].startswith("[") or bool(found["more"]) or (len(above) >= 25 and not is_sentence(above))


def _above(page: Page, at: int, start: int) -> str:
    """Return the nearest line above that may be a headline, past a date or a label."""
    if not at or is_prose(page.lines[at - 1].text):
        return ""
    near = range(at - 1, max(at - 4, start - 1), -1)
    return next((text for i in near if page.kinds[i] is None and len(text := page.lines[i].text) >= 25), "")
