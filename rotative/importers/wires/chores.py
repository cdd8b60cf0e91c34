"""Wires in the background: asked by a process of its own, which begins when one is due and ends with the last."""

from collections.abc import Callable
from typing import Final

from rotative.importers.processes import WorkApart
from rotative.importers.wires import asking

LOOK_SECONDS: Final = 2
WIRES: Final = WorkApart("rotative-wires", lambda: asking.due().exists(), asking.ask_next)
# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = ((LOOK_SECONDS, WIRES.start),)
