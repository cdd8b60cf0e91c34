"""The kinds of pages that are looked at. addresses.py finds one of each in the demonstration newspaper."""

LISTS = [
    "front",
    "section",
    "subsection",
    "edition",
    "topics",
    "topic",
    "authors",
    "author",
    "archive",
    "month",
    "month-undated",
    "place-archive",
    "place-month",
    "latest",
]
ARTICLES = [
    "article",
    "article-short",
    "article-long",
    "article-gallery",
    "article-table",
    "article-embed",
    "article-fact-box",
    "article-corrected",
    "article-ongoing",
    "article-undated",
    "article-without-picture",
    "article-discussed",
]
ERRORS = {"not-found": 404, "gone": 410, "unavailable": 503}
FRAGMENT = "latest-fragment"
# Pages without the newspaper's masthead and foot.
BARE = ["unavailable", FRAGMENT]
ALL = [*LISTS, *ARTICLES, "standing", *ERRORS, FRAGMENT]
