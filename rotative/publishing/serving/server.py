"""The built-in server of readers' pages, a read-through cache: memory, else the store, else Django.

It needs neither the database nor models: while they are down, every stored page is answered, and for the others a
stored page says so.
"""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from rotative.publishing.serving.headers import RETRY_AFTER_SECONDS
from rotative.publishing.serving.limit import ConcurrencyLimit, LimitReachedError
from rotative.publishing.serving.missing_paths import MissingPaths
from rotative.publishing.serving.page_cache import PageCache
from rotative.publishing.serving.ready_page import ReadyPage
from rotative.publishing.serving.shared_miss import PlainResponse, SharedMiss
from rotative.publishing.serving.single_flight import SingleFlight
from rotative.publishing.serving.upstream import UpstreamResponse, anonymous, fetch
from rotative.publishing.serving.wsgi import READS, Application, Environ, StartResponse
from rotative.publishing.store import HTML, Store

ERRORS: Final = frozenset({404, *range(500, 600)})  # in whose place a stored page is shown

WAIT_SECONDS: Final = 0.9
POLL_SECONDS: Final = 0.02
# So many threads of a process, at most, wait for Django or for each other on behalf of readers: fewer than
# `rotative serve` has, so that however slow the database is, one is left for stored pages.
UPSTREAM_LIMIT: Final = 4
QUEUE_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Site:
    """What the server is told of the site whose pages are stored."""

    is_beside: Callable[[str], bool]  # whether the application answers for a path by itself
    # Of what may stand behind a question mark, only this may ask for something else, and at the front page alone.
    root_query: re.Pattern[str]
    # Pages that are shown in the place of errors, and paths at which nobody finds such pages.
    not_found: str
    unavailable: str
    hidden: frozenset[str]
    busy: str  # said where no page for it is stored


class Sendable(Protocol):
    def send(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]: ...


def serve_stored(application: Application, store: Store, site: Site) -> Application:
    """Wrap an application: readers' pages are answered from the store; it is asked for the rest."""
    pages = PageCache(store)
    behind = _ReadThrough(application, store, site, pages)
    recall = pages.recall  # looked up once: what follows runs for each request

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in READS:
            path = environ.get("PATH_INFO", "")
            page = recall(path)
            if page is not None and is_asked_for(page, path, environ.get("QUERY_STRING", ""), site):
                return page.send(environ, start_response)
        return behind.answer(environ, start_response)

    return answer


def is_asked_for(page: ReadyPage, path: str, query: str, site: Site) -> bool:
    """Tell whether what is stored at `path` is wanted, whatever stands behind the question mark.

    The front page may stand where that of an old site stood; so may a redirect, from a folder that it was in.
    """
    if not query:  # nearly always
        return True
    is_front = path == "/" or (page.status == 301 and path.endswith("/"))
    return not (is_front and site.root_query.search(query))


