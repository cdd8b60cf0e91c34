"""Bulk indexing of many new pages: Wagtail's index of references, and the newsroom's search.

Wagtail fills the first page by page, three statements each, which is a quarter of the time that an import takes. What a
page refers to is still Wagtail's to say; only the rows of a whole chunk are written together.
"""

from collections.abc import Sequence
from typing import Final

from django.contrib.contenttypes.models import ContentType
from modelsearch import index
from modelsearch.backends import get_search_backends
from wagtail.models import Page, ReferenceIndex

from rotative.content.models import Article, StandingPage

# Of an article, which the index of references would ask for one by one.
PARTS: Final = ("bylines", "topics", "other_editions", "corrections", "related_stories")


def index_pages(numbers: Sequence[int]) -> None:
    """Index the articles and standing pages with these numbers; must be called within a transaction."""
    for model, parts in {Article: PARTS, StandingPage: ()}.items():
        pages = list(model._base_manager.filter(pk__in=numbers).prefetch_related(*parts))
        index_references(pages)
        if not pages or not index.class_is_indexed(model):
            continue
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, pages)


def index_references(pages: Sequence[Page]) -> None:
    """Write down what the pages, all of one class, refer to; must be called within a transaction."""
    if not pages:
        return
    own = ContentType.objects.get_for_model(type(pages[0]), for_concrete_model=False)
    base = ReferenceIndex._get_base_content_type(pages[0])
    numbers = [str(page.pk) for page in pages]
    known = ReferenceIndex.objects.filter(base_content_type=base, object_id__in=numbers)
    indexed = set(known.values_list("object_id", flat=True))
    rows = []
    for page in pages:
        if str(page.pk) in indexed:  # an import that goes on, or a story that was there: what has gone must go
            ReferenceIndex.create_or_update_for_object(page)
        else:
            rows += _rows_of(page, own, base)
    ReferenceIndex.objects.bulk_create(rows, ignore_conflicts=True)


def _rows_of(page: Page, own: ContentType, base: ContentType) -> list[ReferenceIndex]:
    return [
        ReferenceIndex(
            content_type=own,
            base_content_type=base,
            object_id=page.pk,
            to_content_type_id=to_type,
            to_object_id=to_number,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for to_type, to_number, model_path, content_path in set(ReferenceIndex._extract_references_from_object(page))
    ]
