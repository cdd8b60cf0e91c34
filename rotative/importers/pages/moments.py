"""Dates as mark-up writes them."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from rotative.importers.story.stories import Moment

_SECONDS: Final = re.compile(r"\d{9,10}|\d{12,13}")
_ZONE: Final = re.compile(r"\s*(UTC|GMT|Z+)?[A-Z]*$", re.IGNORECASE)  # a name that is none of UTC's says too little
_LEADING: Final = re.compile(  # what fromisoformat would read, but for a short hour and what stands behind
    r"(\d{4}-\d{2}-\d{2})(?!\d)(?:[T,\s]+(\d{1,2})(:\d{2}(?::\d{2})?+)(?!\s*[ap]\.?m)(?:\.\d+)?+"
    r"\s*(UTC|GMT|Z)?+([+-])?+(?:(?<=[+-])(\d{1,2})(:?\d{2})?+)?+)?",
    re.IGNORECASE,
)
_HOUR: Final = re.compile(r":|\dT\d")
_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)")
_EARLIEST: Final = 1900


def read_moment(text: str) -> Moment | None:
    """Read a date of ISO 8601, of RFC 2822, or seconds since 1970; None for anything else."""
    text = text.strip()[:80]
    return _read(text) or _read(_leading(text))


def _read(text: str) -> Moment | None:
    try:
        moment = _parsed(text).replace(microsecond=0)
    except (ValueError, OverflowError, TypeError):
        return None
    if moment.year < _EARLIEST:  # 0001: a field that was never filled
        return None
    if moment.tzinfo is not None:
        return Moment.of(moment)
    return Moment(moment.date(), moment.time() if _HOUR.search(text) else None)


def _parsed(text: str) -> datetime:
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)
    if not text[:4].isdigit():
        return parsedate_to_datetime(text)
    return datetime.fromisoformat(_ZONE.sub(lambda zone: "Z" if zone[1] else "", text))


def _leading(text: str) -> str:
    """Return the date that a text begins with as ISO 8601 writes it: with hour and zone, else the day alone."""
    found = _LEADING.match(text)
    if found is None or found[2] is None:
        return found[1] if found is not None else ""
    zone = f"{found[5]}{found[6]:0>2}{found[7] or ''}" if found[6] else "Z" if found[4] else ""
    return f"{found[1]}T{found[2]:0>2}{found[3]}{zone}"


def moment_of_address(address: str) -> Moment | None:
    """Return the day that an address such as `/2023/03/14/title` names."""
    found = _IN_ADDRESS.search(address)
    try:
        return Moment(date(int(found[1]), int(found[2]), int(found[3]))) if found else None
    except ValueError:
        return None
