"""The moderators' queue in a real browser: by keyboard, by thumb, by two at once, with a network that fails."""

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import PHONE, a_page
from tests.browser.looks import WIDER_THAN_THE_PAGE, faults_of
from tests.browser.served import Site
from tests.browser.signing_in import be_signed_in

WAITING = Path(__file__).with_name("waiting.py")
MANY = 1000
UNDONE_EVERY = 100
KEYS = ("a", "r", "s")
CARD = "#cards article"
SECONDS = 300  # faster than anybody decides, on a machine that does other things as well

# A promise of the number of the next comment that has the focus.
ANOTHER_IN_FOCUS = """before => new Promise(done => {
    const look = () => {
        const number = document.activeElement.closest?.(".moderation-card")?.dataset.number ?? before;
        if (number === before) requestAnimationFrame(look);
        else done(number);
    };
    look();
})"""

# What stands beyond the edge and is cut off, where nothing can be scrolled.
CUT_OFF = """width => [...document.querySelectorAll("#moderation *:not(.moderation-tabs *)")].filter(
    element => element.getBoundingClientRect().right > width + 1
).map(element => element.outerHTML.slice(0, 120))"""


@dataclass(frozen=True)
class Desk:
    """A queue of one article's comments, and who may read it."""

    site: Site
    story: int

    @property
    def address(self) -> str:
        return f"{self.site.url}/redaction/commentaires/?story={self.story}"

    def counts(self) -> dict[str, int]:
        """Return how many comments are in each state, as the database has it."""
        with sqlite3.connect(f"file:{self.site.home}/rotative.sqlite3?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT status, count(*) FROM comments_comment WHERE article_id = ? GROUP BY status", [self.story]
            )
            return dict(rows.fetchall())


def a_queue(site: Site, count: int, *, afresh: bool = True) -> Desk:
    os.environ.update({"WAITING": str(count)} | ({"WAITING_AFRESH": "yes"} if afresh else {}))
    try:
        return Desk(site, **site.run(WAITING))
    finally:
        os.environ.pop("WAITING_AFRESH", None)


@contextmanager
def at_work(desk: Desk, browser: Browser, name: str = "moderatrice", query: str = "", **options: Any) -> Iterator[Page]:
    """Yield the queue as a moderator who has just signed in sees it; complain of errors in the console."""
    with a_page(browser, **options) as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        be_signed_in(page, desk.site, name)
        page.goto(desk.address + query)
        yield page
        assert not errors


def focused(page: Page) -> str:
    """Return the number of the comment that has the focus; nothing when something else has it."""
    return str(page.evaluate("document.activeElement.closest?.('.moderation-card')?.dataset.number ?? ''"))


def number_of(card: Locator) -> str:
    return card.get_attribute("data-number") or ""


def wait_for_counts(desk: Desk, expected: dict[str, int], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while desk.counts() != expected:
        assert time.monotonic() < until, (desk.counts(), expected)
        time.sleep(0.2)


def test_a_thousand_comments_are_decided_by_keyboard(site: Site, browser: Browser) -> None:
    desk = a_queue(site, MANY)
    decided = dict.fromkeys(("approved", "rejected", "spam"), 0)
    slowest = undone = 0.0
    with at_work(desk, browser) as page:
        expect(page.locator(CARD).first).to_be_focused()
        begun = time.monotonic()
        before = focused(page)
        for number in range(MANY):
            key = KEYS[number % 3]
            pressed = time.monotonic()
            page.keyboard.press(key)
            if number % UNDONE_EVERY == UNDONE_EVERY - 1:
                page.keyboard.press("z")
                assert focused(page) == before, "what is taken back is at hand again"
                undone += 1
                page.keyboard.press(key)
            if number < MANY - 1:
                before = page.evaluate(ANOTHER_IN_FOCUS, before)
            slowest = max(slowest, time.monotonic() - pressed)
            decided[["approved", "rejected", "spam"][number % 3]] += 1
        pressing = time.monotonic() - begun
        expect(page.locator("#empty")).to_be_focused()
        wait_for_counts(desk, decided, SECONDS)
        stored = time.monotonic() - begun
        expect(page.locator("[data-count=waiting]")).to_have_text("0")
        assert page.title().startswith("Comm")

    print(
        f"\n{MANY} decisions by keyboard, {undone:.0f} of them undone and made again: {pressing:.1f} s "
        f"({1000 * pressing / MANY:.0f} ms each, the slowest {1000 * slowest:.0f} ms), all stored after {stored:.1f} s"
    )
    assert pressing < SECONDS


def test_every_key_does_what_it_says(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 6)
    with at_work(desk, browser) as page:
        cards = page.locator(CARD)
        numbers = [number_of(card) for card in cards.all()]
        page.keyboard.press("j")
        assert focused(page) == numbers[1]
        page.keyboard.press("ArrowDown")
        assert focused(page) == numbers[2]
        page.keyboard.press("k")
        page.keyboard.press("ArrowUp")
        assert focused(page) == numbers[0]

        page.keyboard.press("t")
        expect(cards.first.locator(".moderation-thread li")).to_have_count(1)
        page.keyboard.press("t")
        expect(cards.first.locator(".moderation-thread")).to_have_count(0)

        page.keyboard.press("p")
        expect(cards.first).to_have_attribute("data-pinned", "yes")
        assert focused(page) == numbers[0]
        page.keyboard.press("z")
        expect(cards.first).not_to_have_attribute("data-pinned", "yes")

        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("a")
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).not_to_be_visible()
        expect(cards).to_have_count(6)

        with page.expect_popup() as opened:
            page.keyboard.press("o")
        assert opened.value.url.endswith("#commentaires")
        opened.value.close()


