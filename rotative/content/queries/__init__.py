"""Everything that readers' pages read of the newspaper. A list costs the same whatever the archive holds."""

from rotative.content.queries.absences import Lead, find_redirect, find_withdrawal, stands, was_withdrawn
from rotative.content.queries.bodies import copies_of, copy_of, prepare_body
from rotative.content.queries.cards import in_order
from rotative.content.queries.fronts import front_of
from rotative.content.queries.lists import (
    LATEST_BY_COUNTRY,
    count_month,
    feed_stories,
    find_neighbours,
    find_ongoing,
    latest,
    month_sizes,
    months,
    of_month,
    related_to,
)
from rotative.content.queries.masthead import desks, frame, get_newspaper, standing_pages
from rotative.content.queries.pages import addresses, articles, find_page, get_home
from rotative.content.queries.sitemaps import sitemap_addresses, sitemap_articles, sitemap_sizes
from rotative.content.queries.taxonomy import (
    authors,
    editions,
    find_author,
    find_place_address,
    find_topic,
    subsections,
    topics,
)

__all__ = [
    "LATEST_BY_COUNTRY",
    "Lead",
    "addresses",
    "articles",
    "authors",
    "copies_of",
    "copy_of",
    "count_month",
    "desks",
    "editions",
    "feed_stories",
    "find_author",
    "find_neighbours",
    "find_ongoing",
    "find_page",
    "find_place_address",
    "find_redirect",
    "find_topic",
    "find_withdrawal",
    "frame",
    "front_of",
    "get_home",
    "get_newspaper",
    "in_order",
    "latest",
    "month_sizes",
    "months",
    "of_month",
    "prepare_body",
    "related_to",
    "sitemap_addresses",
    "sitemap_articles",
    "sitemap_sizes",
    "standing_pages",
    "stands",
    "subsections",
    "topics",
    "was_withdrawn",
]
