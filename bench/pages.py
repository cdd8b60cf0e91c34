"""What a page of each kind costs in the publisher: `python -m bench.pages`. Milliseconds, statements, bytes.

On the demo newspaper; what the pages of a batch share (the frame, for one) is read before, as it is in the publisher.
Times are of one process on one core, the compression of a first store included; the ratios travel, not the times.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROUNDS = 30


def main() -> int:
    home = tempfile.mkdtemp(prefix="rotative-bench-")
    os.environ.update(ROTATIVE_HOME=home, DJANGO_SETTINGS_MODULE="rotative.settings")
    sys.path.insert(0, str(Path(__file__).parent.parent))
    try:
        return measure()
    finally:
        shutil.rmtree(home)


def measure() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from rich.console import Console
    from rich.table import Table

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo")
    table = Table("page", "ms, median", "95th", "of an article", "statements", "HTML KB", "Brotli KB", box=None)
    pages = examples()
    unit = statistics.median(times(pages["article, long"]))
    for name, address in pages.items():
        taken = times(address)
        body, compressed, statements = weigh(address)
        table.add_row(
            name,
            f"{statistics.median(taken):.1f}",
            f"{sorted(taken)[int(len(taken) * 0.95)]:.1f}",
            f"{statistics.median(taken) / unit:.2f} ×",
            str(statements),
            f"{body / 1000:.1f}",
            f"{compressed / 1000:.1f}",
        )
    Console().print(table)
    return 0


def examples() -> dict[str, str]:
    """Return (name of a kind of page, address) of one page a kind."""
    from rotative.content import queries
    from rotative.content.models import Article, Section

    by_length = sorted(Article.objects.live(), key=lambda article: len(str(article.body)))
    return {
        "front page": "/",
        "article, short": by_length[0].address,
        "article, long": by_length[-1].address,
        "section": Section.objects.filter(desk=None)[0].address,
        "edition": queries.editions()[0].address,
        "topic": queries.topics()[0].address,
        "author": queries.authors()[0].address,
        "en continu": "/en-continu/",
        "month": f"/archives/{queries.months('paper')[0]}/",
        "fragment: latest": "/fragments/dernieres/",
    }


def times(address: str) -> list[float]:
    """Return the milliseconds of each round, after one that fills the caches of templates."""
    from rotative.publishing import render
    from rotative.publishing.compress import compress

    render.render(address)
    taken = []
    for _round in range(ROUNDS):
        with batch():
            started = time.perf_counter()
            compress(render.render(address).document.body, "br")
            taken.append(1000 * (time.perf_counter() - started))
    return taken


@contextmanager
def batch() -> Iterator[None]:
    """Have what every page shares been read, by a page that shows no story."""
    from rotative.publishing import render, tracking

    with tracking.batch_cache():
        render.render("/sujets/")
        yield


def weigh(address: str) -> tuple[int, int, int]:
    """Return (bytes of HTML, bytes in Brotli, SQL statements)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rotative.publishing import render
    from rotative.publishing.compress import compress

    with batch(), CaptureQueriesContext(connection) as captured:
        body = render.render(address).document.body
    return len(body), len(compress(body, "br")), len(captured)


if __name__ == "__main__":
    sys.exit(main())
