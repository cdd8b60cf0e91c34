"""Clock sanity (skew, jumps): a promised hour must not come early because the machine's clock is wrong.

While the program runs, a clock that is set is seen by comparing it with one that nobody can set. Over a restart the
latest hour that was seen is remembered: a step back is seen by it, and a long pause looks like a step forward. Then, as
in all doubts, the kernel is asked whether a time server keeps the clock right; without one a person has to say so.
"""

import ctypes
import logging
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from rotative.publishing.models import PublisherState

logger = logging.getLogger(__name__)

TOLERANCE_SECONDS = 120.0
# So long Rotative may have stood still without anybody asking whether it did.
PAUSE_SECONDS = 3600.0


def _steady() -> float:
    # Goes on while the machine sleeps, and cannot be set. Only Linux has it.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def is_synchronised() -> bool:
    """Tell whether a time server keeps the clock of this process right, as the kernel knows by adjtimex(2)."""
    if sys.platform != "linux":
        return False
    unsynchronised, error = 0x40, 5  # STA_UNSYNC, TIME_ERROR
    answer = ctypes.create_string_buffer(256)  # more than `struct timex` takes; zeros ask and change nothing
    with suppress(AttributeError, struct.error):
        state = ctypes.CDLL(None).adjtimex(answer)
        status = struct.unpack_from("i", answer, 40)[0]
        kernels_hour = struct.unpack_from("q", answer, 72)[0]
        is_ours = abs(kernels_hour - time.time()) < TOLERANCE_SECONDS
        return 0 <= state != error and not status & unsynchronised and is_ours
    return False


def trust() -> None:
    """Believe the clock as it is now: somebody has looked at it. A publisher at work notices within a second."""
    PublisherState.objects.update_or_create(pk=1, defaults={"latest_hour": datetime.now(UTC), "clock_error": ""})


def find_doubt() -> str:
    """Return why the clock is not believed, for a command that looks once; empty if it is.

    A publisher at work may know of a jump that cannot be seen from here, and takes no other word for it than `trust`.
    """
    state = PublisherState.objects.filter(pk=1).first()
    if state and state.clock_error and not is_synchronised():
        return state.clock_error
    clock = Clock(is_synchronised=is_synchronised)
    return "" if clock.is_trusted() else clock.problem


class Clock:
    """Compares the wall clock with a steady one, and with the latest hour that was seen."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = _steady,
        is_synchronised: Callable[[], bool] = is_synchronised,
    ) -> None:
        self.wall, self.steady, self.is_synchronised = wall, steady, is_synchronised
        self.problem = ""  # why it is not believed, as was said last
        self._stood_still = 0.0  # seconds before this start, when nobody knows whether they have passed
        self._is_new = True
        self._begin_anew()

    def is_trusted(self) -> bool:
        """Tell whether hours may be acted on; a clock that is not believed is an alarm in `rotative doctor`.

        Hours are held until the clock is right again, a time server has set it, or somebody says that it is right.
        """
        state = PublisherState.objects.filter(pk=1).first() or PublisherState(pk=1)
        now = datetime.fromtimestamp(self.wall(), UTC)
        if self._is_new:
            self._is_new = False
            pause = (now - state.latest_hour).total_seconds() if state.latest_hour else 0.0
            self._stood_still = pause if pause > PAUSE_SECONDS else 0.0
        elif self.problem and not state.clock_error:  # somebody has called `trust`
            self._begin_anew()
        problem = self._find_problem(state.latest_hour, now)
        if problem and self.is_synchronised():
            self._begin_anew()
            PublisherState.objects.update_or_create(pk=1, defaults={"latest_hour": now})
            problem = ""
        if problem != self.problem or problem != state.clock_error:
            if problem and not self.problem:
                logger.error("%s", problem)
            self.problem = problem
            PublisherState.objects.update_or_create(pk=1, defaults={"clock_error": problem})
        if not problem and (not state.latest_hour or (now - state.latest_hour).total_seconds() > TOLERANCE_SECONDS / 4):
            PublisherState.objects.update_or_create(pk=1, defaults={"latest_hour": now})
        return not problem

    def _begin_anew(self) -> None:
        """Take both clocks as they are now."""
        self._wall_then, self._steady_then = self.wall(), self.steady()
        self._stood_still = 0.0

    def _find_problem(self, seen: datetime | None, now: datetime) -> str:
        jumped = (self.wall() - self._wall_then) - (self.steady() - self._steady_then)
        if abs(jumped) > TOLERANCE_SECONDS:
            told = _("The clock has jumped by %(seconds)d seconds.") % {"seconds": round(jumped)}
        elif self._stood_still:
            told = _(
                "The clock says %(now)s, and Rotative was last at work at %(seen)s: it was switched off meanwhile, or "
                "the clock is ahead."
            ) % _hours(now, seen)
        elif seen and (seen - now).total_seconds() > TOLERANCE_SECONDS:
            told = _("The clock says %(now)s, but it was %(seen)s already.") % _hours(now, seen)
        else:
            return ""
        remedy = _(
            "Articles with an hour wait. Look at the clock; when it is right, run `rotative clock --trust`. A time "
            "server that sets it does that by itself."
        )
        return f"{told} {remedy}"


def _hours(now: datetime, seen: datetime | None) -> dict[str, str]:
    return {name: at.isoformat(timespec="minutes") for name, at in (("now", now), ("seen", seen)) if at}
