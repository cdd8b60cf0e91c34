"""A mirror is opened from a folder, as from a memory stick: no server, no script, and nothing looks broken."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import PHONE, WIDE, a_page, read_to_the_end
from tests.browser.served import Site, environment_of

PICTURES_THAT_FAILED = "[...document.images].filter(image => !image.naturalWidth).map(image => image.currentSrc)"


@pytest.fixture(scope="module")
def mirror(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stick") / "paper"
    variables = {**environment_of(site.home), "ROTATIVE_SITE_URL": site.url}
    # What is not stored yet is not in a mirror: the publisher has to have made every page first.
    for command in (["rebuild", "--all"], ["export", "static", str(folder)]):
        subprocess.run(
            [sys.executable, "-m", "rotative", *command], env=variables, check=True, capture_output=True, timeout=300
        )
    return folder


def opened(page: Page, file: Path) -> list[str]:
    """Open a file of the mirror and read it to its end; return what went wrong meanwhile."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
    page.goto(file.as_uri())
    read_to_the_end(page)
    return wrong


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["360", "1440"])
@pytest.mark.parametrize("kind", ["front", "article", "article-gallery", "section", "edition"])
def test_a_page_opens_from_a_folder(
    browser: Browser, site: Site, mirror: Path, kind: str, viewport: dict[str, int]
) -> None:
    with a_page(browser, viewport=viewport) as page:
        wrong = opened(page, mirror / site.pages[kind].strip("/") / "index.html")

        assert wrong == []
        assert page.evaluate(PICTURES_THAT_FAILED) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # Its own style sheet is there: the nameplate stands in the middle.
        assert page.locator(".nameplate").evaluate("plate => getComputedStyle(plate).textAlign") == "center"
        assert page.locator("form, button").count() == 0


def test_one_gets_from_the_front_page_to_a_story_and_back(browser: Browser, mirror: Path) -> None:
    with a_page(browser) as page:
        opened(page, mirror / "index.html")
        headline = page.locator(".card.lead a").inner_text()
        page.locator(".card.lead a").click()

        assert page.locator("h1").inner_text() == headline
        page.locator(".nameplate").click()
        assert page.url == (mirror / "index.html").as_uri()
