"""A negative cache: paths at which nothing stands. Scanners ask for the same hundred all day."""

import time
from collections import OrderedDict
from typing import Final

MOST_PATHS: Final = 2_000
LONGEST_PATH: Final = 1_000
TTL_SECONDS: Final = 60


class MissingPaths:
    """Paths, each believed until the publisher's counter moves: a page that appears is seen at once."""

    def __init__(self) -> None:
        self._paths: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._paths)

    def add(self, path: str, counter: int | None) -> None:
        """Remember that nothing stood at `path` when the counter stood at `counter`."""
        if counter is None or len(path) > LONGEST_PATH:
            return
        self._paths[path] = (counter, time.monotonic() + TTL_SECONDS)
        while len(self._paths) > MOST_PATHS:
            self._paths.popitem(last=False)

    def knows(self, path: str, counter: int | None) -> bool:
        """Tell whether nothing stands at `path`, as far as is known."""
        entry = self._paths.get(path)
        return entry is not None and entry[0] == counter and time.monotonic() < entry[1]
