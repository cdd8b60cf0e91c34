"""What can be told of a page's look without eyes: what axe-core finds, and what runs out of the screen."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
# What it has found in order would take longer to hand over than to find.
RUN_AXE = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations;
}"""
# Wagtail's own: what it lays out beside our screens, and the second of its two search forms of one name.
NOT_OURS = ("sidebar", '<form role="search" class="w-h-')
# What sticks out, unless a parent of its own scrolls (a table may).
WIDER_THAN_THE_PAGE = """width => [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || box.right <= width + 1) return false;
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
        const overflow = getComputedStyle(parent).overflowX;
        if (overflow === "auto" || overflow === "scroll" || overflow === "hidden" || overflow === "clip") return false;
    }
    return true;
}).slice(0, 5).map(element => element.outerHTML.slice(0, 120))"""


def examine(page: Page) -> list[str]:
    """Run axe-core; return each violation in a line, with the element it was found on."""
    page.wait_for_load_state()  # half a page has no main part
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    violations = page.evaluate(RUN_AXE)
    return [
        f"{violation['id']}: {violation['help']} – {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for violation in violations
        for node in violation["nodes"]
    ]


def outside_of(page: Page, width: int) -> list[str]:
    """Return what runs out of a screen of this width: the page itself, and each element that does."""
    scrolled = page.evaluate("document.documentElement.scrollWidth")
    return [
        *(f"runs out of the screen: {element}" for element in page.evaluate(WIDER_THAN_THE_PAGE, width)),
        *([f"{scrolled} pixels wide"] if scrolled > width else []),
    ]


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with a screen of the newsroom: what axe-core finds, and what runs out of it."""
    width = (page.viewport_size or {})["width"]
    violations = examine(page)  # which waits for the whole page: what is measured is measured on it
    return [
        *(finding for finding in violations if not any(mark in finding for mark in NOT_OURS)),
        *outside_of(page, width),
    ]
