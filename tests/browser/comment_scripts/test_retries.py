"""Comments that cannot be sent now are sent again by themselves, once."""

import altcha
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.comment_scripts.paper import (
    FULL_STORAGE,
    LATER,
    LOADED,
    NO_STORAGE,
    OTHER,
    SECRET,
    Answer,
    Paper,
    expect_answer,
    expect_draft,
    open_another,
    send,
    wait_until,
    write,
)

pytestmark = pytest.mark.browser

BLOCKED = """window.fetch = () => Promise.reject(new TypeError("blocked"));"""


def test_a_comment_that_must_wait_is_sent_again_by_itself(paper: Paper, timeless: Page) -> None:
    page = timeless
    paper.answers = [LATER, Answer(500, "<h1>Oups</h1>"), LATER]
    write(page, "Patience")
    send(page)
    expect_answer(page, "Plus tard. Il est gardé.")
    for tries, seconds in enumerate((5, 10, 20), 1):
        page.clock.run_for(seconds * 1000 - 50)
        page.wait_for_timeout(50)
        assert len(paper.sent) == tries
        expect_draft(page, "Patience")
        expect_answer(page, "Plus tard. Il est gardé.")
        page.clock.run_for(seconds * 250 + 100)
        wait_until(lambda tries=tries: len(paper.sent) > tries, page)
        expect(page.get_by_role("button", name="Envoyer")).not_to_have_attribute("aria-disabled", "true")

    expect_answer(page, "Votre commentaire est publié.")
    assert [sent["text"] for sent in paper.sent] == ["Patience"] * 4
    assert altcha.verify_solution(paper.sent[3]["proof"], SECRET).verified
    expect(page.locator("#c-text")).to_have_value("")


def test_a_comment_that_waits_can_be_sent_at_once(paper: Paper, page: Page) -> None:
    paper.answers = [LATER]
    write(page, "Tout de suite")
    send(page)
    expect_answer(page, "Plus tard. Il est gardé.")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")


def test_a_comment_written_without_network_leaves_when_it_is_back(
    phone: BrowserContext, paper: Paper, page: Page
) -> None:
    write(page, "Hors ligne")
    phone.set_offline(True)
    send(page)
    expect_answer(page, "Pas de réseau. Il est gardé.")
    expect(page.locator("#c-text")).to_have_value("Hors ligne")
    expect_draft(page, "Hors ligne")
    phone.set_offline(False)

    expect_answer(page, "Votre commentaire est publié.")
    assert [sent["text"] for sent in paper.sent] == ["Hors ligne"]
    expect_draft(page)


def leave_unsent(paper: Paper, page: Page, text: str) -> None:
    """Send a comment without a network, and close its tab.

    The paper is away, not the browser set offline: Chromium is back for a moment while a tab leaves its page.
    """
    write(page, text, "Adjoa")
    paper.is_reached = False
    send(page)
    expect_answer(page, "Pas de réseau. Il est gardé.")
    page.close()
    paper.is_reached = True


def test_a_comment_whose_tab_was_closed_leaves_at_the_next_visit(
    phone: BrowserContext, paper: Paper, page: Page
) -> None:
    leave_unsent(paper, page, "Onglet fermé")

    again = open_another(phone, paper)

    expect_answer(again, "Votre commentaire est publié.")
    assert [(sent["text"], sent["name"]) for sent in paper.sent] == [("Onglet fermé", "Adjoa")]
    assert altcha.verify_solution(paper.sent[0]["proof"], SECRET).verified
    expect_draft(again)
    again.reload()
    again.evaluate(LOADED)
    assert len(paper.sent) == 1


