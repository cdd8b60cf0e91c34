from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "rotative.content"
    verbose_name = _("Newspaper")

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django.db.models import SlugField
        from wagtail.admin.forms.models import register_form_field_override
        from wagtail.permissions import register_permission_policy

        from rotative.content.alphabet import teach_alphabet
        from rotative.content.models import MediaFile, Picture
        from rotative.content.permissions import FilePermissionPolicy
        from rotative.content.widgets import SlugInput
        from rotative.content.workflow_mails import send_after_commit

        send_after_commit()
        register_form_field_override(SlugField, override={"widget": SlugInput})
        connection_created.connect(teach_alphabet, dispatch_uid="alphabet")
        for model, auth_model in ((Picture, "wagtailimages.Image"), (MediaFile, "wagtaildocs.Document")):
            policy = FilePermissionPolicy(model, auth_model=auth_model, owner_field_name="uploaded_by_user")
            # Exactly this class: Wagtail registers its own policy for the same model after us.
            register_permission_policy(model, policy, exact_class=True)
