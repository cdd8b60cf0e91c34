"""A section gets another name: `python -m bench.fan_out [--articles 20000]`. What its editor and its readers wait for.

All articles stand in one section, and all their pages are stored. Then its name and address change, which touches each
of them; while they are made again an article is published. Prints how long the change took, when the front page and the
section show it, when the article published meanwhile is stored, and how many pages still waited by then. (F22)
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rotative.content.models import Article
    from rotative.publishing.publisher import Step

SLICES_BEFORE_NEWS = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.fan_out", description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    options = parser.parse_args()
    home = tempfile.mkdtemp(prefix="rotative-bench-")
    os.environ.update(ROTATIVE_HOME=home, DJANGO_SETTINGS_MODULE="rotative.settings")
    try:
        return measure(options.articles)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def measure(articles: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from rich.console import Console
    from rich.table import Table

    from bench.engine import rebuild
    from rotative.content import actions
    from rotative.content.models import Section
    from rotative.demonstration.generator import generate
    from rotative.management.background import make_publisher
    from rotative.publishing import marking

    call_command("prepare", empty=True, verbosity=0)
    found_paper()
    generate(articles)
    rebuild(os.cpu_count() or 1)
    connections.close_all()
    publisher = make_publisher()
    steps = publisher.steps()
    next(steps)

    table = Table("renaming a section", f"{articles:,} articles", box=None)
    section = Section.objects.get()
    section.title, section.slug = "Vie du pays", "vie-du-pays"
    began = time.perf_counter()
    section.save_revision().publish()
    changed = time.perf_counter()
    table.add_row("its editor waits", f"{changed - began:.2f} s")

    until_stored(steps, ["/", "/vie-du-pays/"], "Vie du pays")
    table.add_row("front page and section show it after", f"{time.perf_counter() - changed:.2f} s")
    for _slice in range(SLICES_BEFORE_NEWS):
        next_slice(steps)
    began = time.perf_counter()
    news = actions.publish_article(Section.objects.get(), an_article())
    published = time.perf_counter()
    until_stored(steps, [news.address, "/"], news.title)
    table.add_row("publishing an article meanwhile takes", f"{published - began:.2f} s")
    table.add_row("it is online after", f"{time.perf_counter() - published:.2f} s")
    table.add_row("pages that still wait", f"{marking.count_stale():,}")
    Console().print(table)
    publisher.close()
    return 0


def found_paper() -> None:
    """Make a paper of one section and one edition."""
    from wagtail.models import Page

    from rotative.content import actions
    from rotative.content.models import Edition

    home = actions.found_newspaper("Mesure")
    actions.find_or_make_section(["Société"])
    edition = Page.objects.get(pk=home.pk).add_child(instance=Edition(title="Bénin", slug="benin"))
    edition.save_revision().publish()


def an_article() -> "Article":
    from django.utils import timezone

    from rotative.content.models import Article, Edition

    body = [("text", "<p>Le pont est ouvert à la circulation.</p>" * 12)]
    title = "Le pont est ouvert"
    return Article(title=title, slug="pont", edition=Edition.objects.get(), body=body, published_at=timezone.now())


def until_stored(steps: "Iterator[Step]", paths: list[str], words: str) -> None:
    """Let the publisher work until the file of each path has the words."""
    from django.conf import settings

    from rotative.publishing.publisher import Step
    from rotative.publishing.store import Store

    store = Store(settings.STORE_ROOT)
    missing = set(paths)
    for step in steps:
        if step is Step.APPLIED:
            for path in list(missing):
                if store.find(path, 200, "gzip").exists() and words in store.read(path, 200, "gzip").decode():
                    missing.discard(path)
        if not missing:
            return


def next_slice(steps: "Iterator[Step]") -> None:
    from rotative.publishing.publisher import Step

    while next(steps) is not Step.APPLIED:
        pass


if __name__ == "__main__":
    sys.exit(main())
