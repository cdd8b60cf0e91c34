"""References written in bulk are those that Wagtail writes page by page."""

from typing import Any

import pytest
from wagtail.models import ReferenceIndex

from rotative.content.models import Article
from rotative.importers.filing import jobs
from rotative.importers.filing.references import index_references
from rotative.importers.filing.uploads import Shelves
from rotative.importers.models import ImportJob, SourceKind
from rotative.importers.wordpress.source import Export
from tests.builders import a_newspaper
from tests.importers.wordpress.exports import SITE, a_category, an_export, an_item

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
def articles(tmp_path: Any) -> list[Article]:
    a_newspaper()
    link = f'<p>Voir <a href="{SITE}/2019/05/article-1/">la première</a>.</p>'
    items = [an_item(number, f"Histoire {number}", body=link) for number in range(1, 5)]
    with Export(an_export(tmp_path / "export.xml", a_category("politique", "Politique"), *items)) as source:
        job = ImportJob.objects.create(kind=SourceKind.WORDPRESS, source="export.xml", site=source.name)
        jobs.run(job, source, Shelves(online=False))
    return list(Article.objects.order_by("pk"))


def rows() -> list[tuple[Any, ...]]:
    return sorted(ReferenceIndex.objects.values_list(*COLUMNS), key=str)


def test_an_import_leaves_the_references_that_wagtail_finds(articles: list[Article]) -> None:
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
