"""Purging of caches and CDNs in front: an outbox with retries and backoff, for pages whose bytes have changed.

Purges are rows, written with the bytes; sending them is bounded in time and never holds up a publication.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from rotative.publishing.backoff import exponential_backoff
from rotative.publishing.models import Purge

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 3.0
AT_ONCE = 50
# A cache that was fetching the old page while it was stored keeps it: it is told again after the longest fetch.
SECOND_PURGE = timedelta(seconds=30)
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=2), timedelta(minutes=10)
MOST_ATTEMPTS = 20


class Cache(Protocol):
    """A cache in front of the paper."""

    def purge(self, paths: Sequence[str]) -> None:
        """Let it fetch these paths anew. Raises OSError or HTTPException when it did not take the order."""


@dataclass(frozen=True)
class PurgingCache:
    """A cache that understands the method PURGE: Varnish, nginx with a purge module, Squid, Fastly."""

    address: str

    def purge(self, paths: Sequence[str]) -> None:
        parts = urlsplit(self.address)
        host = urlsplit(settings.SITE_URL).netloc
        make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        try:
            for path in paths:
                connection.request("PURGE", path, headers={"Host": host})
                response = connection.getresponse()
                response.read()
                if response.status >= 400 and response.status != 404:  # 404: it had nothing to forget
                    raise HTTPException(f"{self.address} answers {response.status} to PURGE {path}")
        finally:
            connection.close()


def caches() -> list[Cache]:
    """Return the caches that the settings name."""
    return [PurgingCache(address) for address in settings.PURGE_URLS]


def enqueue(paths: Sequence[str]) -> None:
    """Note in the running transaction that the caches must forget `paths`: now, and once more after a while."""
    if not settings.PURGE_URLS:
        return
    now = timezone.now()
    Purge.objects.bulk_create(Purge(path=path, due_at=due_at) for due_at in (now, now + SECOND_PURGE) for path in paths)


class Purger:
    """Sends what is due, in a thread: a cache that hangs is waited for there, and the loop goes on."""

    def __init__(self, targets: Sequence[Cache] | None = None) -> None:
        self.targets = caches() if targets is None else targets
        self._thread = ThreadPoolExecutor(1, "purge") if self.targets else None
        self._under_way: tuple[list[Purge], Future[None]] | None = None

    def send_due(self) -> int:
        """Hand over what is due, and settle what the caches have answered; return how many were settled."""
        if self._thread is None:
            return 0
        settled = self._collect()
        if self._under_way is None:
            due = list(Purge.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")[:AT_ONCE])
            if due:
                paths = list(dict.fromkeys(purge.path for purge in due))
                self._under_way = due, self._thread.submit(self._send, paths)
        return settled

    def wait(self) -> None:
        """Wait for the answer to what is under way; for tests and for a take-down."""
        if self._under_way:
            self._under_way[1].exception()

    def close(self) -> None:
        if self._thread:
            self._thread.shutdown(wait=False, cancel_futures=True)

    def _send(self, paths: list[str]) -> None:
        for target in self.targets:
            target.purge(paths)

    def _collect(self) -> int:
        if self._under_way is None or not self._under_way[1].done():
            return 0
        purges, answer = self._under_way
        self._under_way = None
        error = answer.exception()
        if error is None:
            Purge.objects.filter(pk__in=[purge.pk for purge in purges]).delete()
            return len(purges)
        logger.warning("A cache did not forget %s pages: %s", len(purges), error)
        for purge in purges:
            _retry_later(purge)
        return 0


def _retry_later(purge: Purge) -> None:
    """Retry with backoff; after many attempts the short life of pages in caches must do."""
    purge.attempts += 1
    if purge.attempts >= MOST_ATTEMPTS:
        logger.error("Given up: the caches may show an old %s until it expires there.", purge.path)
        purge.delete()
        return
    purge.due_at = timezone.now() + exponential_backoff(FIRST_RETRY, LONGEST_RETRY, purge.attempts)
    purge.save(update_fields=["attempts", "due_at"])
