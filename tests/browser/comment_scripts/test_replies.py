"""The form moves below the comment that it answers."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.comment_scripts.paper import Answer, Paper, send, write

pytestmark = pytest.mark.browser


def test_a_reply_is_written_below_what_it_answers(paper: Paper, page: Page) -> None:
    page.locator("[data-reply='8']").click()

    expect(page.locator("#commentaire-8 > form #c-text")).to_be_focused()
    expect(page.locator(".replying")).to_have_text("Réponse à Koffi Ne plus répondre")
    page.keyboard.type("Tout à fait.")
    send(page)

    sent = page.locator("#commentaire-8 > .sent")
    expect(sent).to_have_text("Votre commentaire est publié.Tout à fait.")
    expect(sent).to_be_focused()
    expect(page.locator("#commentaires > form [name=in_reply_to]")).to_have_value("")
    expect(page.locator(".replying")).to_be_hidden()
    assert (paper.sent[0]["in_reply_to"], paper.sent[0]["text"]) == ("8", "Tout à fait.")
    assert page.url == paper.address


def test_a_reply_can_be_given_up_by_keyboard(page: Page) -> None:
    write(page, "Des mots")
    page.locator("[data-reply='7']").press("Enter")
    expect(page.locator("#commentaire-7 > form #c-text")).to_be_focused()
    page.locator("[data-reply='8']").press("Enter")
    expect(page.locator("#commentaire-8 > form [name=in_reply_to]")).to_have_value("8")

    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Ne plus répondre")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#commentaires > form #c-text")).to_be_focused()
    expect(page.locator("[name=in_reply_to]")).to_have_value("")
    expect(page.locator("#c-text")).to_have_value("Des mots")


def test_a_reply_link_leads_to_its_page_when_the_script_is_lost(paper: Paper, page: Page) -> None:
    paper.special["/static/rotative/comments.js"] = Answer(503, "")
    page.locator("[data-reply='7']").click()

    page.wait_for_url("**/commentaires/repondre/7/")


def test_a_reply_link_opens_in_a_new_tab_as_any_other(phone: BrowserContext, page: Page) -> None:
    with phone.expect_page() as opened:
        page.locator("[data-reply='7']").click(modifiers=["Control"])
    opened.value.wait_for_url("**/commentaires/repondre/7/")
