"""Kill an import at statements all along it, go on with it, and see whether the paper is the one of a single run.

Run in a process of its own: `python -m tests.importers.filing.crash HOME MIGRATED KIND POINTS`. Prints JSON: how
often it was killed, and what was different after any of them.
"""

import io
import json
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from warcio.statusandheaders import StatusAndHeaders

from tests.crash import Reach, Site, in_child

SOURCES = {"wordpress": "export.xml", "pages": "pages", "warc": "crawl.warc", "capture": "captures"}


PAGE = """<!doctype html><html lang="fr"><head><title>Le marché numéro {number} rouvre</title>
<link rel="canonical" href="https://ancien.example/2019/{number}/">
<meta property="article:published_time" content="2019-05-04T10:30:00+01:00"></head>
<body><nav><a href="/">Accueil</a></nav><article><h1>Le marché numéro {number} rouvre</h1>
<p>{text}</p><p>{text} Et encore.</p>
<p>Voir <a href="https://ancien.example/2019/1/">notre article</a> sur le sujet, que nous avions écrit.</p></article>
</body></html>"""


def main() -> int:
    site, most = Site(Path(sys.argv[1]), sys.argv[2]), int(sys.argv[4])
    home = site.root
    os.environ.update(site.variables)
    import django

    django.setup()
    from django.db import connections

    make_paper(home)
    connections.close_all()
    site.keep()
    whole, statements = in_one_run(home)
    killed, problems = 0, []
    for point in site.after_kills(partial(run_import, home), range(1, statements, max(statements // most, 1))):
        killed += 1
        result = home / "result.json"
        result.unlink(missing_ok=True)
        if not in_child(partial(go_on_and_describe, home, result)):
            problems.append(f"killed at statement {point}: the import did not go on")
        elif (found := json.loads(result.read_text())["paper"]) != whole:
            different = [name for name in whole if found[name] != whole[name]]
            problems.append(f"killed at statement {point}: {different} differ")
    print(json.dumps({"killed": killed, "problems": problems, "statements": statements}))
    return 0


def in_one_run(home: Path) -> tuple[dict[str, Any], int]:
    result = home / "whole.json"
    assert in_child(lambda: go_on_and_describe(home, result))
    found = json.loads(result.read_text())
    return found["paper"], found["statements"]


def make_paper(home: Path) -> None:
    from PIL import Image

    from tests.builders import a_newspaper
    from tests.importers.wordpress.exports import SITE, a_category, a_comment, a_picture, an_author, an_export, an_item

    a_newspaper()
    make_pages(home)
    uploads = home / "uploads"
    uploads.mkdir()
    Image.new("RGB", (64, 48), "teal").save(uploads / "pont.jpg")
    an_export(
        home / "export.xml",
        an_author("awa", "Awa Tossou"),
        a_category("politique", "Politique"),
        a_picture(90, f"{SITE}/wp-content/uploads/pont.jpg"),
        *(
            an_item(
                number,
                f"Article {number}",
                f'Le texte {number}, après <a href="{SITE}/?p={max(number - 3, 1)}">celui-ci</a>.',
                tags={"ponts": "Ponts"},
                comments=[a_comment(number * 10), a_comment(number * 10 + 1, parent=number * 10)],
                meta={"_thumbnail_id": "90"} if number == 7 else {},
            )
            for number in range(1, 15)
        ),
    )


def make_pages(home: Path) -> None:
    """Write the same stories as HTML files, as what a crawler fetched, and as text."""
    from warcio.warcwriter import WARCWriter

    for name in ("pages", "captures"):
        (home / name).mkdir()
    with (home / "crawl.warc").open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        for number in range(1, 15):
            text = f"Le texte {number} parle du marché de la ville, où l’on vend du mil, du riz et des oignons."
            html = PAGE.format(number=number, text=text)
            (home / "pages" / f"{number}.html").write_text(html)
            story = f"Politique\n\nLe marché numéro {number} rouvre\n\n{text}\n\n{text} Et encore.\n"
            (home / "captures" / f"{number}.txt").write_text(story)
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            address = f"https://ancien.example/2019/{number}/"
            payload = io.BytesIO(html.encode())
            writer.write_record(writer.create_warc_record(address, "response", payload=payload, http_headers=headers))


def run_import(home: Path, reach: Reach = lambda: None) -> int:
    """Import, or go on; return how many statements it took. Each of them is a point at which it may be killed."""
    from django.db import connection

    from rotative.importers.filing import finishing, jobs, leases, sources
    from rotative.importers.filing.uploads import Shelves
    from rotative.importers.models import ImportJob, SourceKind

    jobs.BATCH = finishing.CHUNK = 4  # type: ignore[misc]
    leases.LEASE = type(leases.LEASE)(0)  # type: ignore[misc] # whoever held it is dead
    count = 0

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal count
        count += 1
        reach()
        return execute(*args)

    kind = SourceKind(sys.argv[3])
    job = ImportJob.objects.first() or ImportJob(kind=kind, source=str(home / SOURCES[kind]))
    with sources.open_source(job) as source:
        job.site = source.name
        job.save()
        with connection.execute_wrapper(counted):
            jobs.run(job, source, Shelves(uploads=home / "uploads", online=False))
    return count


def _target(link: str) -> object:
    """A file that was written before a kill keeps its name, and the same one is called otherwise: it must be there."""
    from django.conf import settings

    path = unquote(link).removeprefix(settings.MEDIA_URL)
    return link if path == link else (Path(settings.MEDIA_ROOT) / path).is_file()


def go_on_and_describe(home: Path, result: Path) -> None:
    from wagtail.contrib.redirects.models import Redirect
    from wagtail.models import Page

    from rotative.comments.models import Comment, Discussion
    from rotative.content.models import Article, Author, Listing, Picture, Topic
    from rotative.importers.models import ImportedItem, ImportJob, Line
    from rotative.publishing.models import Invalidation

    job = ImportJob.objects.first()
    statements = 0 if job and job.state == "done" else run_import(home)
    places = dict(Page.objects.values_list("pk", "url_path"))
    titles = dict(Page.objects.values_list("pk", "title"))

    def body(article: Any) -> str:
        text = json.dumps(list(article.body.raw_data), default=str)
        for number, place in places.items():
            text = text.replace(f'id=\\"{number}\\"', f'id=\\"{place}\\"')
        return text

    names = {
        "author": dict(Author.objects.values_list("pk", "slug")),
        "topic": dict(Topic.objects.values_list("pk", "slug")),
    }

    def collection(row: Any) -> str:
        """Name a list without numbers: those that a rolled back transaction took are gone with PostgreSQL."""
        return re.sub(r"(\w+):(\d+)", lambda found: names.get(found[1], places)[int(found[2])], row.collection)

    paper = {
        "articles": sorted(
            [
                *(article.url_path, article.title, body(article), article.numchild, str(article.published_at)),
                *([titles[one] for one in article.computed_related], article.lead_image_id is not None),
            ]
            for article in Article.objects.all()
        ),
        "tree": sorted(Page.objects.values_list("url_path", "path", "numchild")),
        "comments": sorted(
            [comment.text, comment.name, comment.article.title, comment.thread_id is not None, comment.fingerprint[:0]]
            for comment in Comment.objects.select_related("article")
        ),
        "discussions": sorted([places[row.article_id], row.count] for row in Discussion.objects.all()),
        "redirects": sorted(
            [row.old_path, places.get(row.redirect_page_id, _target(row.redirect_link))]
            for row in Redirect.objects.all()
        ),
        "listings": sorted([collection(row), row.month, places[row.article_id]] for row in Listing.objects.all()),
        "items": sorted([item.key, item.digest, places.get(item.page_id)] for item in ImportedItem.objects.all()),
        "lines": [[line.number, line.key, line.outcome, line.reason] for line in Line.objects.order_by("number")],
        "pictures": Picture.objects.count(),
        "waiting": Invalidation.objects.filter(not_before__isnull=False).count(),
    }
    result.write_text(json.dumps({"paper": paper, "statements": statements}, default=str))


if __name__ == "__main__":
    sys.exit(main())
