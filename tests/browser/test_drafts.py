"""A session that ends, a server that is away, a tab that closes while somebody writes: no word is lost."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, expect

from tests.browser.chromium import a_page
from tests.browser.looks import faults_of
from tests.browser.served import Site
from tests.browser.signing_in import be_signed_in, sign_in
from tests.browser.test_autosave import SAVED
from tests.browser.test_newsroom import a_name

PEOPLE = Path(__file__).with_name("people.py")
expect.set_options(timeout=20_000)
AUTOSAVE = re.compile(r"/(edit|add/.*)/$")
KEPT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("rotative");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const all = opening.result.transaction("drafts").objectStore("drafts").getAll();
        all.onsuccess = () => resolve(all.result.map(({state}) => new URLSearchParams(state).get("standfirst")));
    };
})"""


OWNERS = """async () => {
    const opening = indexedDB.open("rotative");
    const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
    const all = database.transaction("drafts").objectStore("drafts").getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    return all.result.map(({user}) => user);
}"""
# What colleagues have left on the device: one draft three weeks ago, one just now.
LEAVE = """async () => {
    const opening = indexedDB.open("rotative");
    const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
    const drafts = database.transaction("drafts", "readwrite").objectStore("drafts");
    const draft = { path: location.pathname, title: "Autre", state: "", fields: [] };
    drafts.put({ ...draft, id: "old", user: -1, keptAt: Date.now() - 21 * 86_400_000 });
    const last = drafts.put({ ...draft, id: "new", user: -2, keptAt: Date.now() });
    await new Promise((resolve) => (last.onsuccess = resolve));
}"""


@pytest.fixture(scope="module")
def people(site: Site) -> Any:
    return site.run(PEOPLE)


@pytest.fixture(scope="module")
def story(site: Site, browser: Browser, people: Any) -> str:
    """Return the address at which a reporter edits an article that has been begun."""
    with a_page(browser) as page:
        be_signed_in(page, site, "reporter")
        page.goto(f"{site.url}/redaction/pages/add/content/article/{people['section']['key']}/")
        page.fill("#id_title", f"La digue de {a_name()}")
        page.locator("#id_title").blur()
        expect(page).to_have_url(re.compile(r"/edit/"))
        expect(page.locator(SAVED)).to_have_count(1)
        return page.url


@contextmanager
def at_work(site: Site, browser: Browser, people: Any, story: str, **options: Any) -> Iterator[Page]:
    with a_page(browser, **options) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        be_signed_in(page, site, "reporter")
        with page.expect_response("**/redaction/session/"):  # whose form it is, the script asks once
            page.goto(story)
        yield page


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, password: str) -> None:
    door = page.frame_locator(".sign-in-again iframe")
    door.locator("[name=username]").fill("reporter")
    door.locator("[name=password]").fill(password)
    door.locator("form [type=submit]").first.click()
    expect(page.locator(".sign-in-again")).to_be_hidden()


def keep_from_arriving(page: Page) -> None:
    """Let nothing that is saved by itself reach the server; what somebody sends does."""
    page.route(AUTOSAVE, lambda route: route.abort() if is_by_itself(route.request) else route.continue_())


def is_by_itself(request: Request) -> bool:
    return request.method == "POST" and not request.is_navigation_request()


def wait_until(page: Page, script: str, holds: Callable[[list[Any]], bool]) -> None:
    """Ask the device until its answer is right. Playwright's own waiting takes any promise for a yes."""
    until = time.monotonic() + 20
    while not holds(found := page.evaluate(script)):
        assert time.monotonic() < until, found
        page.wait_for_timeout(100)


def wait_until_kept(page: Page, words: str) -> None:
    wait_until(page, KEPT, lambda kept: words in kept)


def leave_unsent(page: Page, story: str, words: str) -> None:
    """Write a standfirst that the device alone holds, and open the story again, which offers it."""
    keep_from_arriving(page)
    page.fill("#id_standfirst", words)
    wait_until_kept(page, words)
    page.goto(story)
    expect(page.locator(".kept-words")).to_be_visible()


