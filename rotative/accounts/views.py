"""Signing in, signing out, and asking for a new password: Wagtail's screens, with limits."""

from typing import Any

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.views.account import LoginView, PasswordResetView

from rotative.accounts import password_resets
from rotative.accounts.client_address import find_network
from rotative.accounts.lockout import remember_device


# Comparing a password takes a tenth of a second, and so does a mail server: neither holds up who writes.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class SignInView(LoginView):
    """Wagtail's form, which remembers the device (see `lockout`)."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        remember_device(self.request, response, form.get_user().get_username())
        return response


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, on the server too. A mere link asks first: a picture on another site is a link as well."""
    if request.method != "POST":
        return render(request, "accounts/sign_out.html")
    logout(request)
    messages.success(request, gettext("You have signed out."))
    return redirect("wagtailadmin_login")


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class LimitedPasswordResetView(PasswordResetView):
    """Wagtail's form, which answers the same whether the address is known, unknown, or asked for too often."""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            may_send = password_resets.take(form.cleaned_data["email"], find_network(self.request))
        if may_send:
            response: HttpResponse = super().form_valid(form)
            return response
        return redirect(self.get_success_url())
