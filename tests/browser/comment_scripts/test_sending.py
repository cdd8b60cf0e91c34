"""Comments that are sent: received, refused, or left to the browser; and what the scripts weigh."""

import gzip
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comment_scripts.paper import (
    PUBLISHED,
    SCRIPTS,
    Answer,
    Paper,
    expect_answer,
    expect_draft,
    send,
    wait_until,
    write,
)

pytestmark = pytest.mark.browser

KB = 1024


def test_a_received_comment_is_shown_and_its_draft_forgotten(paper: Paper, page: Page) -> None:
    paper.answers = [Answer(202, {"state": "waiting", "message": "La rédaction le lira."})]
    write(page, "Un <b>mot</b>\n\nDeux", "Adjoa")
    expect_draft(page, "Un <b>mot</b>\n\nDeux")
    send(page)

    expect_answer(page, "La rédaction le lira.")
    assert page.locator(".sent p").all_text_contents() == ["Adjoa", "Un <b>mot</b>", "Deux"]
    expect(page.locator("#c-text")).to_have_value("")
    expect(page.locator("#c-name")).to_have_value("Adjoa")
    expect(page.get_by_role("button", name="Envoyer")).to_be_focused()
    expect_draft(page)
    assert (paper.sent[0]["text"].splitlines(), paper.sent[0]["name"]) == (["Un <b>mot</b>", "", "Deux"], "Adjoa")
    assert paper.accepted == ["application/json"]


def test_what_is_added_while_a_comment_is_sent_stays(paper: Paper, page: Page) -> None:
    held = threading.Event()
    paper.answers = [Answer(200, PUBLISHED.body, held=held)]
    write(page, "Envoyé")
    send(page)
    wait_until(lambda: len(paper.sent) == 1, page)
    page.locator("#c-text").fill("Envoyé, et encore")
    held.set()

    expect_answer(page, "Votre commentaire est publié.")
    expect(page.locator(".sent")).to_have_text("Envoyé")
    expect(page.locator("#c-text")).to_have_value("Envoyé, et encore")
    expect_draft(page, "Envoyé, et encore")


def test_a_double_tap_sends_one_comment(paper: Paper, page: Page) -> None:
    held = threading.Event()
    paper.answers = [Answer(200, PUBLISHED.body, held=held)]
    write(page, "Deux fois")
    button = page.get_by_role("button", name="Envoyer")
    button.dblclick()
    page.locator("#c-name").press("Enter")
    button.focus()
    expect_answer(page, "Envoi…")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    held.set()

    expect_answer(page, "Votre commentaire est publié.")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    assert len(paper.sent) == 1


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(paper: Paper, page: Page) -> None:
    errors = {"name": "Trop long.", "text": "Trop court.", "in_reply_to": "Disparu."}
    paper.answers = [Answer(422, {"state": "invalid", "message": "À corriger.", "errors": errors})]
    write(page, "Hum", "A" * 90)
    send(page)

    expect_answer(page, "À corriger.")
    text = page.locator("#c-text")
    expect(page.locator("#c-text + .error")).to_have_text("Trop court.")
    expect(page.locator("#c-name + .error")).to_have_text("Trop long.")
    expect(text).to_be_focused()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(text).to_have_accessible_description("Trop court.")
    assert text.get_attribute("aria-describedby").split() == ["c-text-error", "c-count"]
    expect(page.locator("#c-email")).not_to_have_attribute("aria-invalid", "true")
    expect(text).to_have_value("Hum")
    expect_draft(page, "Hum")

    text.fill("Humanité")
    send(page)

    expect_answer(page, "Votre commentaire est publié.")
    expect(page.locator(".error")).to_have_count(0)
    assert text.get_attribute("aria-describedby").split() == ["c-count"]
    expect(text).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(("status", "state"), [(403, "closed"), (409, "elsewhere")])
def test_a_refused_comment_is_kept(status: int, state: str, paper: Paper, page: Page) -> None:
    paper.answers = [Answer(status, {"state": state, "message": "C’est fermé."})]
    write(page, "Trop tard")
    send(page)

    expect_answer(page, "C’est fermé.")
    expect(page.locator("#c-text")).to_have_value("Trop tard")
    expect_draft(page, "Trop tard")
    expect(page.get_by_role("button", name="Envoyer")).to_be_focused()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, "<h1>Accès refusé</h1>"),
        Answer(200, "<h1>Accès refusé</h1>"),
        Answer(404, {"detail": "?"}),
        Answer(200, {"state": "confirm", "message": "Est-ce vous ?", "errors": {}}),
        Answer(303, "", headers={"Location": "/ailleurs/"}),
    ],
    ids=["4xx", "HTML", "unknown JSON", "unknown state", "redirect"],
)
def test_an_answer_that_the_script_does_not_understand_is_left_to_the_browser(
    answer: Answer, paper: Paper, page: Page
) -> None:
    paper.answers = [answer, Answer(200, "<h1>Page du serveur</h1>")]
    write(page, "Entier")
    send(page)

    expect(page.locator("h1")).to_have_text("Page du serveur")
    assert [sent["text"] for sent in paper.sent] == ["Entier", "Entier"]
    assert "/ailleurs/" not in paper.opened
    expect_draft(page, "Entier")


def test_the_form_sends_without_its_script(paper: Paper, page: Page) -> None:
    paper.special["/static/rotative/comments.js"] = Answer(503, "")
    paper.answers = [Answer(200, "<h1>Merci</h1>")]
    page.locator("#c-text").fill("Comme autrefois")
    send(page)

    expect(page.locator("h1")).to_have_text("Merci")
    assert paper.sent[0]["text"] == "Comme autrefois"


def test_the_scripts_of_an_article_are_light() -> None:
    scripts = [(SCRIPTS / "rotative" / name).read_bytes() for name in ("reader.js", "comments.js", "proof.js")]

    sizes = [len(gzip.compress(script, 9)) for script in scripts]
    assert sizes[0] <= 2 * KB, "what everybody loads"
    assert sum(sizes) <= 6.25 * KB, "what somebody loads who comments"


def test_a_visit_loads_no_more_than_the_reader_asks_for(paper: Paper, page: Page) -> None:
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname)")

    # Browsers ask for an icon by themselves where a page names none.
    assert [path for path in loaded if path != "/favicon.ico"] == ["/static/rotative/reader.js"]
    assert page.evaluate("localStorage.length") == 0
