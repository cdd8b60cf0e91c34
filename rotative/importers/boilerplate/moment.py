"""Date and time as a page or an export gives them: often without an hour or a zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time


@dataclass(frozen=True)
class Moment:
    """When something happened: a day, and the hour when the source gives it, in UTC or else in the paper's time."""

    on: date
    at: time | None = None
    is_utc: bool = False

    @classmethod
    def of(cls, moment: datetime) -> "Moment":
        """Return an aware moment in UTC."""
        there = moment.astimezone(UTC)
        return cls(there.date(), there.time().replace(tzinfo=None), is_utc=True)
