"""Signals: what follows when topics, editions or authors of an article change and the article is not saved.

The form of an article saves it, and `Article.save` does all this. Code may also add to a relation, or a relation's
row may be saved or deleted alone: lists must not be wrong then.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver

from rotative.content.models.articles import Article
from rotative.content.models.editions import Edition
from rotative.content.models.listings import Listing, relist, touched_lists
from rotative.content.models.parts import Byline
from rotative.content.models.topics import Topic
from rotative.publishing.invalidation import invalidate_all
from rotative.publishing.keys import object_key
from rotative.publishing.writing import writing

AFTER = {"post_add", "post_remove", "post_clear"}
# Where a topic or an edition notes its articles between the two signals of `clear`.
BEFORE_CLEAR = "_articles_before_clear"


@receiver(m2m_changed, sender=Article.topics.through)
@receiver(m2m_changed, sender=Article.other_editions.through)
def follow_topics_and_editions(
    instance: Article | Topic | Edition, action: str, pk_set: set[int] | None, **_kwargs: Any
) -> None:
    """List the articles anew that gained or lost a topic or an edition."""
    if isinstance(instance, Article):
        articles: Iterable[int] = [instance.pk]
    elif pk_set is not None:
        articles = pk_set
    elif action == "pre_clear":  # from the side of the topic: afterwards nobody could tell
        listed = Listing.objects.filter(collection=instance.collection_key)
        instance.__dict__[BEFORE_CLEAR] = list(listed.values_list("article", flat=True))
        return
    else:
        articles = instance.__dict__.pop(BEFORE_CLEAR, [])
    if action in AFTER:
        _list_anew(articles)


@writing()
def _list_anew(keys: Iterable[int]) -> None:
    for article in Article.objects.filter(pk__in=list(keys)):
        invalidate_all(
            [object_key("article", article.pk)] if article.live else [], cause=f"relate article:{article.pk}"
        )
        relist(article)


@receiver(post_save, sender=Byline)
def follow_byline(instance: Byline, **_kwargs: Any) -> None:
    _list_anew([instance.article_id])


@receiver(post_delete, sender=Byline)
def follow_lost_byline(instance: Byline, origin: Any, **_kwargs: Any) -> None:
    """List the article anew, unless the byline goes because the article does."""
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    if model is Byline:
        _list_anew([instance.article_id])


@receiver(pre_delete, sender=Article)
@writing()
def leave_lists(instance: Article, **_kwargs: Any) -> None:
    """Invalidate the lists that an article leaves for good; its rows there go with it."""
    touched: set[str] = set()
    for listing in Listing.objects.filter(article=instance.pk):
        touched |= touched_lists(listing.collection, [listing.month], [instance.pk])
    invalidate_all(touched, cause=f"delete article:{instance.pk}")
