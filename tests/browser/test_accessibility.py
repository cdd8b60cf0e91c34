"""axe-core finds nothing on any kind of page, in light and dark, at 320 pixels and with text at twice its size."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import Browser

from tests.browser import kinds
from tests.browser.chromium import a_page
from tests.browser.looks import examine, outside_of
from tests.browser.served import Site

NARROW, LARGE, LARGE_AND_NARROW = 320, 1280, 640


@dataclass(frozen=True)
class Look:
    """What axe-core finds on one kind of page, and what runs out of the screen, each with where it was seen."""

    findings: list[str]
    outside: list[str]


@pytest.fixture(scope="module")
def looks(site: Site, browser: Browser, browser_with_large_text: Browser) -> Callable[[str], Look]:
    """Return a function that looks at a kind of page in all settings; each kind is looked at once."""

    @cache
    def look_at(kind: str) -> Look:
        look = Look([], [])
        for with_browser, name, width in (
            (browser, "wide", 1440),
            (browser, "narrow", NARROW),
            (browser_with_large_text, "large text", LARGE),
        ):
            with a_page(with_browser, viewport={"width": width, "height": 700}) as page:
                page.goto(site.address_of(kind), wait_until="load")
                look.findings.extend(f"{name}: {finding}" for finding in examine(page))
                look.outside.extend(f"{name}: {element}" for element in outside_of(page, width))
                if name == "wide":
                    page.emulate_media(color_scheme="dark")
                    look.findings.extend(f"dark: {finding}" for finding in examine(page))
                if name == "large text":
                    page.set_viewport_size({"width": LARGE_AND_NARROW, "height": 700})
                    look.outside.extend(f"{name}, narrow: {element}" for element in outside_of(page, LARGE_AND_NARROW))
        return look

    return look_at


@pytest.mark.parametrize("kind", kinds.ALL)
def test_axe_finds_nothing(kind: str, site: Site, looks: Callable[[str], Look]) -> None:
    findings = looks(kind).findings

    assert not findings, f"{site.pages[kind]}\n" + "\n".join(findings)


@pytest.mark.parametrize("kind", kinds.ALL)
def test_nothing_is_scrolled_sideways(kind: str, looks: Callable[[str], Look]) -> None:
    assert looks(kind).outside == []


def test_text_grows_with_the_setting_of_the_browser(
    site: Site, browser: Browser, browser_with_large_text: Browser
) -> None:
    sizes = []
    for chosen in (browser, browser_with_large_text):
        with a_page(chosen) as page:
            page.goto(site.address_of("article"))
            sizes.append(page.evaluate("parseFloat(getComputedStyle(document.querySelector('.body p')).fontSize)"))

    assert sizes[0] >= 18
    assert sizes[1] >= 1.99 * sizes[0]


@pytest.mark.parametrize("kind", ["front", "article"])
def test_the_keyboard_reaches_the_content_first_and_focus_is_seen(kind: str, site: Site, browser: Browser) -> None:
    with a_page(browser) as page:
        page.goto(site.address_of(kind))
        page.keyboard.press("Tab")
        first = page.evaluate("document.activeElement.getAttribute('href')")

        assert first.startswith("#"), "the first stop is a link over the masthead, to the content"
        assert page.locator(first).count() == 1
        for _stop in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")


FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
}"""
