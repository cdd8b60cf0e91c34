import pytest
from django.test import Client
from django.utils import timezone

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.content.models import Article
from tests.builders import an_article
from tests.newsroom import a_person, signed_in


@pytest.fixture
def article() -> Article:
    return an_article("Le pont", published_at=timezone.now())


@pytest.fixture
def moderator() -> User:
    return a_person(roles.MODERATOR, first_name="Awa", last_name="Tossou")


@pytest.fixture
def client(moderator: User) -> Client:
    return signed_in(moderator)
