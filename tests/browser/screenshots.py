"""Photographs of every kind of page: `script/screenshots`, or `script/screenshots front article` for some."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import machine
from tests.browser import chromium, kinds
from tests.browser.served import served

FOLDER = Path("build/screenshots")
WIDTHS = (360, 768, 1440)


def main() -> None:
    wanted = sys.argv[1:] or kinds.ALL
    if machine.install({"chromium"}):
        sys.exit("script/screenshots: Chromium is needed. Install it: sudo apt install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright, chromium.running(playwright) as browser:
        for kind in wanted:
            if kind not in site.pages:
                sys.exit(f"script/screenshots: “{kind}” is none of: {', '.join(site.pages)}.")
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 900}
                    with chromium.a_page(browser, viewport=size, color_scheme=scheme) as page:
                        page.goto(site.address_of(kind))
                        chromium.read_to_the_end(page)
                        page.screenshot(path=FOLDER / f"{kind}-{width}-{scheme}.png", full_page=True)
            print(f"{kind}: {site.pages[kind]}", flush=True)


if __name__ == "__main__":
    main()