def test_keys_rest_while_one_types_and_with_control(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 3)
    with at_work(desk, browser) as page:
        page.keyboard.press("e")
        expect(page.locator("textarea")).to_be_focused()
        page.keyboard.type("arszx")
        page.keyboard.press("Control+a")
        expect(page.locator(CARD)).to_have_count(3)
        page.locator("[data-do=cancel]").click()
        page.keyboard.press("Control+s")
        page.keyboard.press("Alt+r")
        page.keyboard.press("Shift+A")
        expect(page.locator(CARD)).to_have_count(3)
        page.keyboard.press("e")
        expect(page.locator("textarea")).to_have_value(re.compile("arszx"))


def test_many_are_ticked_and_decided_with_one_key(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 60)
    with at_work(desk, browser) as page:
        bulk = page.locator(".moderation-bulk")
        expect(bulk).not_to_be_visible()
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(bulk).to_be_visible()
        page.keyboard.press("s")
        wait_for_counts(desk, {"spam": 2, "waiting": 58})
        page.keyboard.press("Shift+X")
        page.keyboard.press("a")
        wait_for_counts(desk, {"spam": 2, "approved": 48, "waiting": 10})
        page.keyboard.press("z")
        wait_for_counts(desk, {"spam": 2, "waiting": 58})
        assert focused(page)
        page.keyboard.press("z")
        wait_for_counts(desk, {"waiting": 60})


def test_an_edit_and_an_answer_are_written_in_the_card(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 3)
    with at_work(desk, browser) as page:
        first = page.locator(CARD).first
        page.keyboard.press("e")
        page.locator("textarea").fill("")
        page.locator("[data-do=send]").click()
        expect(page.locator("textarea")).to_be_focused()
        expect(page.locator("[data-error=text]")).not_to_be_empty()
        page.locator("textarea").fill("Un texte <b>corrigé</b>.")
        page.keyboard.press("Control+Enter")
        expect(first.locator(".moderation-text")).to_have_text("Un texte <b>corrigé</b>.")
        expect(first).to_be_focused()
        page.keyboard.press("z")
        expect(first.locator(".moderation-text")).to_contain_text("trois ans")
        page.keyboard.press("z")
        expect(page.locator(".moderation-said")).to_contain_text(re.compile("nothing|rien"))

        page.keyboard.press("n")
        expect(page.locator("[name=name]")).not_to_have_value("")
        page.locator("textarea").fill("La mairie paiera.")
        page.locator("[data-do=send]").click()
        expect(page.locator(CARD)).to_have_count(2)
        assert focused(page)
        wait_for_counts(desk, {"approved": 2, "waiting": 2})
        page.keyboard.press("z")
        expect(page.locator(CARD)).to_have_count(4)
        wait_for_counts(desk, {"waiting": 4})


def test_what_cannot_be_sent_comes_back_and_says_so(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 5)
    with at_work(desk, browser) as page:
        number = focused(page)
        page.context.set_offline(True)
        page.keyboard.press("a")
        page.keyboard.press("s")
        expect(page.locator(CARD)).to_have_count(3)
        expect(page.locator(CARD)).to_have_count(5)
        card = page.locator(f"#comment-{number}")
        expect(card.locator(".moderation-trouble")).to_be_visible()
        expect(page.locator("[role=status].moderation-said")).not_to_be_empty()
        assert focused(page)
        assert desk.counts() == {"waiting": 5}

        page.context.set_offline(False)
        card.locator("[data-do=approve]").click()
        wait_for_counts(desk, {"approved": 1, "waiting": 4})
        expect(page.locator(CARD)).to_have_count(4)


def test_who_is_signed_out_loses_nothing(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 3)
    with at_work(desk, browser) as page:
        page.keyboard.press("n")
        page.locator("textarea").fill("Une réponse longue à écrire.")
        cookies = page.context.cookies()
        page.context.clear_cookies(name="sessionid")
        page.locator("[data-do=send]").click()
        expect(page.locator("[data-error=text]")).not_to_be_empty()
        expect(page.locator("textarea")).to_have_value("Une réponse longue à écrire.")

        page.context.add_cookies(cookies)  # type: ignore[arg-type] # what the browser gave is what it takes
        page.locator("[data-do=send]").click()
        wait_for_counts(desk, {"approved": 2, "waiting": 2})


