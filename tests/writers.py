"""The check that nothing of the newspaper is written in a transaction that did not begin with the writers' lock."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from rotative.comments.models import Comment
from rotative.content.models import Listing, Rendition
from rotative.publishing.tracking import Tracked
from rotative.publishing.writing import LateWriteError, has_begun, is_writing

CHANGE = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# New rows of these may be such as nobody sees yet: a comment that waits, a copy of a picture.
ADDED_UNSEEN = (Comment, Rendition)


@cache
def guarded() -> frozenset[str]:
    """Return the tables of the newspaper: what readers see, the tree, and what is derived from it."""
    tracked = {model for model in apps.get_models() if issubclass(model, Tracked)}
    return frozenset(model._meta.db_table for model in (*tracked, Page, Redirect, Listing))


def refuse_late_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Stand between Django and the database: raise LateWriteError for a change that nothing serialises."""
    found = CHANGE.match(sql)
    if found and not is_writing() and has_begun() and found[2] in guarded():
        is_unseen = found[1] == "INSERT INTO" and found[2] in {model._meta.db_table for model in ADDED_UNSEEN}
        if not is_unseen:
            raise LateWriteError(f"The newspaper is changed without the writers' lock: {sql[:300]}")
    return execute(sql, params, many, context)
