"""First visits: each kind of page is opened once, on a telephone, read to the end, and what happened is kept."""

import gzip
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import brotli
from playwright.sync_api import Browser, Page, Response

from tests.browser.chromium import PHONE, a_page, read_to_the_end

BROTLI_QUALITY = 5  # what pages are compressed with when they are made

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", event => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
LOOK = """() => {
    const depth = element => 1 + Math.max(0, ...[...element.children].map(depth));
    const lead = document.querySelector("article img");
    const requests = performance.getEntriesByType("resource");
    return {
        text: document.querySelector("main").innerText,
        violations,
        stored: localStorage.length + sessionStorage.length,
        blocking: requests.filter(entry => entry.renderBlockingStatus === "blocking").map(entry => entry.name),
        blockers: [...document.querySelectorAll(
            "link[rel=stylesheet], script[src]:not([defer]):not([async]):not([type=module])"
        )].map(element => element.outerHTML),
        elements: document.querySelectorAll("*").length,
        depth: depth(document.documentElement),
        lead: lead && {
            source: new URL(lead.currentSrc).pathname,
            first: lead.getAttribute("fetchpriority") === "high" && lead.getAttribute("loading") !== "lazy",
        },
        eager: document.querySelectorAll("img:not([loading=lazy])").length,
        careless: [...document.images].filter(image =>
            !image.hasAttribute("alt") || !image.hasAttribute("width") || !image.hasAttribute("height")
        ).map(image => image.outerHTML.slice(0, 120)),
    };
}"""


@dataclass
class Lead:
    source: str
    first: bool


@dataclass
class Visit:
    """What one first visit showed and brought. Sizes are in bytes, by path, compressed as they will be served."""

    text: str
    violations: list[str]
    stored: int
    blocking: list[str]
    blockers: list[str]
    elements: int
    depth: int
    lead: Lead | None
    eager: int
    careless: list[str]
    complaints: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    scripts: int = 0


def visit(browser: Browser, address: str) -> Visit:
    """Open a page as somebody who never came before, and read it to the end."""
    responses: list[Response] = []
    complaints: list[str] = []
    with a_page(browser, viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True) as page:
        page.on("response", lambda response: responses.append(response))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.add_init_script(WATCH)
        page.goto(address, wait_until="load")
        read_to_the_end(page)
        seen = look(page)
        seen.complaints = complaints
        seen.cookies = [f"{cookie.get('name')}" for cookie in page.context.cookies()]
        for response in responses:
            note(response, address, seen)
    return seen


def look(page: Page) -> Visit:
    found = page.evaluate(LOOK)
    return Visit(**{**found, "lead": found["lead"] and Lead(**found["lead"])})


def note(response: Response, address: str, seen: Visit) -> None:
    """Add one response to what a visit to `address` brought."""
    if response.url.startswith("data:"):
        return
    if urlsplit(response.url).netloc != urlsplit(address).netloc:
        seen.strangers.append(response.url)
    body = response.body()
    seen.weights[urlsplit(response.url).path] = len(compressed(body) if is_text(response) else body)
    if response.request.resource_type == "font":
        seen.fonts.append(response.url)
    if response.request.resource_type == "script":
        seen.scripts += len(gzip.compress(body))
    if "set-cookie" in response.headers:
        seen.cookies.append(f"set by {response.url}")


def is_text(response: Response) -> bool:
    kind = response.headers.get("content-type", "")
    return bool(re.match(r"text/|image/svg|application/(javascript|json|manifest)", kind))


def compressed(body: bytes) -> bytes:
    return brotli.compress(body, quality=BROTLI_QUALITY)
