"""Debian's Chromium, driven by Playwright, without a word to anybody but the served newspaper."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.machine import find_program

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1440, "height": 900}


# A reader whose browser is set to letters of twice the usual size (16 pixels); media queries in em follow.
LARGE_TEXT = "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"


@contextmanager
def running(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """Yield a running browser."""
    browser = playwright.chromium.launch(executable_path=find_program("chromium"), args=[*FLAGS, *flags])
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def a_page(browser: Browser, **options: object) -> Iterator[Page]:
    """Yield a page of a visitor who never came before. `options` are those of Playwright's contexts."""
    context: BrowserContext = browser.new_context(**{"locale": "fr-FR", "viewport": WIDE, **options})  # type: ignore[arg-type]
    try:
        yield context.new_page()
    finally:
        context.close()


def read_to_the_end(page: Page) -> None:
    """Scroll down and up again, so that everything lazy is loaded, and wait for the pictures on the way."""
    page.evaluate(
        """async () => {
            const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
            for (let y = 0; y < document.body.scrollHeight; y += innerHeight) { scrollTo(0, y); await pause(40); }
            const shown = [...document.images].filter(image => image.getClientRects().length);
            await Promise.race([Promise.all(shown.map(image => image.decode().catch(() => {}))), pause(5000)]);
            scrollTo(0, 0);
        }"""
    )
    page.wait_for_load_state("networkidle")
