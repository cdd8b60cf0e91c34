"""Wires in the background: asked by processes of their own, which begin when one is due and end with the last."""

from collections.abc import Callable
from typing import Final

from rotative.importers.wires import asking
from rotative.publishing.processes import WorkApart

LOOK_SECONDS: Final = 2
TOGETHER: Final = 4  # so many wires may be slow before another one waits
WIRES: Final = WorkApart("rotative-wires", lambda: asking.due().exists(), asking.ask_next, TOGETHER)
# By the seconds after which each is done again.
CHORES: tuple[tuple[float, Callable[[], int]], ...] = ((LOOK_SECONDS, WIRES.start),)
