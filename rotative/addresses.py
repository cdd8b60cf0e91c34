"""The words of the paper's addresses: paths, prefixes and queries. deploy/nginx.conf has the same; its test compares.

The engine (`publishing`) knows none of them; it is told. Addresses of other sites, which may be none, are split here.
"""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

NEWSROOM: Final = "/redaction/"
COMMENTS: Final = "/commentaires/"
STATIC: Final = "/static/"
MEDIA: Final = "/medias/"

AUTHORS: Final = "/auteurs/"
ARCHIVES: Final = "archives/"  # below the paper, each section, edition, topic and author
PAPER_ARCHIVES: Final = "/" + ARCHIVES
FEEDS: Final = "/flux"  # before the address of what the feed is of
FEED: Final = "rss.xml"
SITEMAP: Final = "/sitemap.xml"

# Pages that are shown at other addresses.
NOT_FOUND: Final = "/404.html"
UNAVAILABLE: Final = "/503.html"
NOT_SENT: Final = "/503-envoi.html"

# Query strings of an old WordPress: all stand at the front page of the old site, and name one thing each.
OLD_NUMBERS: Final = ("p", "page_id", "attachment_id", "cat", "author")
# Those that name a list by a word, and where its other address stood.
OLD_WORDS: Final = {"tag": "/tag/", "category_name": "/category/", "author_name": "/author/"}
OLD_QUERY: Final = re.compile(
    rf"(?:\A|&)(?:(?:(?:{'|'.join(OLD_NUMBERS)})=[0-9]+|m=(?:19|20)[0-9]{{2,6}})(?:&|\Z)"
    rf"|(?:feed|{'|'.join(OLD_WORDS)})=)"
)


def parts_of(address: str) -> SplitResult:
    """Split an address that somebody wrote; one that cannot be split (`http://[x`) has no parts."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")
