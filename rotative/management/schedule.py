"""What is due: articles whose hour of publication has come, and pages whose time is over."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Page, Revision

logger = logging.getLogger(__name__)


def overdue_revisions() -> models.QuerySet[Any]:
    """Return approved revisions whose hour has come, in the order of their hours."""
    due: models.QuerySet[Any] = Revision.objects.filter(approved_go_live_at__lte=timezone.now())
    return due.order_by("approved_go_live_at", "pk")


def expired_pages() -> models.QuerySet[Any]:
    """Return live pages whose time is over."""
    expired: models.QuerySet[Any] = Page.objects.filter(live=True, expire_at__lte=timezone.now())
    return expired.order_by("expire_at", "pk")


def publish_due() -> int:
    """Take down what has expired, publish what is due; return how many. One that fails does not hold up the others."""
    done = _each(
        expired_pages(), lambda page: page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    )
    return done + _each(overdue_revisions(), lambda due: due.publish(log_action="wagtail.publish.scheduled"))


def _each(rows: Iterable[Any], act: Callable[[Any], Any]) -> int:
    done = 0
    for row in list(rows):
        try:
            with transaction.atomic():
                act(row)
        except Exception:
            logger.exception("“%s” could not be published or taken down at its hour; it is tried again.", row)
        else:
            done += 1
    return done
