"""Scheduled publication (go-live and expiry), with retries and backoff."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import Page, Revision

from rotative.publishing.backoff import exponential_backoff
from rotative.publishing.writing import writing

logger = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=20)
LONGEST_DELAY = timedelta(hours=1)
# What failed: how often, and before when it is left alone. A revision that can never be published would otherwise fail
# every ten seconds for ever, and bury everything else in the log. In memory, because a restart may be what mends it;
# the hour belongs to the key, so that an editor who chooses another one is not made to wait.
_failures: dict[tuple[type[models.Model], Any, datetime], tuple[int, datetime]] = {}


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
    done = _each(expired_pages, _take_down)
    return done + _each(overdue_revisions, _publish)


def _take_down(page: Any) -> bool:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return True


def _publish(due: Any) -> bool:
    """Publish a revision, unless its end has come as well (after a night without power): then only forget its hour."""
    end = parse_datetime(due.content.get("expire_at") or "")
    if end is not None and end <= timezone.now():
        due.approved_go_live_at = None
        due.save(update_fields=["approved_go_live_at"])  # which Wagtail notes in the article's history
        logger.warning("“%s” was not published: its time was over before it appeared.", due)
        return False
    due.publish(log_action="wagtail.publish.scheduled")
    return True


def _each(find: Callable[[], models.QuerySet[Any]], act: Callable[[Any], bool]) -> int:
    done = 0
    for row in list(find()):
        key = (type(row), row.pk, getattr(row, "approved_go_live_at", None) or row.expire_at)
        times, not_before = _failures.get(key, (0, timezone.now()))
        if timezone.now() < not_before:
            continue
        try:
            with writing():
                # As it is by now: while this waited for its turn, an editor may have changed it, or its hour.
                fresh = find().filter(pk=row.pk).first()
                done += fresh is not None and act(fresh)
        except Exception:
            delay = exponential_backoff(FIRST_DELAY, LONGEST_DELAY, times + 1)
            _failures[key] = times + 1, timezone.now() + delay
            logger.exception("“%s” could not be published or taken down at its hour; next try in %s.", row, delay)
        else:
            _failures.pop(key, None)
    return done
