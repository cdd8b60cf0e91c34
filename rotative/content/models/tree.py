"""Signals: what follows when Wagtail changes an article by its base class, or something that has a list goes.

Wagtail moves a page, and may withdraw one, by saving it as a plain `Page`, which passes by the save() of the model.
That save happens in the transaction of the change, and so does what is done here; `post_page_move` would come after it.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.models import Page, ReferenceIndex

from rotative.content.models.addresses import follow_address, stored_url_path
from rotative.content.models.articles import Article
from rotative.content.models.authors import Author
from rotative.content.models.editions import Edition
from rotative.content.models.listings import Listing, relist
from rotative.content.models.pages import ReaderPage
from rotative.content.models.sections import Section
from rotative.content.models.topics import Topic
from rotative.publishing.invalidation import differences, invalidate_all, stored_facets
from rotative.publishing.keys import collection_key, object_key, site_key
from rotative.publishing.writing import writing


@receiver(pre_save, sender=Page)
def see_before(instance: Page, update_fields: frozenset[str] | None = None, **_kwargs: Any) -> None:
    """Remember what readers see of a page before Wagtail changes it by its base class.

    Raises TransactionManagementError outside a transaction: what follows must commit together with it.
    """
    if update_fields is not None or not _is_ours(instance):
        return  # Wagtail notes something beside the page: a draft, a lock
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Change pages of the tree inside writing().")
    with writing():
        instance._seen_before = (stored_facets(_specific(instance)), stored_url_path(instance))


@receiver(post_save, sender=Page)
def follow_the_tree(instance: Page, update_fields: frozenset[str] | None = None, **_kwargs: Any) -> None:
    """Bring section, desk and lists in line with where the page stands now, and with whether it is live."""
    if update_fields is not None or not _is_ours(instance):
        return
    model = instance.specific_class
    if model is Article:
        _settle_article(Article.objects.get(pk=instance.pk))
    elif model is Section:
        _settle_section(Section.objects.get(pk=instance.pk))
    facets, url_path = instance.__dict__.pop("_seen_before")
    touched = differences(facets, stored_facets(_specific(instance)))
    if model is not Article:
        touched |= _touched_by_order(instance)
    invalidate_all(touched, cause=f"save page {instance.pk}")
    follow_address(instance, url_path)


def _is_ours(page: Page) -> bool:
    return page.pk is not None and issubclass(page.specific_class or Page, ReaderPage)


def _specific(page: Page) -> Any:
    """Return an instance of the page's own model, which knows its key and nothing else."""
    return page.specific_class(pk=page.pk)


def _touched_by_order(page: Page) -> set[str]:
    """Return the keys of what shows pages in the order of the tree, which was written before the page is saved."""
    keys = {site_key("frame")}
    parent = page.get_parent()
    if parent and parent.specific_class is Section:
        keys.add(collection_key(object_key("section", parent.pk), "subsections"))
    return keys


@receiver(post_delete, sender=Section)
@receiver(post_delete, sender=Edition)
@receiver(post_delete, sender=Topic)
@receiver(post_delete, sender=Author)
def forget_list(instance: Section | Edition | Topic | Author, **_kwargs: Any) -> None:
    """Take the list of something that is gone out of the table."""
    Listing.objects.filter(collection=instance.collection_key).delete()


def _settle_article(article: Article) -> None:
    article.section = Section.objects.get(pk=article.get_parent().pk)
    Article.objects.filter(pk=article.pk).update(section=article.section)
    relist(article)
    # Wagtail's own index of references would still name the old section, and forbid its deletion.
    ReferenceIndex.create_or_update_for_object(article)


def _settle_section(section: Section) -> None:
    """Note the section's desk, and list every live article below it again: its desk may have changed as well."""
    desk = section.desk_above()
    if section.desk == desk:
        return
    Section.objects.filter(pk=section.pk).update(desk=desk)
    articles = Article.objects.live().descendant_of(section).select_related("section")
    for article in articles.prefetch_related("other_editions", "topics", "bylines").iterator(chunk_size=500):
        invalidate_all([article.key], cause=f"move section:{section.pk}")
        relist(article)
