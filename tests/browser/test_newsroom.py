"""A story's way through the newsroom, in a real browser: written, previewed, submitted, published, read."""

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PHONE, WIDE, a_page
from tests.browser.looks import faults_of
from tests.browser.served import Site
from tests.browser.signing_in import be_signed_in, sign_in
from tests.content.test_slugs import WORDS

PEOPLE = Path(__file__).with_name("people.py")
expect.set_options(timeout=20_000)  # the newsroom on a busy machine of two cores
STANDFIRST = "Après six mois de travaux, les commerçantes retrouvent leurs étals."
STORY = "Les premières clientes sont arrivées avant le lever du soleil."


@pytest.fixture(scope="module")
def people(site: Site) -> Any:
    return site.run(PEOPLE)


def test_a_reporter_writes_an_editor_publishes_and_readers_find_the_story(
    site: Site, browser: Browser, people: Any
) -> None:
    headline = f"Le marché de {a_name()} rouvre"
    with a_page(browser) as page:
        sign_in(page, site, "reporter", people["password"])
        page.goto(f"{site.url}/redaction/pages/add/content/article/{people['section']['key']}/")
        write(page, people, headline)
        look_at_the_preview(page, headline)
        edit_address = save(page)
        submit(page)

    with a_page(browser) as page:
        sign_in(page, site, "editor", people["password"])
        expect(page.get_by_role("link", name=headline).first).to_be_visible()
        page.goto(edit_address)
        approve(page)

    with a_page(browser) as page:
        for address in ("/", people["section"]["address"], people["edition"]["address"], people["author"]["address"]):
            # Asked for beside the browser, which may keep for a minute what it saw too early.
            wait_for(partial(is_published, site, address, headline))
            assert headline_stands_on(page, site.url + address, headline)
        page.get_by_role("link", name=spaced(headline)).first.click()
        expect(page.locator("article h1")).to_have_text(spaced(headline))
        expect(page.locator("article")).to_contain_text(STORY[:30])
        expect(page.locator("article")).to_contain_text(people["author"]["name"])


def test_a_wrong_password_is_answered_with_a_sentence(site: Site, browser: Browser, people: Any) -> None:
    with a_page(browser) as page:
        sign_in(page, site, "editor", "not the password")

        expect(page.locator(".messages, [role=alert]").first).to_contain_text(re.compile(r"\w+ \w+"))
        assert "/login/" in page.url


def test_readers_never_see_a_draft(site: Site, browser: Browser, people: Any) -> None:
    headline = f"Un brouillon sur {a_name()}"
    with a_page(browser) as page:
        be_signed_in(page, site, "reporter")
        page.goto(f"{site.url}/redaction/pages/add/content/article/{people['section']['key']}/")
        write(page, people, headline)
        save(page)

    assert headline.encode() not in site.get(people["section"]["address"]).body
    assert headline.encode() not in site.get("/en-continu/").body


def test_the_browser_makes_the_same_address_of_a_title_as_the_server_and_a_title_without_letters_is_kept(
    site: Site, browser: Browser, people: Any
) -> None:
    with a_page(browser) as page:
        be_signed_in(page, site, "reporter")
        page.goto(f"{site.url}/redaction/pages/add/content/article/{people['section']['key']}/")
        for words, slug in WORDS.items():
            page.fill("#id_title", words)
            page.locator("#id_title").blur()
            if slug:
                expect(page.locator("#id_slug")).to_have_value(slug)
        page.goto(f"{site.url}/redaction/pages/add/content/article/{people['section']['key']}/")
        page.locator("#id_title").press_sequentially("🙂 🙂")
        expect(page).to_have_url(re.compile(r"/edit/"))  # autosave has made the page, and gave it an address


