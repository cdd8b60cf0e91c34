"""How long the database takes for each list of the paper: `python bench/lists.py [--articles N] [--database URL]`.

Fills a newspaper of its own, asks for the longest list of each kind, and compares with the way Wagtail's tables would
be asked without `Listing`. SQL time is that of the same statements sent again and their rows fetched, without Django.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 50
LIMIT_MS = 5.0
PAGE = 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000, metavar="N")
    parser.add_argument(
        "--database", default="", metavar="URL", help="postgresql://…, an empty database to spare; without it, SQLite"
    )
    parser.add_argument("--home", default="", metavar="FOLDER", help="keep the newspaper here, to measure it again")
    options = parser.parse_args()
    home = options.home or tempfile.mkdtemp(prefix="rotative-bench-")
    # Settings read the environment when Django starts, not later.
    os.environ.update(ROTATIVE_HOME=home, DJANGO_SETTINGS_MODULE="rotative.settings", DATABASE_URL=options.database)
    sys.path.insert(0, str(Path(__file__).parent.parent))
    try:
        return measure(options.articles)
    finally:
        if not options.home:
            shutil.rmtree(home)


def measure(articles: int) -> int:
    """Fill the newspaper, print the tables, and return 1 when a list takes longer than it may."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    call_command("demo", articles=articles)
    seconds = time.perf_counter() - started
    if connection.vendor == "postgresql":  # its autovacuum does this within a minute; a benchmark does not wait
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    results = [measured(name, ask, limited) for name, ask, limited in questions()]
    show(results, connection.vendor, articles, seconds)
    return int(any(result.is_over for result in results))


# --- what is asked


def questions() -> list[tuple[str, Callable[[], Any], bool]]:
    """Return (name, question, whether the limit holds for it)."""
    from rotative.content import queries
    from rotative.content.models import Article, Edition, Listing
    from rotative.content.models.listings import PAPER

    keys = {kind: longest(kind) for kind in ("section", "desk", "edition", "topic", "author")}
    keys["paper"] = PAPER
    asked: list[tuple[str, Callable[[], Any], bool]] = []
    for kind, key in keys.items():
        month = Listing.objects.filter(collection=key, month__gt="2020").values_list("month", flat=True)[0]
        asked.append((f"{kind}: newest {PAGE}", lambda key=key: queries.latest(key, PAGE), True))
        asked.append(
            (f"{kind}: {PAGE} of a month", lambda key=key, month=month: queries.of_month(key, month, PAGE), True)
        )
        asked.append((f"{kind}: its months", lambda key=key: queries.months(key), True))
        asked.append((f"{kind}: count of a month", lambda key=key, month=month: queries.count_month(key, month), True))
    asked.append(("front page itself", queries.get_home, True))
    asked.append(("desks", queries.desks, True))
    asked.append(("editions", queries.editions, True))
    asked.append(("standing pages", queries.standing_pages, True))
    asked.append(("happening now", queries.find_ongoing, True))
    article = Article.objects.filter(slug__endswith="-777").get()
    asked.append(("one article by address", lambda: queries.find_page(article.address), False))
    asked.append(("front page (all its lists)", lambda: queries.front_of(queries.get_home()), False))
    edition = Edition.objects.get(pk=keys["edition"].partition(":")[2])
    asked.append(("front of an edition", lambda: queries.front_of(edition), False))
    number = {kind: int(key.partition(":")[2] or 0) for kind, key in keys.items()}
    by_date = Article.objects.live().order_by("-published_at", "-pk").values_list("pk", flat=True)
    naive = {
        "section": by_date.filter(section=number["section"]),
        "desk": by_date.filter(section__desk=number["desk"]),
        "edition": by_date.filter(edition=number["edition"]),
        "topic": by_date.filter(topics=number["topic"]),
        "author": by_date.filter(bylines__author=number["author"]),
        "paper": by_date,
    }
    asked += [
        (f"without Listing, {kind}: newest {PAGE}", lambda lot=lot: queries.in_order(list(lot.all()[:PAGE])), False)
        for kind, lot in naive.items()
    ]
    return asked


def longest(kind: str) -> str:
    """Return the key of the longest list of a kind."""
    from django.db.models import Count

    from rotative.content.models import Listing, Section

    rows = Listing.objects.values("collection").annotate(size=Count("pk")).order_by("-size")
    desks = {f"section:{key}" for key in Section.objects.filter(desk=None).values_list("pk", flat=True)}
    prefix = "section:" if kind == "desk" else f"{kind}:"
    rows = rows.filter(collection__startswith=prefix)
    return next(
        row["collection"]
        for row in rows
        if kind not in {"section", "desk"} or (row["collection"] in desks) == (kind == "desk")
    )


# --- how it is measured


@dataclass
class Result:
    name: str
    statements: int
    first_ms: float
    median_ms: float
    p95_ms: float
    with_django_ms: float
    indexes: str
    is_limited: bool

    @property
    def is_over(self) -> bool:
        return self.is_limited and self.median_ms > LIMIT_MS


def measured(name: str, ask: Callable[[], Any], is_limited: bool) -> Result:
    """Ask once to see the statements, then send these again and again."""
    from django.db import connection

    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    first_times, sql_times, whole_times = [], [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ask()
        whole_times.append(time.perf_counter() - started)
        times = []
        for sql, params in statements:
            with connection.cursor() as cursor:
                started = time.perf_counter()
                cursor.execute(sql, params)
                cursor.fetchall()
                times.append(time.perf_counter() - started)
        first_times.append(times[0])
        sql_times.append(sum(times))
    return Result(
        name,
        len(statements),
        statistics.median(first_times) * 1000,
        statistics.median(sql_times) * 1000,
        statistics.quantiles(sql_times, n=20)[-1] * 1000,
        statistics.median(whole_times) * 1000,
        index_of(*statements[0]),
        is_limited,
    )


def index_of(sql: str, params: Any) -> str:
    """Return the index by which the database answers the first statement, from its own explanation."""
    import re

    from django.db import connection

    prefix = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(prefix + sql, params)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    found = re.findall(r"(?:INDEX|using|Index Scan on) (\w+)", plan) or re.findall(r"(?:Scan on|SCAN) (\w+)", plan)
    sort = " + sort" if re.search(r"TEMP B-TREE FOR (LAST \w+ TERMS? OF |)ORDER|Sort", plan) else ""
    return (found[0] if found else "key") + sort


def show(results: list[Result], vendor: str, articles: int, seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{articles} articles on {vendor}, made in {seconds:.0f} s; {ROUNDS} rounds, warm")
    for heading in (
        "list",
        "statements",
        "first one ms",
        "SQL median ms",
        "SQL p95 ms",
        "with Django ms",
        "first one by index",
        "≤ 5 ms",
    ):
        table.add_column(heading, justify="left" if heading in {"list", "first one by index"} else "right")
    for result in results:
        verdict = "" if not result.is_limited else "no" if result.is_over else "yes"
        table.add_row(
            result.name,
            str(result.statements),
            f"{result.first_ms:.2f}",
            f"{result.median_ms:.2f}",
            f"{result.p95_ms:.2f}",
            f"{result.with_django_ms:.1f}",
            result.indexes,
            verdict,
        )
    Console(width=170).print(table)


if __name__ == "__main__":
    sys.exit(main())
