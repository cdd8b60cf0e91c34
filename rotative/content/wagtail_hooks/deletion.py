"""What is not deleted, because articles need it; the sentence says which."""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.models import Page, ReferenceIndex, Revision

from rotative.content.models import Article, Author, Edition, Home
from rotative.content.permissions import refuse


@hooks.register("before_delete_page")
def keep_pages_that_articles_need(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say which articles stand in the way, where the database would answer with an error."""
    note_moved_articles(page)
    sentence = reason_to_keep(page.specific)
    return refuse(request, sentence, back=reverse("wagtailadmin_explore", args=[page.pk])) if sentence else None


@hooks.register("before_delete_snippet")
def keep_authors_that_articles_need(request: HttpRequest, snippets: Sequence[Any]) -> HttpResponse | None:
    for snippet in snippets:
        sentence = reason_to_keep(snippet)
        if sentence:
            return refuse(request, sentence, back=reverse(snippet.snippet_viewset.get_url_name("list")))
    return None


@hooks.register("register_bulk_action", order=1000)
class DeletePages(DeleteBulkAction):
    """Wagtail's deletion of many pages, which says why it refuses, and before anybody has confirmed.

    The hook `before_bulk_action` comes after Wagtail's own refusal, which speaks of missing permissions.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pages, others = self.get_actionable_objects()
        # The front page is nobody's to delete, and has a sentence all the same.
        fronts = [page for page in others.get("items_with_no_access", []) if page.specific_class is Home]
        for page in [*pages, *fronts]:
            note_moved_articles(page)
            sentence = reason_to_keep(page.specific)
            if sentence:
                return refuse(request, sentence)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


def note_moved_articles(page: Page) -> None:
    """Bring Wagtail's index of references up to date for the articles that it says name `page` as their section.

    Moving an article passes by that index; a section that had been emptied could not be deleted without this.
    """
    named = ReferenceIndex.get_references_to(page.specific).filter(model_path="section")
    for article in Article.objects.filter(pk__in=[int(pk) for pk in named.values_list("object_id", flat=True)]):
        if not article.is_descendant_of(page):
            ReferenceIndex.create_or_update_for_object(article)


def reason_to_keep(kept: Any) -> str:
    """Return the sentence that says which articles would suffer if `kept` were deleted; empty if none would."""
    name = kept.get_admin_display_title() if isinstance(kept, Page) else str(kept)
    if isinstance(kept, Home):
        return gettext("The front page stays where it is: with it the whole paper would go. Change what stands on it.")
    if isinstance(kept, Page) and not isinstance(kept, Article):
        below = Article.objects.descendant_of(kept).count()
        if below:
            return ngettext(
                "“%(name)s” cannot be deleted: %(count)d article stands below it. Move or delete it first.",
                "“%(name)s” cannot be deleted: %(count)d articles stand below it. Move or delete them first.",
                below,
            ) % {"name": name, "count": below}
    if isinstance(kept, Edition):
        chosen = Article.objects.filter(edition=kept).count()
        if chosen:
            return ngettext(
                "“%(name)s” cannot be deleted: it is the main edition of %(count)d article. "
                "Give it another edition first.",
                "“%(name)s” cannot be deleted: it is the main edition of %(count)d articles. "
                "Give them another edition first.",
                chosen,
            ) % {"name": name, "count": chosen}
    if isinstance(kept, Edition | Author):
        versions = _versions_naming(kept).values("object_id").distinct().count()
        if versions:
            return ngettext(
                "“%(name)s” cannot be deleted: drafts or older versions of %(count)d article name it, "
                "and could not be opened any more.",
                "“%(name)s” cannot be deleted: drafts or older versions of %(count)d articles name it, "
                "and could not be opened any more.",
                versions,
            ) % {"name": name, "count": versions}
    return ""


def _versions_naming(kept: Edition | Author) -> QuerySet[Any]:
    """Return the stored versions of articles that cannot be read without `kept`."""
    versions: QuerySet[Any] = Revision.objects.filter(content_type=ContentType.objects.get_for_model(Article))
    if isinstance(kept, Edition):
        return versions.filter(content__edition=kept.pk)
    # SQLite cannot look into lists within JSON; as text both databases can, with a space after the colon or without.
    return versions.filter(content__bylines__regex=rf'"author": ?{kept.pk}[,}}]')
