"""Pages whose words no designer had in mind stay within the screen, on telephones and on desks."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import a_page
from tests.browser.looks import WIDER_THAN_THE_PAGE
from tests.browser.served import Site

STRAINED = Path(__file__).with_name("strained.py")
WIDTHS = (320, 360, 768, 1024, 1440)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@pytest.fixture(scope="module")
def strained(site: Site) -> Any:
    """Every kind of page of a paper under strain, by name."""
    return site.run(STRAINED)


def show(page: Page, site: Site, html: str) -> None:
    """Show a page that the site does not have, with the site's own pictures and scripts."""
    page.unroute_all()
    page.route(f"{site.url}/tension/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(f"{site.url}/tension/")


def test_no_page_is_wider_than_the_screen(site: Site, browser: Browser, strained: Any) -> None:
    wider = {}
    with a_page(browser) as page:
        for kind, html in strained.items():
            show(page, site, html)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                needed, has = page.evaluate(
                    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
                )
                out = page.evaluate(WIDER_THAN_THE_PAGE, width)
                if needed > has or out:
                    wider[kind, width] = (needed, out)
    assert wider == {}


def test_no_control_character_reaches_a_reader(strained: Any) -> None:
    found = {kind: CONTROLS.findall(html) for kind, html in strained.items()}
    assert {kind: signs for kind, signs in found.items() if signs} == {}
    assert "Des signes de commande" in json.dumps(strained, ensure_ascii=False)
