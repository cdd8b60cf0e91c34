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
    "article-without-picture",
]
OTHERS = ["standing", "not-found"]
ALL = [*LISTS, *ARTICLES, *OTHERS]