@pytest.mark.parametrize("not_yet", [LATER, Answer(502, "<h1>Bad Gateway</h1>")], ids=["later", "no answer of ours"])
def test_it_leaves_from_whichever_page_of_the_paper_has_a_form(
    not_yet: Answer, phone: BrowserContext, paper: Paper, page: Page
) -> None:
    page.locator("[data-reply='8']").click()
    page.locator("#c-email").fill("adjoa@example.org")
    page.locator("[name=wants_replies]").check()
    leave_unsent(paper, page, "D’une autre\n\npage")
    paper.answers = [not_yet]

    elsewhere = phone.new_page()
    elsewhere.goto(paper.address.replace("/article/", OTHER))
    wait_until(lambda: len(paper.sent) == 1, elsewhere)
    expect_draft(elsewhere, "D’une autre\n\npage")
    elsewhere.reload()

    expect(elsewhere.locator(".sent")).to_have_text("Il est parti.AdjoaD’une autrepage")
    expect_draft(elsewhere)
    expect(elsewhere.locator("#c-text")).to_have_value("")
    assert paper.sent_to == ["/commentaires/envoyer/42/"] * 2
    sent = paper.sent[1]
    assert (sent["in_reply_to"], sent["email"], sent["wants_replies"]) == ("8", "adjoa@example.org", "1")
    assert altcha.verify_solution(sent["proof"], SECRET).verified


def test_what_is_not_taken_any_more_is_shown_and_stays_a_draft(phone: BrowserContext, paper: Paper, page: Page) -> None:
    leave_unsent(paper, page, "Trop tard")
    paper.answers = [Answer(403, {"state": "closed", "message": "C’est fermé."})]

    elsewhere = phone.new_page()
    elsewhere.goto(paper.address.replace("/article/", OTHER))

    expect(elsewhere.locator(".sent")).to_have_text("Refusé : C’est fermé.AdjoaTrop tard")
    expect_draft(elsewhere, "Trop tard")
    elsewhere.reload()
    elsewhere.evaluate(LOADED)
    again = open_another(phone, paper)
    expect_answer(again, "Votre brouillon a été retrouvé.")
    assert len(paper.sent) == 1


def test_a_draft_that_nobody_sent_does_not_leave_by_itself(phone: BrowserContext, paper: Paper, page: Page) -> None:
    write(page, "Pas encore [1,1]")
    expect_draft(page, "Pas encore [1,1]")
    page.close()

    for address in (paper.address, paper.address.replace("/article/", OTHER)):
        again = phone.new_page()
        again.goto(address)
        again.evaluate(LOADED)
        again.wait_for_load_state("networkidle")
    assert not paper.sent


def test_a_browser_in_which_scripts_may_not_send_sends_the_plain_form(phone: BrowserContext, paper: Paper) -> None:
    page = open_another(phone, paper, BLOCKED)
    paper.answers = [Answer(200, "<h1>Page du serveur</h1>")]
    write(page, "Bloqué")
    send(page)

    expect(page.locator("h1")).to_have_text("Page du serveur")
    assert [sent["text"] for sent in paper.sent] == ["Bloqué"]
    expect_answer(open_another(phone, paper), "Votre brouillon a été retrouvé.")


@pytest.mark.parametrize("storage", [NO_STORAGE, FULL_STORAGE])
def test_a_telephone_without_storage_does_not_promise_to_keep_it(
    storage: str, phone: BrowserContext, paper: Paper
) -> None:
    page = open_another(phone, paper, storage)
    paper.answers = [LATER]
    write(page, "Sans mémoire")
    send(page)

    expect_answer(page, "Plus tard. Laissez la page ouverte.")


def test_whoever_changes_a_comment_that_waits_takes_it_back(phone: BrowserContext, paper: Paper, page: Page) -> None:
    write(page, "À moitié")
    phone.set_offline(True)
    send(page)
    expect_answer(page, "Pas de réseau. Il est gardé.")
    page.locator("#c-text").press("End")
    page.keyboard.type(" dit")
    expect_answer(page, "")
    phone.set_offline(False)
    page.wait_for_timeout(200)

    assert not paper.sent
    expect_draft(page, "À moitié dit")
