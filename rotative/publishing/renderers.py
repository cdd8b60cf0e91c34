"""Renderers: pages are rendered in the publisher's own process, or in a pool of processes."""

import logging
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Protocol

from django.db import DatabaseError, connections

from rotative.publishing import render, tracking
from rotative.publishing.storing import Failure, Outcome

logger = logging.getLogger(__name__)

SLICE_SECONDS = 0.1


class Renderer(Protocol):
    """Something that renders pages in their order. It may return fewer than it was given, and at least one."""

    def render(self, paths: Sequence[str]) -> list[Outcome]: ...

    def close(self) -> None: ...


class InProcessRenderer:
    """Renders in this process, and stops after a while: what has come in since is looked at between slices."""

    def __init__(self, seconds: float = SLICE_SECONDS) -> None:
        self.seconds = seconds

    def render(self, paths: Sequence[str]) -> list[Outcome]:
        until = time.monotonic() + self.seconds
        outcomes: list[Outcome] = []
        with tracking.batch_cache():
            for path in paths:
                outcomes.append(attempt(path))
                if time.monotonic() > until:
                    break
        return outcomes

    def close(self) -> None:
        pass


class ProcessRenderer:
    """Renders in several processes; each reads what pages share once for its part of the slice."""

    def __init__(self, count: int) -> None:
        self.count = count
        # Connections cannot be shared with children: each opens its own.
        connections.close_all()
        self._pool = ProcessPoolExecutor(count, multiprocessing.get_context("fork"), initializer=connections.close_all)

    def render(self, paths: Sequence[str]) -> list[Outcome]:
        # Neighbours go to different processes, so that none is left with all the long pages.
        parts = [paths[start :: self.count] for start in range(self.count)]
        found = [list(part) for part in self._pool.map(_render_part, parts)]
        return [found[number % self.count][number // self.count] for number in range(len(paths))]

    def close(self) -> None:
        self._pool.shutdown()


def _render_part(paths: Sequence[str]) -> list[Outcome]:
    with tracking.batch_cache():
        return [attempt(path) for path in paths]


def attempt(path: str) -> Outcome:
    """Render a page, or say why it could not be. A database that does not answer is not the page's fault: it raises."""
    try:
        return render.render(path)
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("%s could not be rendered; it stays as it is.", path)
        return Failure(path, f"{type(error).__name__}: {error}"[:500])
