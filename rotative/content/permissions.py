"""Who may change which kind of page, and the files that pages show.

Wagtail's page permissions are given for a part of the tree, whatever stands there: whoever may publish articles could
rename a section or rearrange the front page as well. For pages other than articles a person therefore needs the
model's own permission too (`content.change_section` …), which rotative.accounts.roles hands out.

Wagtail lets whoever uploaded a file replace and delete it for ever. Here that ends where a page shows it that they may
not publish: a file is part of what readers see.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import ManyToOneRel, Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import Page, PagePermissionTester, ReferenceIndex, Revision, WorkflowState
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from rotative.publishing.tracking import Tracked

CHANGES = frozenset({"change", "delete"})


class NewsroomPermissionTester(PagePermissionTester):
    """Wagtail's tester, which asks for the model's permission on every page that is no article.

    `permissions` stays as it is: on a section, “add” and “publish” speak of the articles below it.
    """

    def can_add_subpage(self) -> bool:
        creatable = self.page.specific_class.creatable_subpage_models()
        return super().can_add_subpage() and any(may_create(self.user, model) for model in creatable)

    def can_edit(self) -> bool:
        return self._may("change") and super().can_edit()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return not self._is_indispensable() and self._may("delete") and super().can_delete(ignore_bulk)

    def can_unpublish(self) -> bool:
        return not self._is_indispensable() and self._may("change") and super().can_unpublish()

    def can_move(self) -> bool:
        return not self._is_indispensable() and super().can_move()

    def can_publish(self) -> bool:
        return self._may("change") and super().can_publish()

    def can_submit_for_moderation(self) -> bool:
        return self._may("change") and super().can_submit_for_moderation()

    def can_lock(self) -> bool:
        return self._may("change") and super().can_lock()

    def can_unlock(self) -> bool:
        return self._may("change") and super().can_unlock()

    def can_reorder_children(self) -> bool:
        return self._may("change") and super().can_reorder_children()

    def can_set_view_restrictions(self) -> bool:
        """Refuse it to everybody: pages are the same bytes for all readers, so nothing would be kept from anybody."""
        return False

    def _is_indispensable(self) -> bool:
        return bool(getattr(self.page.specific_class, "is_indispensable", False))

    def _may(self, action: str) -> bool:
        return may(self.user, action, self.page.specific_class)


def may(user: Any, action: str, model: type[Page] | None) -> bool:
    """Tell whether `user` may do `action` (add, change, delete) to pages of `model` at all."""
    if model is None or getattr(model, "obeys_tree_alone", False):
        return True
    return bool(user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}"))


def may_create(user: Any, model: type[Page]) -> bool:
    return may(user, "add", model)


class FilePermissionPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's policy for pictures and media files, which asks as well who may publish what shows the file."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        harmless, changes = set(actions) - CHANGES, set(actions) & CHANGES
        return (bool(harmless) and self.is_granted(user, harmless, instance)) or (
            bool(changes) and self.is_granted(user, changes, instance) and find_kept_from(user, instance) is None
        )

    def is_granted(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """Tell whether Wagtail's own rules allow one of `actions`: by role, or because `user` uploaded the file."""
        return bool(super().user_has_any_permission_for_instance(user, actions, instance))


def find_kept_from(user: Any, file: Model) -> Model | None:
    """Return something that shows `file` to readers, or is about to, and that `user` may not change so."""
    if user.is_superuser:
        return None
    return next((shown for shown in _showing(file) if not _may_change_for_readers(user, shown)), None)


def _may_change_for_readers(user: Any, shown: Model) -> bool:
    if isinstance(shown, Page):
        return bool(shown.permissions_for_user(user).can_publish())
    return bool(user.has_perm(f"{shown._meta.app_label}.change_{shown._meta.model_name}"))


def _showing(file: Model) -> Iterator[Model]:
    """Yield what shows `file`: authors, the paper's frame and live pages; then versions that are on their way."""
    for shown in (*_rows_naming(file), *_pages_naming(file)):
        if not isinstance(shown, Page) or shown.live:
            yield shown
    named = (ReferenceIndex._get_base_content_type(file).pk, str(file.pk))
    for revision in _on_their_way():
        page = revision.as_object()
        if any(found[:2] == named for found in ReferenceIndex._extract_references_from_object(page)):
            yield page


def _rows_naming(file: Model) -> Iterator[Model]:
    """Yield what readers see and names `file` in a column; Wagtail's index does not know all of it."""
    for relation in file._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        model = relation.related_model
        if issubclass(model, Tracked) and not getattr(model, "wagtail_reference_index_ignore", False):
            yield from model._default_manager.filter(**{relation.field.name: file.pk})


def _pages_naming(file: Model) -> Iterator[Page]:
    """Yield the pages that name `file` anywhere within their text."""
    for source, _references in ReferenceIndex.get_references_to(file).group_by_source_object():
        if isinstance(source, Page):
            yield source.specific


def _on_their_way() -> Iterable[Revision]:
    """Return the versions that an hour will publish, or an editor has before them: what they approve must stay so."""
    running = WorkflowState.objects.active().filter(base_content_type=ContentType.objects.get_for_model(Page))
    submitted = [int(number) for number in running.values_list("object_id", flat=True)]
    latest = Page.objects.filter(pk__in=submitted).values("latest_revision")
    return Revision.page_revisions.filter(Q(approved_go_live_at__isnull=False) | Q(pk__in=latest)).order_by("pk")


def refuse(request: HttpRequest, sentence: str, back: str = "wagtailadmin_home") -> HttpResponse:
    """Say why something is not allowed, and lead `back`: to the newsroom's first screen if nothing else is said."""
    messages.error(request, sentence)
    return redirect(back)


def refuse_creation(request: HttpRequest, model: type[Page]) -> HttpResponse:
    return refuse(
        request,
        gettext("Only the editor-in-chief makes pages of the type “%(type)s”. Ask for it, or write an article.")
        % {"type": model.get_verbose_name()},
    )
