"""axe-core finds nothing on any kind of page, in light and dark, at 320 pixels and with text at twice its size."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import kinds
from tests.browser.chromium import a_page
from tests.browser.looks import WIDER_THAN_THE_PAGE, examine
from tests.browser.served import Site

SETTINGS: dict[str, dict[str, Any]] = {
    "wide": {},
    "large text": {},
    "narrow": {"viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("kind", kinds.ALL)
def test_axe_finds_nothing(kind: str, site: Site, browser: Browser, browser_with_large_text: Browser) -> None:
    findings = []
    for name, options in SETTINGS.items():
        with a_page(browser_with_large_text if name == "large text" else browser, **options) as page:
            page.goto(site.address_of(kind), wait_until="load")
            findings += [f"{name}: {finding}" for finding in examine(page)]
            if name == "wide":
                page.emulate_media(color_scheme="dark")
                findings += [f"dark: {finding}" for finding in examine(page)]

    assert not findings, f"{site.pages[kind]}\n" + "\n".join(findings)


@pytest.mark.parametrize("kind", kinds.ALL)
def test_nothing_is_scrolled_sideways(
    kind: str, site: Site, browser: Browser, browser_with_large_text: Browser
) -> None:
    for chosen, width in ((browser, 320), (browser_with_large_text, 640), (browser_with_large_text, 1280)):
        with a_page(chosen, viewport={"width": width, "height": 700}) as page:
            page.goto(site.address_of(kind), wait_until="load")

            assert page.evaluate(WIDER_THAN_THE_PAGE, width) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


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
