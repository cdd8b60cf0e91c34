"""A served newspaper and a browser, each started once for all browser tests."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import chromium
from tests.browser.served import Site, served
from tests.browser.visits import Visit, visit

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with served() as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with chromium.running(playwright) as running:
        yield running


@pytest.fixture(scope="session")
def browser_with_large_text(playwright: Playwright) -> Iterator[Browser]:
    with chromium.running(playwright, chromium.LARGE_TEXT) as running:
        yield running


@pytest.fixture(scope="session")
def visits(browser: Browser, site: Site) -> Callable[[str], Visit]:
    """Return a function from a kind of page to its first visit; each is made once."""
    return cache(lambda kind: visit(browser, site.address_of(kind)))