def number_of_whoever_is_signed_in(page: Page) -> int:
    found: int = page.evaluate("async () => (await (await fetch('/redaction/session/')).json()).user")
    return found


def standfirst_of(page: Page, story: str) -> str:
    page.goto(story)
    return page.locator("#id_standfirst").input_value()


def test_a_session_that_ended_is_opened_again_in_place(site: Site, browser: Browser, people: Any, story: str) -> None:
    words = f"Écrit après la fin, {a_name()}"
    with at_work(site, browser, people, story) as page:
        end_session(page)
        page.fill("#id_standfirst", words)
        expect(page.locator(".sign-in-again")).to_contain_text("Votre session est terminée")
        assert page.locator("#id_standfirst").input_value() == words

        sign_in_again(page, people["password"])
        expect(page.locator(SAVED)).to_have_count(1)
        assert standfirst_of(page, story) == words
        assert page.evaluate(KEPT) == []


def test_what_is_saved_after_the_session_ended_is_sent_once_it_is_opened_again(
    site: Site, browser: Browser, people: Any, story: str
) -> None:
    words = f"Enregistré après la fin, {a_name()}"
    with at_work(site, browser, people, story) as page:
        end_session(page)
        page.fill("#id_standfirst", words)
        page.get_by_role("button", name="Enregistrer le brouillon").first.click()
        expect(page.locator(".sign-in-again")).to_be_visible()
        with page.expect_navigation():
            sign_in_again(page, people["password"])
        expect(page.locator(".messages")).to_contain_text(re.compile(r"\w+"))
        assert page.locator("#id_standfirst").input_value() == words


def test_signing_in_in_another_tab_is_enough(site: Site, browser: Browser, people: Any, story: str) -> None:
    words = f"Écrit entre deux sessions, {a_name()}"
    with at_work(site, browser, people, story) as page:
        end_session(page)
        other = page.context.new_page()
        sign_in(other, site, "reporter", people["password"])
        page.fill("#id_standfirst", words)
        expect(page.locator(SAVED)).to_have_count(1)
        assert not page.locator(".sign-in-again").is_visible()
        assert standfirst_of(other, story) == words


