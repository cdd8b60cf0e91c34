"""What follows when Wagtail changes an article or a section by its base class, or something that has a list goes.

Wagtail moves a page, and may withdraw one, by saving it as a plain `Page`, which passes by the save() of the model.
That save happens in the transaction of the change, and so does what is done here; `post_page_move` would come after it.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, ReferenceIndex

from rotative.content.models.articles import Article
from rotative.content.models.authors import Author
from rotative.content.models.editions import Edition
from rotative.content.models.listings import Listing, relist
from rotative.content.models.sections import Section
from rotative.content.models.topics import Topic


@receiver(post_save, sender=Page)
def follow_the_tree(instance: Page, update_fields: frozenset[str] | None = None, **_kwargs: Any) -> None:
    """Bring section, desk and lists in line with where the page stands now, and with whether it is live."""
    if update_fields is not None:
        return  # Wagtail notes something beside the page: a draft, a lock
    model = instance.specific_class
    if model is Article:
        _settle_article(Article.objects.get(pk=instance.pk))
    elif model is Section:
        _settle_section(Section.objects.get(pk=instance.pk))


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
        relist(article)
