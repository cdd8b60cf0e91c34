"""`rotative audit` finds what is not as it would be now, and nothing else."""

from typing import Any

import pytest
from django.db import transaction

from rotative.content.models import Article
from rotative.publishing import compress, invalidation
from rotative.publishing.audit import examine, unstored_paths
from rotative.publishing.models import Dependency, StoredBody, StoredPage
from rotative.publishing.publisher import Publisher, publish_until_idle
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from tests.builders import a_newspaper, an_article

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def article(settings: Any) -> Article:
    a_newspaper()
    made = an_article("Le pont")
    publish_until_idle(Publisher(Disk(Store(settings.STORE_ROOT))))
    return made


def page_of(article: Article) -> StoredPage:
    return StoredPage.objects.get(path=article.address)


def problem_of(article: Article) -> str | None:
    finding = examine(page_of(article))
    return finding.problem if finding else None


def test_a_paper_that_is_up_to_date_has_no_finding(article: Article) -> None:
    assert {examine(page) for page in StoredPage.objects.all()} == {None}
    assert list(unstored_paths()) == []


def test_a_change_that_nobody_named_is_found(article: Article) -> None:
    # By the base class and in bulk: the one way to change a page that invalidates nothing.
    article.page_ptr._meta.model.objects.filter(pk=article.pk).update(title="Autrement")
    assert problem_of(article) == "bytes"


def test_a_page_that_waits_is_not_wrong(article: Article) -> None:
    article.page_ptr._meta.model.objects.filter(pk=article.pk).update(title="Autrement")
    with transaction.atomic():
        invalidation.invalidate(article.key)
    assert problem_of(article) is None


def test_a_lost_edge_is_found(article: Article) -> None:
    Dependency.objects.filter(page=page_of(article), key=article.key).delete()
    assert problem_of(article) == f"edges: {article.key}"


def test_an_edge_too_many_is_found(article: Article) -> None:
    Dependency.objects.create(page=page_of(article), key="topic:999")
    assert problem_of(article) == "edges: topic:999"


def test_another_answer_is_found(article: Article) -> None:
    StoredPage.objects.filter(pk=page_of(article).pk).update(status=410)
    assert problem_of(article) == "status 410, now 200"


def test_damaged_bytes_in_the_database_are_found(article: Article) -> None:
    StoredBody.objects.filter(page=page_of(article)).update(brotli=compress.compress(b"spam", "br"))
    assert problem_of(article) == "stored bytes"
    StoredBody.objects.filter(page=page_of(article)).update(brotli=b"torn")
    assert problem_of(article) == "stored bytes"


def test_a_page_that_was_never_made_is_found(article: Article) -> None:
    page_of(article).delete()
    assert list(unstored_paths()) == [article.address]
