"""Privacy: what is deleted for good, on its writer's word or with its article, and from history and mails with it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from rotative.comments import notices, queries
from rotative.comments.models import Comment, Status
from rotative.comments.models.comments import digest, recount
from rotative.content.models import Article
from rotative.publishing.writing import writing

DELETE_ALL = "comments.delete_all"


@writing()
def delete_own(comments: Iterable[Comment]) -> int:
    """Delete comments for good, as their writer asks. Replies of others stay: the first of their thread is emptied."""
    chosen = list(comments)
    numbers = [comment.pk for comment in chosen]
    notices.forget_words(numbers)
    _history_of(numbers).delete()
    for comment in chosen:
        if comment.replies.exists():
            _empty(comment)
        else:
            comment.delete()
    return len(chosen)


@writing()
def delete_all_on(article: int, user: Any = None) -> int:
    """Delete all comments on an article that is about to be deleted, for good; return how many.

    The article's own history says so, when somebody decided it.
    """
    found = queries.on_article(article)
    numbers = list(found.values_list("pk", flat=True))
    notices.forget_words(numbers)
    _history_of(numbers).delete()
    found.delete()
    recount([article])
    if numbers and user:
        log(Article.objects.get(pk=article), DELETE_ALL, user=user, data={"count": len(numbers)})
    return len(numbers)


def _history_of(numbers: Iterable[int]) -> QuerySet[Any]:
    """Return what the newsroom's history holds of comments: the words before and after they were edited."""
    kind = ContentType.objects.get_for_model(Comment)
    history: QuerySet[Any] = ModelLogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in numbers])
    return history


def _empty(comment: Comment) -> None:
    comment.status = Status.REJECTED
    comment.name = comment.text = comment.email = comment.address = comment.network = ""
    comment.writer = comment.text_digest = ""
    comment.fingerprint = digest("emptied", str(comment.pk))
    comment.reasons = []
    comment.save()
