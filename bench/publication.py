"""From a publication to readers: `python -m bench.publication [--articles 1000 --articles 10000 …] [--rounds 30]`.

Publishes articles in a served newspaper and asks over HTTP until the article's own page, the front page, its section,
its edition and the paper's feed all show it. The archive of each size is generated in the database; of its pages only
those are stored that the measurement asks for, since storing all would take longer than measuring. Prints milliseconds
from the end of the publishing transaction, and ratios to the smallest archive of the same run.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

SIZES = (1_000, 10_000)
PATIENCE_SECONDS = 10
REST_SECONDS = 1.5


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.publication", description=__doc__)
    parser.add_argument("--articles", type=int, action="append", help="size of the archive; may be given several times")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        return measure(options.one, options.rounds)
    rows = []
    for size in options.articles or SIZES:
        home = tempfile.mkdtemp(prefix="rotative-bench-")
        try:
            rows.append((size, run_apart(size, options.rounds, home)))
        finally:
            shutil.rmtree(home, ignore_errors=True)
    show(rows)
    return 0


def run_apart(size: int, rounds: int, home: str) -> list[list[float]]:
    """Measure one size in a process of its own: settings are read once."""
    from tests.postgresql import free_port

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "ROTATIVE_HOME": home, "ROTATIVE_SITE_URL": url, "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "bench.publication", "--one", str(size), "--rounds", str(rounds)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("= ")]
    return [[float(word) for word in line[1:]] for line in lines]


def measure(size: int, rounds: int) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rotative.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    call_command("prepare", verbosity=0)
    call_command("demo", articles=size)
    store_what_is_asked_for()
    connections.close_all()
    url = str(settings.SITE_URL)
    command = [sys.executable, "-m", "rotative", "serve", "--port", url.rpartition(":")[2]]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(url)
        for number in range(rounds):
            print("=", *publish_and_wait(url, number), flush=True)
            time.sleep(REST_SECONDS)
    finally:
        server.terminate()
        server.wait(30)
    return 0


def store_what_is_asked_for() -> None:
    from django.db import transaction

    from rotative.content import queries
    from rotative.management.background import make_publisher
    from rotative.publishing.invalidation import invalidate_all
    from rotative.publishing.keys import path_key
    from rotative.publishing.models import Invalidation, StoredPage
    from rotative.publishing.publisher import publish_until_idle

    paths = ["/", "/en-continu/", "/fragments/dernieres/", "/flux/rss.xml", "/404.html", "/503.html"]
    paths += [page.address for page in (*queries.desks(), *queries.editions())]
    paths += [section.address for desk in queries.desks() for section in queries.subsections(desk)]
    Invalidation.objects.all().delete()
    publisher = make_publisher()
    # A row of this build tells the publisher that the store is not new, and need not be filled.
    StoredPage.objects.create(path="/", build=publisher.build)
    with transaction.atomic():
        invalidate_all(map(path_key, paths))
    publish_until_idle(publisher)
    publisher.close()


def wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            time.sleep(3)
            return
    raise SystemExit("`rotative serve` does not answer.")


def publish_and_wait(url: str, number: int) -> list[float]:
    """Publish an article; return the milliseconds until each of the five pages shows it, and how long saving took."""
    from django.utils import timezone

    from rotative.content import actions
    from rotative.content.models import Article, Edition, Section

    section = Section.objects.exclude(desk=None).order_by("pk")[0]
    edition = Edition.objects.order_by("pk")[0]
    slug = f"mesure-{number}-{time.time_ns()}"
    body = [("text", "<p>Le conseil a voté le budget de l'eau.</p>" * 12)]
    article = Article(title=f"Mesure {slug}", slug=slug, edition=edition, body=body, published_at=timezone.now())
    began = time.perf_counter()
    article = actions.publish_article(section, article)
    saved = time.perf_counter()
    places = [article.address, "/", section.address, edition.address, "/flux/rss.xml"]
    seen: dict[str, float] = {}
    while len(seen) < len(places):
        for place in places:
            if place not in seen and shows(url + place, slug):
                seen[place] = 1000 * (time.perf_counter() - saved)
        if time.perf_counter() - saved > PATIENCE_SECONDS:
            raise SystemExit(f"After {PATIENCE_SECONDS} s not shown on {set(places) - set(seen)}")
        time.sleep(0.002)
    return [*(seen[place] for place in places), 1000 * (saved - began)]


def shows(address: str, slug: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return slug.encode() in response.read()
    except OSError:
        return False


def show(rows: list[tuple[int, list[list[float]]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    names = ("article", "front", "section", "edition", "feed", "saving")
    table = Table("archive", "all five, median", "95th", "ratio", *(f"{name}, median" for name in names), box=None)
    first = statistics.median(max(round_[:5]) for round_ in rows[0][1])
    for size, rounds in rows:
        everything = sorted(max(round_[:5]) for round_ in rounds)
        median = statistics.median(everything)
        table.add_row(
            f"{size:,}",
            f"{median:.0f} ms",
            f"{everything[int(len(everything) * 0.95)]:.0f} ms",
            f"{median / first:.2f} ×",
            *(f"{statistics.median(round_[at] for round_ in rounds):.0f}" for at in range(len(names))),
        )
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
