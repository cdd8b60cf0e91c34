"""Wagtail's screens for accounts and groups, with forms that ask for the own password."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn
from wagtail.users.views import groups, users

from rotative.accounts import notices
from rotative.accounts.forms import AccountForm, DeletionForm, NewAccountForm, RoleForm


class _KnowsSender:
    """What the views have in common: their forms are told who sends them."""

    request: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "sender": self.request.user}  # type: ignore[misc] # a view's


class AccountsView(users.IndexView):
    """Wagtail's list, without boxes to tick: nothing is done to many accounts at once (see `wagtail_hooks`)."""

    @cached_property
    def columns(self) -> list[Any]:
        columns: list[Any] = super().columns
        return [column for column in columns if not isinstance(column, BulkActionsCheckboxColumn)]


class NewAccountView(_KnowsSender, users.CreateView):
    pass


class AccountView(_KnowsSender, users.EditView):
    def save_instance(self) -> Any:
        account = super().save_instance()
        if "email" in self.form.changed_data:
            notices.tell_of_new_address(account, self.form.initial["email"])
        return account


class DeleteAccountView(_KnowsSender, users.DeleteView):
    form_class = DeletionForm


class NewsroomUserViewSet(users.UserViewSet):
    index_view_class = AccountsView
    index_template_name = "wagtailadmin/generic/index.html"  # that of accounts has a foot for what is ticked
    add_view_class = NewAccountView
    edit_view_class = AccountView
    delete_view_class = DeleteAccountView
    copy_view_enabled = False  # a new account is made for a person, with roles that somebody has chosen

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return AccountForm if for_update else NewAccountForm


class NewGroupView(_KnowsSender, groups.CreateView):
    pass


class GroupView(_KnowsSender, groups.EditView):
    pass


class DeleteGroupView(_KnowsSender, groups.DeleteView):
    form_class = DeletionForm


class NewsroomGroupViewSet(groups.GroupViewSet):
    add_view_class = NewGroupView
    edit_view_class = GroupView
    delete_view_class = DeleteGroupView

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return RoleForm
