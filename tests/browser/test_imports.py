"""An import's way through the newsroom in a real browser: gone on with, watched, read, taken back."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PHONE, a_page
from tests.browser.looks import faults_of
from tests.browser.served import Site
from tests.browser.signing_in import be_signed_in
from tests.browser.test_newsroom import a_name

OLD_PAPER = Path(__file__).with_name("old_paper.py")
MILLISECONDS = 120_000  # for the worker to take up a job and end it, on a machine that does other things as well


def an_old_paper(site: Site) -> Any:
    os.environ["OLD_PAPER"] = f"gazette-{a_name().lower()}"
    try:
        return site.run(OLD_PAPER)
    finally:
        del os.environ["OLD_PAPER"]


def open_import(page: Page, site: Site, paper: Any) -> None:
    be_signed_in(page, site, paper["editor"])
    page.goto(f"{site.url}/redaction/imports/")
    page.locator(f"#import-{paper['job']}").click()


def test_an_import_is_gone_on_with_watched_read_and_taken_back(site: Site, browser: Browser) -> None:
    paper = an_old_paper(site)
    with a_page(browser) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        open_import(page, site, paper)
        status = page.locator("[data-refresh] .imports-status")
        page.locator("#go-on").click()
        # Nobody loads the screen again: it is kept fresh.
        expect(status).to_have_attribute("data-tone", "good", timeout=MILLISECONDS)
        expect(page.locator(".imports-said")).not_to_be_empty()

        page.reload()
        page.locator("[name=mark]").select_option("pictures")
        page.locator("[name=words]").fill("épisode 7")
        page.locator(".imports-go button").click()
        line = page.locator(".imports-line")
        expect(line).to_have_count(1)
        line.locator("summary").click()
        expect(line.locator("details")).to_contain_text("-7.jpg")
        expect(line.locator("[href$='-7.jpg']")).to_have_count(1)
        with page.expect_download() as got:
            page.locator("[download]").click()
        table = Path(got.value.path()).read_text(encoding="utf-8-sig")
        assert table.count("épisode") == paper["stories"]

        page.locator("#undo").click()
        expect(page.locator(".imports-forecast li").first).to_contain_text(str(paper["stories"]))
        page.locator("button.serious").click()
        expect(page.locator("#undo")).to_have_count(0)
        expect(page.locator("[data-refresh] [data-moving]")).to_have_count(0, timeout=MILLISECONDS)
        expect(status).to_have_text(re.compile("Annulé|Undone"))
        assert not errors


def test_without_javascript_the_screen_is_loaded_again(site: Site, browser: Browser) -> None:
    paper = an_old_paper(site)
    with a_page(browser, java_script_enabled=False) as page:
        open_import(page, site, paper)
        page.locator("#go-on").click()
        for _time in range(120):
            if page.locator("[data-refresh] [data-tone=good]").count():
                break
            page.wait_for_timeout(1000)
            page.reload()
        expect(page.locator("[data-refresh] [data-tone=good]")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_out_of_a_phone(scheme: str, site: Site, browser: Browser) -> None:
    paper = an_old_paper(site)
    with a_page(browser, color_scheme=scheme, viewport=PHONE) as page:
        open_import(page, site, paper)
        page.locator("#go-on").click()
        expect(page.locator("[data-refresh] .imports-status")).to_have_attribute(
            "data-tone", "good", timeout=MILLISECONDS
        )
        base = f"{site.url}/redaction/imports/"
        for address in ("", f"{paper['job']}/", f"{paper['job']}/annulation/", f"{paper['job']}/rubriques/"):
            page.goto(base + address)
            for summary in page.locator(".imports-report summary").all()[:2]:
                summary.click()
            assert faults_of(page) == [], address
