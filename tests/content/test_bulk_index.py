"""References written in bulk are those that Wagtail writes page by page."""

from typing import Any

import pytest
from wagtail.models import ReferenceIndex

from rotative.content.bulk_index import index_pages, index_references
from rotative.content.models import Article
from rotative.publishing.writing import writing
from tests.builders import a_picture, a_topic, an_article

pytestmark = pytest.mark.django_db
COLUMNS = (
    "content_type",
    "base_content_type",
    "object_id",
    "to_content_type",
    "to_object_id",
    "model_path",
    "content_path",
    "content_path_hash",
)


@pytest.fixture
def articles() -> list[Article]:
    first = an_article("Histoire 1", topics=[a_topic()], lead_image=a_picture())
    link = f'<p>Voir <a linktype="page" id="{first.pk}">la première</a>.</p>'
    articles = [first, *(an_article(f"Histoire {number}", body=[("text", link)]) for number in range(2, 5))]
    ReferenceIndex.objects.all().delete()
    with writing():
        index_pages([article.pk for article in articles])
    return articles


def rows() -> list[tuple[Any, ...]]:
    return sorted(ReferenceIndex.objects.values_list(*COLUMNS), key=str)


def test_what_is_indexed_in_bulk_has_the_references_that_wagtail_finds(articles: list[Article]) -> None:
    written = rows()
    ReferenceIndex.objects.filter(object_id__in=[str(article.pk) for article in articles]).delete()
    for article in articles:
        ReferenceIndex.create_or_update_for_object(article)

    assert written == rows()
    assert any(row[5].startswith("body") for row in written), "links in a body are among them"


def test_what_a_page_refers_to_no_longer_goes(articles: list[Article]) -> None:
    article = articles[-1]
    article.body = []

    index_references([article])

    left = ReferenceIndex.objects.filter(object_id=str(article.pk), model_path__startswith="body")
    assert not left.exists()
