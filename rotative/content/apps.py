from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "rotative.content"
    verbose_name = _("Newspaper")

    def ready(self) -> None:
        from django.db.models import SlugField
        from wagtail.admin.forms.models import register_form_field_override

        from rotative.content.widgets import SlugInput

        register_form_field_override(SlugField, override={"widget": SlugInput})
