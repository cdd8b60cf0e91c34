"""Redirects by rule, not by row: kinds of addresses that old sites made beside each page, and where they lead.

A row for each would be thousands, and a stored page for each is what anybody could make up without end. So these are
asked last, the application answers them by itself, and nothing is kept.
"""

import re
from typing import Final

from django.http import QueryDict

from rotative.addresses import COMMENTS, FEED, OLD_NUMBERS, OLD_WORDS, PAPER_ARCHIVES, SITEMAP
from rotative.content import queries
from rotative.content.models import Article
from rotative.content.models.listings import PAPER
from rotative.frontend.pages import absences, feeds, latest
from rotative.frontend.pages.absences import with_slash

MOST_BELOW: Final = 3  # steps of `comment-page-2/feed/atom/`

# What stood once on an old site, whatever it was: feeds, sitemaps, the front page by other names.
_ONCE: Final = (
    (
        re.compile(r"/(?:flux|rss|atom|feed(?:/(?:rss2?|atom|rdf))?)/|/(?:wp-)?(?:rss2?|atom|rdf|feed)\.(?:xml|php)/"),
        feeds.ADDRESS,
    ),
    (re.compile(r"/comments/feed(?:/(?:rss2?|atom))?/"), COMMENTS + FEED),
    (re.compile(r"/[a-z0-9_-]*sitemap[a-z0-9_-]*\.xml(?:\.gz)?/"), SITEMAP),
    (re.compile(r"/(?:index\.(?:php|html?)|home|amp)/"), "/"),
    (re.compile(r"/page/[0-9]+/"), latest.ADDRESS),
)
_DATED: Final = re.compile(r"/((?:19|20)[0-9]{2})(?:/(0[1-9]|1[0-2])(?:/[0-3][0-9])?)?/(?:(?:page/[0-9]+|feed)/)?")
_MONTH: Final = re.compile(r"((?:19|20)[0-9]{2})(?:(0[1-9]|1[0-2])(?:[0-3][0-9])?)?")
_FILE: Final = re.compile(r"(/.+?)(?:-[0-9]+x[0-9]+|-scaled)(\.[a-z0-9]+)", re.IGNORECASE)
# Parts and twins of a list.
_OF_LIST: Final = re.compile(r"(?:page/[0-9]+/|amp/)*(feed/(?:(?:rss2?|atom|rdf)/)?)?")


def find(path: str) -> str | None:
    """Return where an address leads at which nothing stands, or None."""
    address = with_slash(path)
    once = next((target for pattern, target in _ONCE if pattern.fullmatch(address)), None)
    if once == address.rstrip("/"):
        return None
    return once or _find_month(_DATED.fullmatch(address)) or _find_file(path) or _find_beside(address)


def find_by_query(path: str, asked: QueryDict) -> str | None:
    """Return where an old address leads that says behind a question mark what it is of, whatever else stands there."""
    for name in (*OLD_NUMBERS, "m"):
        if asked.get(name, "").isdigit() and (target := absences.find_target(f"{path}?{name}={asked[name]}")):
            return target
    if path != "/":
        return None
    for name, root in OLD_WORDS.items():
        words = asked.get(name, "").strip("/")
        if words and "\0" not in words and (target := absences.find_target(f"{root}{words}/")):  # PostgreSQL has no NUL
            return target
    if "feed" in asked:
        return feeds.ADDRESS
    return _find_month(_MONTH.fullmatch(asked.get("m", "")))


def _find_month(found: "re.Match[str] | None") -> str | None:
    """Return the archive of a month, or the list of months when nothing is left of it."""
    if found is None:
        return None
    month = f"{found[1]}-{found[2]}"
    return f"{PAPER_ARCHIVES}{month}/" if found[2] and queries.count_month(PAPER, month) else PAPER_ARCHIVES


def _find_file(path: str) -> str | None:
    """Return where a picture is whose copy in another size stood at `path`."""
    found = _FILE.fullmatch(path)
    if found is None:
        return None
    whole = (f"{found[1]}{found[2]}", f"{found[1]}-scaled{found[2]}")
    return next(filter(None, (absences.find_target(with_slash(name)) for name in whole if name != path)), None)


def _find_beside(address: str) -> str | None:
    """Return the page beside which something stood at `address`: below an article anything, of a list its parts."""
    base, below = address, ""
    for _step in range(MOST_BELOW):
        base, last = _above(base)
        below = f"{last}/{below}"
        if base == "/":
            return None
        place = _find_place(base)
        if place is None:
            continue
        if queries.was_withdrawn(place) or isinstance(queries.find_page(place), Article):
            return place
        part = _OF_LIST.fullmatch(below)
        if part is None:
            return None
        return feeds.address_below(place) if part[1] and feeds.stands(place) else place
    return None


def _above(address: str) -> tuple[str, str]:
    above, _slash, last = address.rstrip("/").rpartition("/")
    return f"{above}/", last


def _find_place(address: str) -> str | None:
    """Return where what stood at `address` stands within the paper now, or stood until it was taken back."""
    if queries.stands(address) or queries.was_withdrawn(address):
        return address
    target = absences.find_target(address)
    return with_slash(target) if target and target.startswith("/") else None
