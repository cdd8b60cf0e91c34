"""The editor-in-chief's screens for who moderates what."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from rotative.comments.models import ModerationDesk


class ModerationDeskViewSet(SnippetViewSet):
    model = ModerationDesk
    icon = "group"
    menu_label = _("Moderation desks")
    menu_name = "moderation-desks"
    menu_order = 700
    add_to_settings_menu = True
    list_display = ["user"]
    list_per_page = 50