class _ReadThrough:
    """What is asked on a cache miss: the store on the disk, then the application."""

    def __init__(self, application: Application, store: Store, site: Site, pages: PageCache) -> None:
        self._application = application
        self._store = store
        self._site = site
        self._pages = pages
        self._missing = MissingPaths()
        self._single_flight: SingleFlight[PlainResponse | ReadyPage] = SingleFlight()
        self._upstream = ConcurrencyLimit(UPSTREAM_LIMIT, QUEUE_SECONDS)

    def answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in READS or self._site.is_beside(path):
            return self._application(environ, start_response)
        return self._find(environ, path).send(environ, start_response)

    def _find(self, environ: Environ, path: str) -> Sendable:
        if path in self._site.hidden:
            return self._not_found() or ReadyPage({"identity": b""}, 404, HTML)
        query = environ.get("QUERY_STRING", "")
        counter = self._pages.counter_value()  # before the store is looked at, or it would not be seen to move
        if not query and self._missing.knows(path, counter) and (page := self._not_found()):
            return page
        if (page := self._find_stored(path)) and is_asked_for(page, path, query, self._site):
            return page
        try:
            with self._upstream.hold():
                if query:
                    return self._replace_error(fetch(self._application, environ))
                return self._fetch_once(environ, path, counter)
        except (LimitReachedError, TimeoutError):
            return self._busy()

    def _find_stored(self, path: str) -> ReadyPage | None:
        """Return what is stored at `path`, or the way to it when only the last slash is missing."""
        page = self._pages.find(path)
        if page is None and not path.endswith("/") and self._pages.find(target := path + "/"):
            # No page is stored at an address that would have to be escaped.
            return ReadyPage({"identity": f'<a href="{target}">{target}</a>\n'.encode()}, 301, HTML, location=target)
        return page

    def _fetch_once(self, environ: Environ, path: str, counter: int | None) -> Sendable:
        """Ask the application for a page that is not stored, once for all who want it now."""
        until = time.monotonic() + WAIT_SECONDS
        own: list[UpstreamResponse] = []

        def fetch_plain() -> PlainResponse | None:
            response = fetch(self._application, anonymous(environ))
            if response.is_shareable():
                return response.read()
            own.append(response)
            return None

        def fetch_shared() -> PlainResponse | ReadyPage | None:
            found = self._fetch_in_turn(path, until, fetch_plain)
            if not isinstance(found, PlainResponse):
                return found
            if found.status == 404:
                self._missing.add(path, counter)
            return found if found.status in ERRORS else self._prepare(found)

        found = self._single_flight.run(path, fetch_shared, wait_seconds=WAIT_SECONDS)
        if found is not None:
            return self._prepare(found) if isinstance(found, PlainResponse) else found
        if own:
            return self._replace_error(own[0])
        if time.monotonic() > until:
            raise TimeoutError
        return self._replace_error(fetch(self._application, environ))  # the answer was for somebody else only

    def _fetch_in_turn(
        self, path: str, until: float, fetch: Callable[[], PlainResponse | None]
    ) -> PlainResponse | ReadyPage | None:
        """Ask the application unless another process of this machine does: then wait for what it is told."""
        try:
            miss = SharedMiss(self._store.root, path)
        except OSError:  # no store, or none that we may write to
            return fetch()
        try:
            while not miss.try_lock():
                if miss.is_of_another_path():
                    return fetch()
                if page := self._find_stored(path):
                    return page
                if time.monotonic() > until:
                    raise TimeoutError
                time.sleep(POLL_SECONDS)
            if answer := miss.find_response():
                return answer
            miss.announce()
            if answer := fetch():
                miss.share(answer)
            return answer
        finally:
            miss.close()

    def _replace_error(self, response: UpstreamResponse) -> Sendable:
        """Put a stored page in the place of an error."""
        stored = self._error(response.status)
        if stored is None:
            return response
        response.close()
        return stored

    def _prepare(self, plain: PlainResponse) -> ReadyPage:
        return self._error(plain.status) or ReadyPage(
            {"identity": plain.body},
            plain.status,
            plain.media_type,
            location=plain.location,
            retry_after_seconds=RETRY_AFTER_SECONDS if plain.status == 503 else 0,
        )

    def _error(self, status: int) -> ReadyPage | None:
        if status == 404:
            return self._not_found()
        if status in ERRORS:
            return self._pages.find_as(503, self._site.unavailable, retry_after_seconds=RETRY_AFTER_SECONDS)
        return None

    def _not_found(self) -> ReadyPage | None:
        return self._pages.find_as(404, self._site.not_found)

    def _busy(self) -> ReadyPage:
        """Return the answer for a moment at which too many wait for pages that are not stored."""
        return self._pages.find_as(503, self._site.unavailable, retry_after_seconds=1) or ReadyPage(
            {"identity": self._site.busy.encode()}, 503, "text/plain; charset=utf-8", retry_after_seconds=1
        )