def test_two_moderators_at_once_are_told_of_one_another(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 8)
    with at_work(desk, browser) as awa, at_work(desk, browser, "moderateur") as koffi:
        awa.keyboard.press("j")
        koffi.keyboard.press("r")
        koffi.keyboard.press("a")
        wait_for_counts(desk, {"approved": 1, "rejected": 1, "waiting": 6})
        at_hand = focused(awa)
        awa.keyboard.press("s")
        card = awa.locator(f"#comment-{at_hand}")
        expect(card.locator(".moderation-trouble")).to_contain_text("Koffi")
        assert desk.counts() == {"approved": 1, "rejected": 1, "waiting": 6}, "nobody's decision is written over"

        awa.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(awa.locator(CARD)).to_have_count(7)
        card.focus()
        awa.keyboard.press("s")
        wait_for_counts(desk, {"spam": 1, "rejected": 1, "waiting": 6})


def test_new_comments_appear_by_themselves_and_move_nothing(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 3)
    with at_work(desk, browser) as page:
        page.keyboard.press("j")
        number = focused(page)
        place = page.locator(f"#comment-{number}").bounding_box()
        a_queue(site, 2, afresh=False)
        expect(page.locator(CARD)).to_have_count(5, timeout=15_000)

        assert page.title().startswith("(5) ")
        assert focused(page) == number
        assert page.locator(f"#comment-{number}").bounding_box() == place


def test_an_empty_queue_fills_by_itself(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 1)
    with at_work(desk, browser) as page:
        page.keyboard.press("r")
        expect(page.locator("#empty")).to_be_focused()
        wait_for_counts(desk, {"rejected": 1})
        a_queue(site, 1, afresh=False)
        expect(page.locator(CARD)).to_have_count(1, timeout=15_000)
        expect(page.locator(CARD)).to_be_focused()


def test_with_the_newest_first_new_ones_wait_behind_a_button(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 3)
    with at_work(desk, browser, query="&order=newest") as page:
        first = number_of(page.locator(CARD).first)
        a_queue(site, 2, afresh=False)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("[data-do=fresh]")).to_be_visible()
        expect(page.locator(CARD)).to_have_count(3)
        page.locator("[data-do=fresh]").click()
        expect(page.locator(CARD)).to_have_count(5)
        assert int(number_of(page.locator(CARD).first)) > int(first)
        expect(page.locator("[data-do=fresh]")).not_to_be_visible()


def test_thumbs_decide_on_a_phone(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 8)
    phone: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with at_work(desk, browser, **phone) as page:
        assert page.evaluate(WIDER_THAN_THE_PAGE, PHONE["width"]) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.locator("summary").tap()
        assert page.evaluate(CUT_OFF, PHONE["width"]) == []
        page.locator("summary").tap()
        for button in page.locator(f"{CARD} >> nth=0 >> [data-do]:visible").all():
            box = button.bounding_box()
            is_in_a_line = button.get_attribute("data-do") == "open"
            assert is_in_a_line or (box and box["height"] >= 44), button.inner_text()
        page.locator("[data-do=approve]").first.tap()
        page.locator("[data-do=spam]").first.tap()
        wait_for_counts(desk, {"approved": 1, "spam": 1, "waiting": 6})
        page.locator(".moderation-back").tap()
        wait_for_counts(desk, {"approved": 1, "waiting": 7})
        for label in page.locator(".moderation-pick").all()[:3]:
            label.tap()
        page.locator("[data-do=reject-selected]").tap()
        wait_for_counts(desk, {"approved": 1, "rejected": 3, "waiting": 4})
        page.locator("[data-do=answer]").first.tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_the_buttons_decide(site: Site, browser: Browser) -> None:
    desk = a_queue(site, 3)
    with at_work(desk, browser, java_script_enabled=False) as page:
        page.locator("[data-do=approve]").first.click()
        expect(page.locator(CARD)).to_have_count(2)
        assert page.url == desk.address
        page.locator("[name=comment]").first.check()
        page.locator("[data-do=spam-selected]").click()
        expect(page.locator(CARD)).to_have_count(1)
        page.locator(".moderation-ways [data-do=undo]").click()
        expect(page.locator(CARD)).to_have_count(2)
        page.locator("[data-do=answer]").first.click()
        page.locator("textarea").fill("Merci.")
        page.locator("[data-do=send]").click()
        expect(page.locator(CARD)).to_have_count(1)
        assert page.url == desk.address
        assert desk.counts() == {"approved": 3, "waiting": 1}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_queue(scheme: str, site: Site, browser: Browser) -> None:
    desk = a_queue(site, 4)
    with at_work(desk, browser, color_scheme=scheme) as page:
        page.keyboard.press("x")
        page.keyboard.press("t")
        expect(page.locator(".moderation-thread")).to_be_visible()
        page.keyboard.press("e")
        assert faults_of(page) == []
