"""Readers who comment, in a real browser: whatever fails on the way, what they wrote arrives or is given back."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chromium import PHONE, a_page
from tests.browser.served import Site

SEARCH = Path(__file__).with_name("said.py")
TALKED = "article-ongoing"  # which is young enough to be commented on
SCRIPT_SECONDS = 20


def texts(site: Site) -> dict[str, dict[str, Any]]:
    """Return what was said on the served newspaper, by its text."""
    found: dict[str, dict[str, Any]] = site.run(SEARCH)
    return found


@pytest.fixture
def words(request: pytest.FixtureRequest) -> str:
    """Return a text that no other test has."""
    return f"Un avis d’essai, {request.node.name} : « oui » & <b>non</b> ({time.time_ns()})."


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with a_page(browser, viewport=PHONE, is_mobile=True, has_touch=True) as opened:
        opened.goto(site.address_of(TALKED))
        yield opened


def fill(page: Page, words: str, name: str = "Awa") -> None:
    page.fill("#c-text", words)
    page.fill("#c-name", name)


def send(page: Page, words: str) -> None:
    fill(page, words)
    page.click("#commenter button[type=submit]")


def wait_for_script(page: Page) -> None:
    """Wait until the form is the script's: before, it is sent the plain way, which is right but another way."""
    page.focus("#c-text")
    # Playwright's own waiting evaluates a text within the page, which the page's policy forbids.
    until = time.monotonic() + SCRIPT_SECONDS
    while not page.evaluate("document.getElementById('commenter').onsubmit !== null"):
        assert time.monotonic() < until, "the script of the form has not come"
        page.wait_for_timeout(20)


def proof_of(page: Page) -> str:
    """Wait until the work is done; return what goes with the comment."""
    expect(page.locator("#commenter [name=proof]")).to_have_value(re.compile(".{100}"), timeout=30_000)
    return page.input_value("#commenter [name=proof]")


def test_a_comment_is_sent_in_place_and_its_answer_stands_under_the_form(page: Page, site: Site, words: str) -> None:
    fill(page, words)
    proof_of(page)
    page.click("#commenter button[type=submit]")
    expect(page.locator("#commenter .answer")).to_contain_text("bien arrivé")
    expect(page.locator(".sent")).to_contain_text(words)
    assert page.input_value("#c-text") == "" and page.input_value("#c-name") == "Awa"
    assert page.url == site.address_of(TALKED)
    assert texts(site)[words]["proof"] == "solved"
    page.reload()
    assert page.input_value("#c-text") == "", "the draft has gone"


