"""Dates as mark-up writes them."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from rotative.importers.story.stories import Moment

_ISO: Final = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)")
_EARLIEST: Final = 1900


def read_moment(text: str) -> Moment | None:
    """Read a date of ISO 8601, of RFC 2822, or seconds since 1970; None for anything else."""
    text = text.strip()[:80]
    try:
        if re.fullmatch(r"\d{9,10}|\d{12,13}", text):
            seconds = int(text) / (1000 if len(text) > 10 else 1)
            return Moment.of(datetime.fromtimestamp(seconds, UTC))
        if found := _ISO.match(text):
            return _of_iso(found)
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError):
        return None
    if moment.tzinfo is None:
        return Moment(moment.date(), moment.time())
    return Moment.of(moment)


def moment_of_address(address: str) -> Moment | None:
    """Return the day that an address such as `/2023/03/14/title` names."""
    found = _IN_ADDRESS.search(address)
    try:
        return Moment(date(int(found[1]), int(found[2]), int(found[3]))) if found else None
    except ValueError:
        return None


def _of_iso(found: re.Match[str]) -> Moment | None:
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if day.year < _EARLIEST:  # 0000, 0001: a field that was never filled
        return None
    if found[4] is None:
        return Moment(day)
    clock = f"{int(found[4]):02d}:{found[5]}:{found[6] or '00'}"
    zone = (found[7] or "").upper()
    if not zone:
        return Moment(day, datetime.fromisoformat(f"{day}T{clock}").time())
    zone = "+00:00" if zone in {"Z", "UTC", "GMT"} else zone
    return Moment.of(datetime.fromisoformat(f"{day}T{clock}{zone if len(zone) > 3 else zone + ':00'}"))
