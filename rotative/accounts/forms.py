"""Forms that give somebody access, or take it: they ask for the password of the person who sends them.

Whoever finds a screen that was left open can work with it until the session ends, but cannot make it their own.
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import PasswordChangeForm
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm

from rotative.accounts import notices
from rotative.accounts.models import User

# What opens the newsroom to somebody, or leads to what does.
ACCESS_FIELDS: Final = frozenset({"username", "email", "password1", "is_superuser", "is_active", "groups"})


class OwnPasswordField(forms.CharField):
    """The password of the person at the screen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Your own password"),
            required=False,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            **options,
        )


class _AsksItsSender(forms.BaseForm):
    """What the forms have in common that ask whoever sends them, `sender`, for the own password."""

    def __init__(self, *args: Any, sender: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sender = sender

    def must_ask(self) -> bool:
        return True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (self.must_ask() or cleaned.get("own_password")) and not self.sender.has_given_password:
            self.add_error("own_password", _("This is not your password. Nothing was changed."))
            if cleaned.get("password1"):
                self.add_error("password1", _("Type the new password again too: a form that comes back is without it."))
        return cleaned


class MailAddressForm(_AsksItsSender, forms.ModelForm[User]):
    """One's own mail address, to which the link for a new password goes."""

    email = forms.EmailField(label=_("Email"))
    own_password = OwnPasswordField(help_text=_("Needed to change the address: it leads to a new password."))

    class Meta:
        model = User
        fields = ("email",)

    def must_ask(self) -> bool:
        return "email" in self.changed_data

    def save(self, commit: bool = True) -> User:
        account: User = super().save(commit)
        if "email" in self.changed_data:
            notices.tell_of_new_address(account, self.initial["email"])
        return account


class _OtherPersonsForm(_AsksItsSender, forms.ModelForm[User]):
    """What the forms for other people's accounts have in common."""

    own_password = OwnPasswordField(
        help_text=_("Yours, not that of this account. Needed to change a name, an address, a password or roles.")
    )

    def must_ask(self) -> bool:
        return bool(ACCESS_FIELDS.intersection(self.changed_data))


class NewAccountForm(_OtherPersonsForm, UserCreationForm):
    pass


class AccountForm(_OtherPersonsForm, UserEditForm):
    pass


class RoleForm(_AsksItsSender, GroupForm):
    """Wagtail's form of a group. What its panels say of pages and files is no field of it, so it always asks."""

    own_password = OwnPasswordField(help_text=_("Needed whenever a group is saved: it says what people may do."))


class DeletionForm(_AsksItsSender, forms.Form):
    """What asks before an account or a group is deleted."""

    own_password = OwnPasswordField()


class NewPasswordForm(PasswordChangeForm):
    """Wagtail's panel for a new password; the old one has been compared already."""

    def clean_old_password(self) -> str:
        if not self.user.has_given_password:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        old: str = self.cleaned_data["old_password"]
        return old
