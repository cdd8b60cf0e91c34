import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.comment_scripts.paper import Handler, Paper, a_phone, open_another


@pytest.fixture
def paper() -> Iterator[Paper]:
    made = Paper()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, made))
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_port}/article/"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def shared_phone(browser: Browser) -> Iterator[BrowserContext]:
    with a_phone(browser) as shared:
        yield shared


@pytest.fixture
def phone(shared_phone: BrowserContext) -> Iterator[BrowserContext]:
    """A telephone without a tab. It remembers nothing: each paper has another address."""
    yield shared_phone
    shared_phone.set_offline(False)
    for page in shared_phone.pages:
        page.close()


@pytest.fixture
def page(phone: BrowserContext, paper: Paper) -> Page:
    return open_another(phone, paper)


@pytest.fixture
def timeless(browser: Browser, paper: Paper) -> Iterator[Page]:
    """A page whose clock runs when a test says so."""
    with a_phone(browser) as phone:
        phone.clock.install()
        opened = open_another(phone, paper)
        opened.clock.pause_at(time.time() + 1)
        yield opened
