"""What tests of the engine share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from rotative.publishing.models import Invalidation


@pytest.fixture
def without_transaction(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let a test commit for real. It writes invalidations alone; a flush would take away what migrations made."""
    with django_db_blocker.unblock():
        yield
        Invalidation.objects.all().delete()
        connection.close()
