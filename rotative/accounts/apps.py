from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "rotative.accounts"
    verbose_name = _("Accounts")
    default = True


class NewsroomUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens for accounts and groups, which ask whoever changes one for the own password."""

    group_viewset = "rotative.accounts.viewsets.NewsroomGroupViewSet"
    user_viewset = "rotative.accounts.viewsets.NewsroomUserViewSet"
