"""Wagtail's screens for accounts, with forms that ask for the own password."""

from typing import Any

from wagtail.users.views.users import CreateView, EditView, UserViewSet

from rotative.accounts import notices
from rotative.accounts.forms import AccountForm, NewAccountForm


class NewAccountView(CreateView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "sender": self.request.user}


class AccountView(EditView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "sender": self.request.user}

    def save_instance(self) -> Any:
        account = super().save_instance()
        if "email" in self.form.changed_data:
            notices.tell_of_new_address(account, self.form.initial["email"])
        return account


class NewsroomUserViewSet(UserViewSet):
    add_view_class = NewAccountView
    edit_view_class = AccountView

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return AccountForm if for_update else NewAccountForm
