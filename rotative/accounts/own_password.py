"""Re-authentication: one's own password, asked of somebody who is signed in, before the lock, and not for ever.

Whoever has borrowed a session could guess. Five wrong ones end the session; the door, where the owner signs in, does
not hear of them. They count for the account until the password is right once, here or at the door.
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import logout
from django.contrib.auth.hashers import check_password
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail.admin import messages

from rotative.accounts.models import User, WrongPassword
from rotative.addresses import NEWSROOM

MOST_GUESSES: Final = 5
# Names of fields in all forms, with the prefixes of the panels.
FIELDS: Final = ("own_password", "mail_address-own_password", "password-old_password")


class OwnPasswordMiddleware:
    """Compares the own password that a form brings, ahead of the writers' lock: it takes a tenth of a second.

    Forms ask `User.has_given_password` of who sends them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if request.method != "POST" or not request.path.startswith(NEWSROOM) or not request.user.is_authenticated:
            return None
        typed = {request.POST[name] for name in FIELDS if request.POST.get(name)}
        if not typed:
            return None
        person: Any = request.user
        # Counted before it is looked at, so that many at once are not more than five.
        WrongPassword.objects.create(account_id=person.pk)
        guesses = WrongPassword.objects.filter(account_id=person.pk).count()
        if guesses <= MOST_GUESSES and len(typed) == 1 and is_password_of(person, typed.pop()):
            forget_guesses(person)
            person.has_given_password = True
            return None
        if guesses < MOST_GUESSES:
            return None
        logout(request)
        messages.error(request, gettext("Your own password was wrong five times. Sign in again to go on."))
        return redirect("wagtailadmin_login")


def is_password_of(person: User, typed: str) -> bool:
    """Compare with what is stored, read anew."""
    return check_password(typed, User.objects.values_list("password", flat=True).get(pk=person.pk))


def forget_guesses(person: User) -> None:
    WrongPassword.objects.filter(account_id=person.pk).delete()


@receiver(user_logged_in)
def forget_guesses_at_the_door(user: User, **_signal: Any) -> None:
    """Whoever has signed in knows the password."""
    forget_guesses(user)
