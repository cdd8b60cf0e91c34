import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from rotative.accounts.models import User
from rotative.content.models import Topic
from rotative.publishing.middleware import AtomicChangesMiddleware

pytestmark = pytest.mark.django_db


def write_and_fail(request: HttpRequest) -> HttpResponse:
    Topic.objects.create(name="Eau", slug="eau")
    raise RuntimeError("the power went out")


def test_a_request_that_fails_half_way_leaves_nothing_behind() -> None:
    middleware = AtomicChangesMiddleware(lambda request: HttpResponse())
    request = RequestFactory().post("/")
    request.user = User(username="awa")
    with pytest.raises(RuntimeError):
        middleware.process_view(request, write_and_fail, (), {})
    assert not Topic.objects.exists()


def test_a_request_that_only_reads_is_left_alone() -> None:
    middleware = AtomicChangesMiddleware(lambda request: HttpResponse())
    assert middleware.process_view(RequestFactory().get("/"), write_and_fail, (), {}) is None