def test_without_javascript_a_small_page_says_what_happens_next(browser: Browser, site: Site, words: str) -> None:
    with a_page(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(site.address_of(TALKED))
        send(page, words)
        assert "bien arrivé" in page.inner_text("h1")
        assert "d’essai" in page.inner_text("blockquote") and "<b>non</b>" in page.inner_text("blockquote")
        page.click("text=Retour à l’article")
        assert page.url.startswith(site.address_of(TALKED))
    assert texts(site)[words]["proof"] == "missing"


def test_without_javascript_errors_stand_beside_their_field(browser: Browser, site: Site, words: str) -> None:
    with a_page(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(site.address_of(TALKED))
        send(page, words + "x" * 5000)
        assert "de trop" in page.inner_text("#c-text-error")
        assert page.input_value("#c-text") == words + "x" * 5000 and page.input_value("#c-name") == "Awa"
        page.fill("#c-text", words)
        page.click("#commenter button[type=submit]")
        assert "bien arrivé" in page.inner_text("h1")
    assert words in texts(site)


def test_a_page_that_stayed_open_for_an_hour_sends_all_the_same(browser: Browser, site: Site, words: str) -> None:
    with a_page(browser, viewport=PHONE) as page:
        page.clock.install()
        page.goto(site.address_of(TALKED))
        fill(page, words)
        first = proof_of(page)
        page.clock.fast_forward(3600_000)
        page.click("#commenter button[type=submit]")
        page.clock.run_for(2000)
        expect(page.locator("#commenter .answer")).to_contain_text("bien arrivé", timeout=30_000)
        assert len(first) > 100
    assert words in texts(site)


def test_a_proof_that_was_used_before_sends_it_to_the_moderators(page: Page, site: Site, words: str) -> None:
    fill(page, words)
    used = proof_of(page)
    page.click("#commenter button[type=submit]")
    expect(page.locator("#commenter .answer")).to_contain_text("bien arrivé")

    def replay(route: Route) -> None:
        body = dict(pair.split("=", 1) for pair in (route.request.post_data or "").split("&"))
        body["proof"] = used.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        route.continue_(post_data="&".join(f"{name}={value}" for name, value in body.items()))

    page.route("**/commentaires/envoyer/**", replay)
    send(page, f"{words} Encore.")
    expect(page.locator(".sent").first).to_contain_text("Encore.", timeout=20_000)
    assert texts(site)[f"{words} Encore."]["proof"] == "replayed"


@pytest.mark.parametrize("blocked", ["**/proof*.js", "**/commentaires/defi/**"])
def test_a_proof_that_fails_costs_nobody_a_word(blocked: str, page: Page, site: Site, words: str) -> None:
    page.route(blocked, lambda route: route.abort())
    wait_for_script(page)
    send(page, words)
    expect(page.locator("#commenter .answer")).to_contain_text("bien arrivé", timeout=20_000)
    assert texts(site)[words]["proof"] == "missing"


def test_a_script_that_does_not_load_leaves_the_plain_form(page: Page, site: Site, words: str) -> None:
    page.route("**/comments*.js", lambda route: route.abort())
    send(page, words)
    page.wait_for_selector("h1:has-text('bien arrivé')")
    assert texts(site)[words]["status"] == "waiting"


def test_two_tabs_do_not_take_each_others_words(browser: Browser, site: Site, words: str) -> None:
    with a_page(browser, viewport=PHONE) as one:
        two = one.context.new_page()
        for tab in (one, two):
            tab.goto(site.address_of(TALKED))
            wait_for_script(tab)
        send(one, f"{words} Un.")
        fill(two, f"{words} Deux.")
        expect(one.locator("#commenter .answer")).to_contain_text("bien arrivé", timeout=20_000)
        assert two.input_value("#c-text") == f"{words} Deux."
        two.click("#commenter button[type=submit]")
        expect(two.locator("#commenter .answer")).to_contain_text("bien arrivé", timeout=20_000)
    assert {f"{words} Un.", f"{words} Deux."} <= texts(site).keys()


def test_a_reply_is_written_in_place_and_without_scripts_on_a_page_of_its_own(
    browser: Browser, site: Site, words: str
) -> None:
    address = site.address_of("article-discussed")
    with a_page(browser, viewport=PHONE) as page:
        page.goto(address)
        page.locator("a[data-reply]").nth(3).click()
        expect(page.locator("#commenter .replying")).to_be_visible()
        assert page.url.partition("#")[0] == address
        send(page, words)
        expect(page.locator("#commenter .answer")).to_contain_text("bien arrivé", timeout=20_000)
    assert texts(site)[words]["in_reply_to"]
    with a_page(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(address)
        page.locator("a[data-reply]").nth(3).click()
        assert "/commentaires/repondre/" in page.url
        send(page, f"{words} Sans script.")
        assert "bien arrivé" in page.inner_text("h1")
    assert texts(site)[f"{words} Sans script."]["in_reply_to"] == texts(site)[words]["in_reply_to"]


def test_while_the_database_is_down_the_words_stay_on_the_device(browser: Browser, site: Site, words: str) -> None:
    """The same newspaper, served from its store while its database does not answer."""
    dead = site.pages["unavailable"].rsplit("/", 2)[0]
    with a_page(browser, viewport=PHONE, base_url=dead) as page:
        page.goto(site.pages[TALKED])
        wait_for_script(page)
        send(page, words)
        expect(page.locator("#commenter .answer")).to_contain_text("gardé", timeout=30_000)
        assert page.input_value("#c-text") == words
        page.reload()
        expect(page.locator("#c-text")).to_have_value(words)
    with a_page(browser, viewport=PHONE, base_url=dead, java_script_enabled=False) as page:
        page.goto(site.pages[TALKED])
        send(page, words)
        assert "gardé ici" in page.inner_text("h1")
        assert page.input_value("#c-text") == words


def test_on_a_slow_telephone_the_work_is_done_while_one_writes(page: Page, site: Site, words: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.tap("#c-text")
    began = time.monotonic()
    fill(page, words)
    proof = proof_of(page)
    seconds = time.monotonic() - began
    solution = json.loads(page.evaluate("atob(document.querySelector('#commenter [name=proof]').value)"))["solution"]
    print(
        f"\n{solution['counter']} numbers tried in {solution['time']} ms; known {seconds:.1f} s after the first touch"
    )
    assert proof
    page.click("#commenter button[type=submit]")
    expect(page.locator("#commenter .answer")).to_contain_text("bien arrivé", timeout=20_000)
    assert texts(site)[words]["proof"] == "solved"


def test_newest_first_turns_the_order_round_without_scripts(browser: Browser, site: Site) -> None:
    with a_page(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(site.address_of("article-discussed"))

        def tops() -> list[float]:
            return [box["y"] for item in page.locator("#recents > li").all() if (box := item.bounding_box())]

        oldest_first = tops()
        page.click(".order a >> nth=0")
        newest_first = tops()
        assert oldest_first == sorted(oldest_first)
        assert newest_first == sorted(newest_first, reverse=True)
        page.click(".order a >> nth=1")
        assert tops() == sorted(tops())


def test_fronts_show_how_many_comments_a_story_has(browser: Browser, site: Site) -> None:
    with a_page(browser, viewport=PHONE) as page:
        page.goto(site.url)
        card = page.locator(".card", has=page.locator(f"a[href='{site.pages[TALKED]}']")).first
        expect(card.locator(".meta")).to_contain_text("commentaires")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
