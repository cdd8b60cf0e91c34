"""Local drafts, autosaved by browsers on their devices: what they say of them, and which of them have arrived."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.templatetags.wagtailadmin_tags import user_display_name

FIELD = "kept_draft"
# Where the session notes the newest drafts whose words are stored: their browsers may let them go.
SAVED = "saved_drafts"
MOST = 20
LONGEST_NAME = 60


def note_saved(request: HttpRequest) -> None:
    """Note that the words of the draft named in a form are stored now."""
    name = request.POST.get(FIELD, "")
    if name and len(name) <= LONGEST_NAME:
        request.session[SAVED] = [*request.session.get(SAVED, []), name][-MOST:]


@never_cache
def session(request: Any) -> JsonResponse:
    """Say who is signed in, what token forms need now, and which drafts have arrived."""
    return JsonResponse(
        {
            "user": request.user.pk,
            "name": user_display_name(request.user),
            "token": get_token(request),
            "saved": request.session.get(SAVED, []),
        }
    )


def sentences() -> dict[str, str]:
    """Return what the scripts of edit screens say, and where they ask."""
    address = reverse("session")
    return {
        "session": address,
        "sign_in": f"{reverse('wagtailadmin_login')}?next={address}",
        "kept": _("Words of this form, kept on this device on %s, have not reached the server."),
        "show": _("Show these words"),
        "resume": _("Take them up again"),
        "forget": _("Forget them"),
        "on_device": _("These texts have not reached the server. They stand on this device alone:"),
        "signing_out": _("These texts stand on this device alone: they were not saved. Sign out, and delete them?"),
        "ended_title": _("Your session has ended"),
        "ended": _("Your words are still in this form, and kept on this device. Sign in here, or in another tab."),
        "signed_in": _("I have signed in: go on"),
        "not_yet": _("Nobody is signed in yet. Sign in above, or in another tab, and go on."),
        "stranger": _("The session is now that of %s. This form was opened by somebody else. Save it under that name?"),
        "go_on": _("Go on"),
        "later": _("Later"),
        "away_title": _("The server does not answer"),
        "away": _("Your words are still in this form, and kept on this device. Try again in a moment."),
        "try_again": _("Try again"),
    }