def test_a_tab_that_closes_leaves_its_words_on_the_device(
    site: Site, browser: Browser, people: Any, story: str
) -> None:
    words = f"Écrit sans réseau, {a_name()}"
    with at_work(site, browser, people, story) as page:
        page.route(AUTOSAVE, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.fill("#id_standfirst", words)
        wait_until_kept(page, words)
        context = page.context
        page.close()

        page = context.new_page()
        page.goto(f"{site.url}/redaction/")
        expect(page.locator(".kept-words a")).to_have_attribute("href", urlsplit(story).path)
        assert standfirst_of(page, story) != words
        notice = page.locator(".kept-words")
        expect(notice).to_contain_text("ne sont pas arrivés au serveur")
        notice.locator("summary").click()
        expect(notice.locator("details p")).to_have_text([words])
        assert faults_of(page) == []
        notice.get_by_role("button", name="Les reprendre").click()
        expect(page.locator("#id_standfirst")).to_have_value(words)
        wait_until(page, KEPT, lambda kept: kept == [])
        assert standfirst_of(page, story) == words
        expect(page.locator(".kept-words")).to_have_count(0)


def test_words_are_those_of_whoever_took_the_form_over(site: Site, browser: Browser, people: Any, story: str) -> None:
    with at_work(site, browser, people, story) as page:
        keep_from_arriving(page)
        page.fill("#id_standfirst", f"Écrit par la première, {a_name()}")
        end_session(page)
        other = page.context.new_page()
        sign_in(other, site, "editor", people["password"])
        page.fill("#id_standfirst", f"Écrit entre les deux, {a_name()}")
        expect(page.locator(".sign-in-again")).to_contain_text("ouvert par quelqu’un d’autre")
        page.get_by_role("button", name="Reprendre", exact=True).click()
        expect(page.locator(".sign-in-again")).to_be_hidden()
        words = f"Écrit par le second, {a_name()}"
        page.fill("#id_standfirst", words)
        wait_until_kept(page, words)
        assert page.evaluate(OWNERS) == [number_of_whoever_is_signed_in(page)]
        page.close()

        other.goto(story)
        expect(other.locator(".kept-words")).to_be_visible()
        other.context.clear_cookies(name="sessionid")
        sign_in(other, site, "reporter", people["password"])
        with other.expect_response("**/redaction/session/"):
            other.goto(story)
        other.wait_for_timeout(500)
        assert not other.locator(".kept-words").is_visible()


def test_whoever_took_the_form_over_is_not_offered_the_words_of_the_first(
    site: Site, browser: Browser, people: Any, story: str
) -> None:
    with at_work(site, browser, people, story) as page:
        words = f"Pour la première seule, {a_name()}"
        leave_unsent(page, story, words)
        end_session(page)
        sign_in(page.context.new_page(), site, "editor", people["password"])
        page.fill("#id_standfirst", f"Encore, {a_name()}")
        page.get_by_role("button", name="Reprendre", exact=True).click()
        expect(page.locator(".kept-words")).to_have_count(0)


def test_kept_words_are_taken_up_after_signing_in_again_in_place(
    site: Site, browser: Browser, people: Any, story: str
) -> None:
    words = f"Gardé avant la fin, {a_name()}"
    with at_work(site, browser, people, story) as page:
        leave_unsent(page, story, words)
        end_session(page)
        page.fill("#id_standfirst", f"Écrit après la fin, {a_name()}")
        expect(page.locator(".sign-in-again")).to_be_visible()
        sign_in_again(page, people["password"])
        page.get_by_role("button", name="Les reprendre").click()
        expect(page.locator("#id_standfirst")).to_have_value(words)


def test_age_counts_whoever_has_left_the_words(site: Site, browser: Browser, people: Any, story: str) -> None:
    with at_work(site, browser, people, story) as page:
        page.evaluate(LEAVE)
        page.goto(story)
        wait_until(page, OWNERS, lambda owners: owners == [-2])
        assert not page.locator(".kept-words").is_visible()


def test_a_server_that_is_away_leaves_the_form_as_it_is(site: Site, browser: Browser, people: Any, story: str) -> None:
    words = f"Écrit pendant la panne, {a_name()}"
    with at_work(site, browser, people, story) as page:
        page.route("**/redaction/**", lambda route: route.abort())
        page.fill("#id_standfirst", words)
        page.get_by_role("button", name="Enregistrer le brouillon").first.click()
        said = page.locator(".sign-in-again")
        expect(said).to_contain_text("Le serveur ne répond pas")
        page.unroute("**/redaction/**")
        with page.expect_navigation():
            said.get_by_role("button", name="Réessayer").click()
        assert standfirst_of(page, story) == words


def test_nothing_stays_on_a_device_that_somebody_signs_out_of(
    site: Site, browser: Browser, people: Any, story: str
) -> None:
    with a_page(browser) as page:
        said: list[str] = []

        def agree(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.accept()

        page.on("dialog", agree)
        be_signed_in(page, site, "reporter")
        page.goto(story)
        page.route(AUTOSAVE, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.fill("#id_standfirst", "Pour personne d’autre")
        wait_until(page, KEPT, lambda kept: len(kept) == 1)
        page.goto(f"{site.url}/redaction/")
        page.get_by_role("button", name="reporter").click()
        page.get_by_role("button", name=re.compile("Se déconnecter|Déconnexion")).click()
        expect(page).to_have_url(re.compile("/login/"))
        assert any("La digue de" in sentence for sentence in said), said
        assert page.evaluate(KEPT) == []
