"""An agency's wire in a real browser: an address that does not answer, a wire that is followed, watched, deleted."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PHONE, WIDE, a_page
from tests.browser.looks import faults_of
from tests.browser.served import Site
from tests.browser.signing_in import be_signed_in
from tests.browser.test_imports import MILLISECONDS, an_old_paper
from tests.browser.test_newsroom import a_name


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_a_wire_is_followed_watched_and_deleted(site: Site, browser: Browser, size: Any) -> None:
    paper, name = an_old_paper(site), f"Agence {a_name()}"
    with a_page(browser, viewport=size) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        be_signed_in(page, site, paper["editor"])
        page.goto(f"{site.url}/redaction/imports/fils/nouveau/")
        page.locator("[name=name]").fill(name)
        page.locator("[name=address]").fill(f"http://127.0.0.1/{name.replace(' ', '')}")
        page.locator("[name=section]").select_option(index=1)
        page.locator("[name=test]").click()
        expect(page.locator(".imports-preview .imports-error")).not_to_be_empty()
        assert faults_of(page) == []
        page.locator("form.imports-wire button:not([name])").click()
        expect(page.locator("[name=address]")).to_have_attribute("aria-invalid", "true")
        assert page.locator("[name=name]").input_value() == name
        assert faults_of(page) == []
        page.locator("[name=is_sure]").check()
        page.locator("form.imports-wire button:not([name])").click()

        # Nobody loads the screen again: the worker asks, and it says so.
        status = page.locator("[data-refresh] .imports-status")
        expect(status).to_have_attribute("data-tone", "bad", timeout=MILLISECONDS)
        expect(page.locator("[data-refresh] .imports-error")).not_to_be_empty()
        assert faults_of(page) == []
        page.locator("#pause").click()
        expect(page.locator("#resume")).to_have_count(1)
        page.locator("a[href$='/suppression/']").click()
        expect(page.locator("button.serious")).to_be_visible()
        assert faults_of(page) == []
        page.locator("button.serious").click()
        expect(page.locator(".imports-name").get_by_text(name, exact=True)).to_have_count(0)
        assert not errors
