"""What of Wagtail's ways to an account asks for no password: a panel of ours, or nothing, stands in its place."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.account import BaseSettingsPanel, ChangePasswordPanel
from wagtail.users import wagtail_hooks  # noqa: F401 (registers the actions that are left out below)
from wagtail.users.models import UserProfile
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction

from rotative.accounts.forms import MailAddressForm, NewPasswordForm
from rotative.accounts.models import User


def leave_out_actions_on_many() -> None:
    """Take back what Wagtail lets one do to many accounts at once: it gives roles and takes access without a password.

    A hook cannot be unregistered, and an action that nobody may do would still have an address.
    """
    actions = hooks._hooks["register_bulk_action"]
    actions[:] = [(action, order) for action, order in actions if not issubclass(action, UserBulkAction)]


leave_out_actions_on_many()
ChangePasswordPanel.form_class = NewPasswordForm


class MailAddressPanel(BaseSettingsPanel):
    name = "mail_address"
    title = _("Email")
    order = 150
    form_class = MailAddressForm

    def get_form(self) -> MailAddressForm:
        """Bind the form only if it was sent: the other panels can be saved without it.

        Wagtail asks for the form again in order to show what is wrong with it. By then the account that it holds has
        the new address, though nothing is stored: what is old is asked of the database.
        """
        sent = self.request.POST if f"{self.name}-email" in self.request.POST else None
        stored = User.objects.values_list("email", flat=True).get(pk=self.user.pk)
        return MailAddressForm(sent, instance=self.user, sender=self.user, initial={"email": stored}, prefix=self.name)


@hooks.register("register_account_settings_panel")
def mail_address_panel(request: HttpRequest, user: User, profile: UserProfile) -> MailAddressPanel:
    return MailAddressPanel(request, user, profile)
