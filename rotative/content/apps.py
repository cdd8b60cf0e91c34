from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "rotative.content"
    verbose_name = _("Newspaper")
