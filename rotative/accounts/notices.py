"""Mails about an account, to the person it belongs to."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext, override
from wagtail.users.models import UserProfile

from rotative.accounts.models import User

logger = logging.getLogger(__name__)


def tell_of_new_address(account: User, old_address: str) -> None:
    """Tell the old address, once the change is stored, that mails go elsewhere now: it may not have been its owner."""
    if old_address:
        transaction.on_commit(lambda: _send_new_address(account, old_address))


def _send_new_address(account: User, old_address: str) -> None:
    with override(UserProfile.get_for_user(account).get_preferred_language()):
        subject = gettext("The mail address of your account has changed")
        text = gettext(
            "Mails about the account “%(name)s” of %(site)s go to another address from now on.\n\n"
            "If this was not you, tell the person who looks after the site at once."
        ) % {"name": account.get_username(), "site": settings.SITE_URL}
    try:
        send_mail(subject, text, None, [old_address])
    except (OSError, smtplib.SMTPException):
        logger.exception("The old address of account %s could not be told of the new one.", account.pk)
