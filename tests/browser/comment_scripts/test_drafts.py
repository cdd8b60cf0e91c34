"""Drafts of comments: whatever happens to a tab, its words are there again."""

import threading

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.comment_scripts.paper import (
    DRAFT,
    FULL_STORAGE,
    NO_STORAGE,
    SCRIPTS,
    Answer,
    Paper,
    expect_answer,
    expect_draft,
    open_another,
    send,
    write,
)

pytestmark = pytest.mark.browser


# A tab that the system kills tells its page nothing.
KILLED = """for (const name of ["pagehide", "visibilitychange"])
    addEventListener(name, event => event.stopImmediatePropagation(), true);"""


def test_a_draft_survives_a_reload(page: Page) -> None:
    page.locator("[data-reply='7']").click()
    write(page, "Je pense que…\n\nEt puis ?", "Adjoa")
    page.locator("#c-email").fill("adjoa@example.org")
    page.locator("[name=wants_replies]").check()

    page.reload()

    expect_answer(page, "Votre brouillon a été retrouvé.")
    expect(page.locator("#c-text")).to_have_value("Je pense que…\n\nEt puis ?")
    expect(page.locator("#c-name")).to_have_value("Adjoa")
    expect(page.locator("#c-email")).to_have_value("adjoa@example.org")
    expect(page.locator("[name=wants_replies]")).to_be_checked()
    expect(page.locator("[name=in_reply_to]")).to_have_value("7")
    expect(page.locator("#commentaire-7 > form .replying")).to_contain_text("Réponse à Awa $&")


def test_a_draft_survives_a_killed_tab(phone: BrowserContext, paper: Paper) -> None:
    first = open_another(phone, paper, KILLED)
    write(first, "Des mots")
    expect_draft(first, "Des mots")
    first.close()

    expect(open_another(phone, paper).locator("#c-text")).to_have_value("Des mots")


def test_a_draft_is_kept_while_its_writer_makes_no_pause(timeless: Page) -> None:
    write(timeless, "")
    for letter in "Sans pause":
        timeless.keyboard.type(letter)
        timeless.clock.run_for(100)

    assert DRAFT in timeless.evaluate("Object.keys(localStorage)")


def test_a_draft_is_kept_at_once_when_its_tab_goes_to_the_back(timeless: Page) -> None:
    write(timeless, "Un instant")
    expect_draft(timeless)
    timeless.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")

    expect_draft(timeless, "Un instant")


def test_words_written_while_the_script_loads_are_kept(paper: Paper, page: Page) -> None:
    script = Answer(200, (SCRIPTS / "rotative/comments.js").read_text(), held=threading.Event())
    paper.special["/static/rotative/comments.js"] = script
    page.reload()
    page.locator("#c-text").press_sequentially("Avant le script")
    assert page.evaluate("localStorage.length") == 0

    assert script.held
    script.held.set()

    expect_draft(page, "Avant le script")
    expect(page.locator("#c-text")).to_have_value("Avant le script")


def test_a_draft_and_words_written_before_it_came_back_are_both_kept(paper: Paper, page: Page) -> None:
    write(page, "Hier.")
    script = Answer(200, (SCRIPTS / "rotative/comments.js").read_text(), held=threading.Event())
    paper.special["/static/rotative/comments.js"] = script
    page.reload(wait_until="commit")
    page.locator("#c-text").fill("Aujourd’hui.")

    assert script.held
    script.held.set()

    expect_draft(page, "Hier.", "Aujourd’hui.")
    expect(page.locator("#c-text")).to_have_value("Aujourd’hui.")
    write(page, "")
    page.reload()
    expect(page.locator("#c-text")).to_have_value("Hier.")


def test_a_tab_that_sends_leaves_alone_what_another_one_writes(phone: BrowserContext, paper: Paper) -> None:
    first, second = open_another(phone, paper), open_another(phone, paper)
    write(first, "")
    write(second, "Le deuxième")
    expect_draft(second, "Le deuxième")
    write(first, "Le premier")
    expect_draft(first, "Le deuxième", "Le premier")

    send(first)

    expect_answer(first, "Votre commentaire est publié.")
    expect_draft(first, "Le deuxième")
    expect(second.locator("#c-text")).to_have_value("Le deuxième")
    second.close()
    expect(open_another(phone, paper).locator("#c-text")).to_have_value("Le deuxième")


def test_a_draft_that_another_tab_sent_does_not_come_back(phone: BrowserContext, paper: Paper) -> None:
    first = open_another(phone, paper)
    write(first, "Une fois")
    expect_draft(first, "Une fois")
    second = open_another(phone, paper)
    expect(second.locator("#c-text")).to_have_value("Une fois")
    send(second)
    expect_answer(second, "Votre commentaire est publié.")

    first.close()

    expect_draft(second)


def test_an_emptied_form_leaves_no_draft(page: Page) -> None:
    write(page, "Non, rien.")
    expect_draft(page, "Non, rien.")
    page.locator("#c-text").fill("")

    expect_draft(page)


@pytest.mark.parametrize("storage", [NO_STORAGE, FULL_STORAGE])
def test_a_telephone_without_storage_sends_comments(storage: str, phone: BrowserContext, paper: Paper) -> None:
    page = open_another(phone, paper, storage)
    page.locator("[data-reply='8']").click()
    write(page, "Sans mémoire")
    page.wait_for_timeout(300)
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    assert paper.sent[0]["in_reply_to"] == "8"


def test_the_counter_speaks_near_the_limit_and_cuts_nothing(page: Page) -> None:
    counter = page.locator("#c-count")
    write(page, "a" * 4499)
    expect(counter).to_have_text("")
    page.locator("#c-text").fill("e\u0301" * 4989 + "🌍")
    expect(counter).to_have_text("10 caractères restants")
    page.locator("#c-text").fill("é" * 5020)
    expect(counter).to_have_text("20 caractères de trop")
    expect(page.locator("#c-text")).to_have_value("é" * 5020)