@pytest.mark.parametrize(("scheme", "size"), [("light", PHONE), ("dark", WIDE)], ids=["phone", "desk at night"])
def test_axe_finds_nothing_at_the_door_and_at_the_desk(
    scheme: str, size: Any, site: Site, browser: Browser, people: Any
) -> None:
    with a_page(browser, color_scheme=scheme, viewport=size) as page:
        for address in ("login/", "password_reset/"):
            page.goto(f"{site.url}/redaction/{address}")
            assert faults_of(page) == [], address
        sign_in(page, site, "editor", people["password"])
        for address in ("", "articles/", f"pages/add/content/article/{people['section']['key']}/"):
            page.goto(f"{site.url}/redaction/{address}")
            assert faults_of(page) == [], address


def a_name() -> str:
    """Return a name that no story bears yet."""
    return "".join("abcdefghij"[int(digit)] for digit in str(time.time_ns())).capitalize()


def write(page: Page, people: Any, headline: str) -> None:
    """Fill in an article: headline, standfirst, byline, one paragraph, edition."""
    page.fill("#id_title", headline)
    page.fill("#id_standfirst", STANDFIRST)
    page.click("#id_bylines-ADD")
    page.get_by_role("button", name="Choisir auteur").click()
    page.locator(".modal a", has_text=people["author"]["name"]).first.click()
    page.locator("[data-contentpath=body] .c-sf-add-button").first.click()
    page.get_by_role("option", name="Texte").first.click()
    editor = page.locator("[data-contentpath=body] [contenteditable=true]").first
    editor.press_sequentially(STORY)
    expect(editor).to_contain_text(STORY)
    expect(page.locator("[name=body-0-value]")).to_have_value(re.compile(re.escape(STORY)))
    open_tab_of(page, "#id_edition")
    page.select_option("#id_edition", label=people["edition"]["title"])


def open_tab_of(page: Page, selector: str) -> None:
    """Open the tab on which a field stands."""
    panel = page.locator(f"[role=tabpanel]:has({selector})").first.get_attribute("id")
    tab = page.locator(f"[role=tab][href='#{panel}'], [role=tab][aria-controls='{panel}']").first
    tab.click()


def look_at_the_preview(page: Page, headline: str) -> None:
    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()
    frame = page.frame_locator("iframe[title*='révisualisation'], iframe#w-preview-iframe").first
    expect(frame.locator("article h1")).to_have_text(spaced(headline), timeout=20_000)
    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()


def save(page: Page) -> str:
    """Save a draft; return the address at which it is edited."""
    page.get_by_role("button", name="Enregistrer le brouillon").first.click()
    expect(page.locator(".messages")).to_contain_text(re.compile(r"\w+"))
    expect(page).to_have_url(re.compile(r"/edit/"))
    # The form is whole only when its editor has started; nobody clicks faster than that.
    expect(page.locator("[data-contentpath=body] [contenteditable=true]").first).to_contain_text(STORY)
    return page.url


def submit(page: Page) -> None:
    page.get_by_role("button", name="Plus d'actions").click()
    page.get_by_role("button", name=re.compile("Soumettre")).first.click()
    expect(page.locator(".messages")).to_contain_text(re.compile("soumis", re.IGNORECASE))


def approve(page: Page) -> None:
    page.get_by_role("button", name="Plus d'actions").click()
    page.get_by_role("button", name=re.compile("^Approuver et publier|^Approuver")).first.click()
    expect(page).not_to_have_url(re.compile(r"/edit/"))


def spaced(text: str) -> re.Pattern[str]:
    """Match a text whatever its spaces have become: typography makes some of them narrow or unbreakable."""
    return re.compile(r"\s+".join(re.escape(word) for word in text.split()))


def is_published(site: Site, address: str, headline: str) -> bool:
    return bool(spaced(headline).search(site.get(address).body.decode()))


def headline_stands_on(page: Page, address: str, headline: str) -> bool:
    page.goto(address)
    return page.get_by_role("link", name=spaced(headline)).count() > 0


def wait_for(claim: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until a claim is true; publishing may take a moment."""
    until = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < until, "not true in time"
        time.sleep(0.5)
