"""Whether the machine's clock can be believed: a promised hour must not come early because a clock has jumped.

While the program runs, a clock that is set is seen by comparing it with one that nobody can set. Over a restart only
a step back can be seen: a step forward looks like a night without power, after which what was promised is published.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from rotative.publishing.models import PublisherState

logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 120.0


def _steady() -> float:
    # Goes on while the machine sleeps, and cannot be set. Only Linux has it.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Clock:
    """Compares the wall clock with a steady one, and remembers the latest hour that it has seen."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = _steady) -> None:
        self.wall, self.steady = wall, steady
        self._wall_then, self._steady_then = wall(), steady()
        self._told = ""

    def is_trusted(self) -> bool:
        """Tell whether hours may be acted on; a clock that is not believed is an alarm in `rotative doctor`.

        Hours are held until the clock is right again. Somebody who has set it on purpose restarts the program.
        """
        problem = self._problem()
        if problem != self._told:
            self._told = problem
            PublisherState.objects.update_or_create(pk=1, defaults={"clock_error": problem})
            if problem:
                logger.error("%s", problem)
        return not problem

    def _problem(self) -> str:
        jumped = (self.wall() - self._wall_then) - (self.steady() - self._steady_then)
        if abs(jumped) > TOLERANCE_SECONDS:
            return _(
                "The clock has jumped by %(seconds)d seconds. Articles with an hour wait until it is right again, "
                "or until Rotative is restarted."
            ) % {"seconds": round(jumped)}
        seen = PublisherState.objects.filter(pk=1).values_list("latest_hour", flat=True).first()
        now = datetime.fromtimestamp(self.wall(), UTC)
        if seen and (seen - now).total_seconds() > TOLERANCE_SECONDS:
            return _("The clock says %(now)s, but it was %(seen)s already. Articles with an hour wait for it.") % {
                "now": now.isoformat(timespec="minutes"),
                "seen": seen.isoformat(timespec="minutes"),
            }
        if seen is None or (now - seen).total_seconds() > TOLERANCE_SECONDS / 4:
            PublisherState.objects.update_or_create(pk=1, defaults={"latest_hour": now})
        return ""
