"""The panel for one's own mail address, in place of Wagtail's, which asks for no password."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.users.models import UserProfile

from rotative.accounts.forms import MailAddressForm
from rotative.accounts.models import User


class MailAddressPanel(BaseSettingsPanel):
    name = "mail_address"
    title = _("Email")
    order = 150
    form_class = MailAddressForm

    def get_form(self) -> MailAddressForm:
        """Bind the form only if it was sent: the other panels can be saved without it."""
        sent = self.request.POST if f"{self.name}-email" in self.request.POST else None
        return MailAddressForm(sent, instance=self.user, prefix=self.name)


@hooks.register("register_account_settings_panel")
def mail_address_panel(request: HttpRequest, user: User, profile: UserProfile) -> MailAddressPanel:
    return MailAddressPanel(request, user, profile)
