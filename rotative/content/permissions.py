"""Who may change which kind of page.

Wagtail's page permissions are given for a part of the tree, whatever stands there: whoever may publish articles could
rename a section or rearrange the front page as well. For pages other than articles a person therefore needs the
model's own permission too (`content.change_section` …), which rotative.accounts.roles hands out.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.models import Page, PagePermissionTester


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
        return self._may("delete") and super().can_delete(ignore_bulk)

    def can_unpublish(self) -> bool:
        return self._may("change") and super().can_unpublish()

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

    def _may(self, action: str) -> bool:
        return may(self.user, action, self.page.specific_class)


def may(user: Any, action: str, model: type[Page] | None) -> bool:
    """Tell whether `user` may do `action` (add, change, delete) to pages of `model` at all."""
    if model is None or getattr(model, "obeys_tree_alone", False):
        return True
    return bool(user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}"))


def may_create(user: Any, model: type[Page]) -> bool:
    return may(user, "add", model)


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
