"""A page is complete without JavaScript, and every link of the newspaper leads somewhere."""

import re
import time
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser

from tests.browser import kinds
from tests.browser.chromium import PHONE, a_page
from tests.browser.served import Site
from tests.browser.visits import visit

PATIENCE = 3  # times that a link which is "busy" is asked for again


@pytest.mark.parametrize("kind", kinds.ALL)
def test_a_page_says_the_same_without_javascript(kind: str, site: Site, browser: Browser) -> None:
    with a_page(browser, java_script_enabled=False, viewport=PHONE) as page:
        page.goto(site.address_of(kind))
        without = words_of(page.locator("main").inner_text())

        assert page.locator("h1").count() == 1
        assert kind in kinds.BARE or page.locator("nav a[href]").count() >= 5
    # A visit of its own, not the one that other tests share: stories and comments were sent since.
    with_scripts = words_of(visit(browser, site.address_of(kind)).text)
    assert len(without) > 5
    # Scripts may turn dates into relative words and bring fragments; they hold back nothing.
    assert len(without - with_scripts) <= 0.02 * len(without), sorted(without - with_scripts)[:20]


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}", text.lower()))


def test_a_button_that_needs_scripts_is_not_there_without_them(site: Site, browser: Browser) -> None:
    with a_page(browser, java_script_enabled=False) as page:
        page.goto(site.address_of("article"))
        assert page.locator("[data-copy]").count() == 1
        assert not page.locator("[data-copy]").is_visible()


def test_navigation_works_without_javascript(site: Site, browser: Browser) -> None:
    with a_page(browser, java_script_enabled=False) as page:
        page.goto(site.url)
        page.locator("nav a[href^='/']", has_text=re.compile(r"\w")).nth(1).click()
        assert urlsplit(page.url).path != "/"
        page.locator("main h2 a, main h3 a").first.click()
        assert page.locator("article h1").is_visible()


def test_every_link_of_every_page_leads_somewhere(site: Site) -> None:
    dead, known = [], set()
    for path in [*site.paths, *(site.pages[kind] for kind in kinds.ERRORS)]:
        answer = site.get(path)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in links_of(answer.body.decode(), urlsplit(path).path):
            if link in known:
                continue
            known.add(link)
            status = status_of(link, site)
            if status != 200:
                dead.append(f"{path} → {link} ({status})")

    assert len(known) > 100
    assert not dead, "\n".join(dead)


def status_of(link: str, site: Site) -> int:
    """Ask as a patient robot does: whoever asks for a hundred comment forms in a row is told to come again."""
    answer = site.get(link)
    for _try in range(PATIENCE):
        if answer.status != 503:
            break
        time.sleep(int(answer.headers["retry-after"]))
        answer = site.get(link)
    return answer.status


def links_of(html: str, path: str) -> list[str]:
    """Return the local addresses that a page links, shows or loads."""
    tree = LexborHTMLParser(html)
    found = [node.attributes.get("href") for node in tree.css("a[href], link[href]")]
    found += [node.attributes.get("src") for node in tree.css("[src]")]
    for node in tree.css("[srcset]"):
        found += [part.split()[0] for part in (node.attributes.get("srcset") or "").split(",") if part.strip()]
    return [urldefrag(urljoin(path, link)).url for link in found if link and re.match(r"^(/(?!/)|\.|\?)", link)]
