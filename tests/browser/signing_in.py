"""Sign people in: through the door, as they do, or past it, where the door is not what is tested."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.served import Site

SESSIONS = Path(__file__).with_name("sessions.py")


def sign_in(page: Page, site: Site, name: str, password: str) -> None:
    page.goto(f"{site.url}/redaction/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.locator("form [type=submit]").first.click()
    page.wait_for_load_state()


def be_signed_in(page: Page, site: Site, name: str) -> None:
    """Give the browser a session of its own: it spares two pages of the newsroom, which take a browser seconds."""
    page.context.add_cookies([{"name": "sessionid", "value": site.run(SESSIONS)[name], "url": site.url}])
