"""How fast a WordPress export comes in, and in how much memory: `python -m bench.wordpress [--articles N]`.

Writes an export of made-up articles, with categories, tags, authors, comments and links among them, and imports it into
a newspaper of its own; then once more, when nothing has changed. Pictures are not in it: an old site's network is not
what is measured.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

DATABASES = ("sqlite", "postgresql")
LEAST_A_SECOND = 100
MOST_MEGABYTES = 400
NEWEST = datetime(2025, 12, 31, 20)
SITE = "https://ancien.example"
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>L’ancien</title><link>{site}</link><language>fr-FR</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>{site}</wp:base_site_url><wp:base_blog_url>{site}</wp:base_blog_url>
"""
ITEM = """<item><title><![CDATA[{title}]]></title><link>{site}/{slug}/</link><pubDate></pubDate>
<dc:creator><![CDATA[{author}]]></dc:creator><guid isPermaLink="false">{site}/?p={number}</guid>
<description></description>
<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date><![CDATA[{date}]]></wp:post_date>
<wp:post_date_gmt><![CDATA[{date}]]></wp:post_date_gmt><wp:comment_status><![CDATA[open]]></wp:comment_status>
<wp:post_name><![CDATA[{slug}]]></wp:post_name><wp:status><![CDATA[publish]]></wp:status>
<wp:post_parent>0</wp:post_parent><wp:post_type><![CDATA[post]]></wp:post_type><wp:is_sticky>0</wp:is_sticky>
{terms}{comments}</item>
"""
COMMENT = """<wp:comment><wp:comment_id>{number}</wp:comment_id>
<wp:comment_author><![CDATA[{name}]]></wp:comment_author>
<wp:comment_author_email>{email}</wp:comment_author_email><wp:comment_date_gmt>{date}</wp:comment_date_gmt>
<wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved>
<wp:comment_type></wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.wordpress", description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--database", action="append", choices=DATABASES, help="may be given twice (default: both)")
    parser.add_argument("--one", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return measure(Path(options.one))
    from tests.postgresql import cluster

    print(f"Load of the machine: {os.getloadavg()[0]:.1f}.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rotative-bench-")))
        export = folder / "export.xml"
        prepare(folder)
        write_export(export, options.articles)
        print(f"{options.articles} articles, {export.stat().st_size / 1e6:.0f} MB.")
        print(f"{'':<12}{'first run':>11}{'a second':>10}{'a second run':>14}{'peak memory':>13}")
        worst = 0
        for name in options.database or DATABASES:
            url = stack.enter_context(cluster()) if name == "postgresql" else ""
            environment = {**os.environ, "ROTATIVE_HOME": str(folder / name), "DATABASE_URL": url}
            command = [
                sys.executable,
                "-m",
                "bench.wordpress",
                "--one",
                str(export),
                "--articles",
                str(options.articles),
            ]
            worst |= subprocess.run(command, env=environment, check=False).returncode
        return worst


def prepare(folder: Path) -> None:
    os.environ.update(DJANGO_SETTINGS_MODULE="rotative.settings")
    os.environ.setdefault("ROTATIVE_HOME", str(folder / "writing"))


def measure(export: Path) -> int:
    """Import an export twice; print what it took, and return 1 when that is more than it may be."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from rotative.importers.filing import jobs
    from rotative.importers.filing.uploads import Shelves
    from rotative.importers.models import ImportJob, SourceKind
    from rotative.importers.wordpress.source import Export

    call_command("migrate", verbosity=0)
    seconds, count = [], 0
    for _run in range(2):
        began = time.perf_counter()
        source = Export(export)
        job = ImportJob.objects.create(kind=SourceKind.WORDPRESS, source=str(export), site=source.name)
        jobs.run(job, source, Shelves(online=False))
        seconds.append(time.perf_counter() - began)
        count = max(count, job.lines.filter(outcome="imported", reason="").count())
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = count / seconds[0]
    name = connection.vendor
    print(f"{name:<12}{seconds[0]:>9.0f} s{rate:>10.0f}{seconds[1]:>12.0f} s{megabytes:>10.0f} MB", flush=True)
    return int(rate < LEAST_A_SECOND or megabytes > MOST_MEGABYTES)


def write_export(path: Path, count: int) -> None:
    """Write an export of `count` articles, the same each time."""
    from rotative.demonstration import prose

    themes = ("news-infos", "economie", "culture", "sport")
    authors = [name for name, _role in prose.authors()]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD.format(site=SITE))
        for name in authors:
            file.write(f"<wp:author><wp:author_login>{slug(name)}</wp:author_login>")
            file.write(f"<wp:author_display_name><![CDATA[{name}]]></wp:author_display_name></wp:author>\n")
        for theme in themes:
            file.write(f"<wp:category><wp:category_nicename>{theme}</wp:category_nicename>")
            file.write(f"<wp:cat_name><![CDATA[{theme.title()}]]></wp:cat_name></wp:category>\n")
        for number in range(1, count + 1):
            file.write(item(number, themes, authors))
        file.write("</channel></rss>\n")


def item(number: int, themes: tuple[str, ...], authors: list[str]) -> str:
    from rotative.demonstration import prose

    chance = random.Random(number)
    theme = chance.choice(themes)
    story = prose.compose(chance, theme, "benin")
    date = NEWEST - timedelta(minutes=int(chance.random() * 10 * 365 * 24 * 60))
    body = "\n\n".join(story.blocks).replace("</p><p>", "\n\n").replace("<p>", "").replace("</p>", "")
    if number > 1 and chance.random() < 0.3:
        body += f'\n\nLire aussi : <a href="{SITE}/?p={chance.randrange(1, number)}">notre article</a>.'
    topics = chance.sample(prose.topics_of(theme), 2)
    terms = f'<category domain="category" nicename="{theme}"><![CDATA[{theme.title()}]]></category>'
    terms += "".join(
        f'<category domain="post_tag" nicename="{slug(name)}"><![CDATA[{name}]]></category>' for name in topics
    )
    return ITEM.format(
        site=SITE,
        number=number,
        title=escape(story.headline, quote=False),
        slug=f"{slug(story.headline)[:60]}-{number}",
        author=slug(chance.choice(authors)),
        body=body,
        excerpt=story.standfirst,
        date=f"{date:%Y-%m-%d %H:%M:%S}",
        terms=terms,
        comments="".join(comments(number, date, chance)),
    )


def comments(article: int, date: datetime, chance: random.Random) -> list[str]:
    first = article * 10
    return [
        COMMENT.format(
            number=first + place,
            name=f"Lecteur {chance.randrange(5000)}",
            email=f"lecteur{first + place}@courriel.example",
            date=f"{date + timedelta(hours=place + 1):%Y-%m-%d %H:%M:%S}",
            text=f"Merci pour cet article, le n° {article}. On attend la suite ({place}).",
            parent=first if place else 0,
        )
        for place in range(chance.choice((0, 0, 0, 1, 2, 3)))
    ]


def slug(name: str) -> str:
    from rotative.content.slugs import slug_from

    return slug_from(name)


if __name__ == "__main__":
    sys.exit(main())
