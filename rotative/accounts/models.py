"""People who sign in to the newsroom, and the new passwords that are asked for."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who works at the paper. A byline is an Author, which need not have an account."""

    # Whether the request that this account was read for has brought its password, and it was right (`own_password`).
    has_given_password = False


class ResetRequest(models.Model):
    """Somebody asked for a mail that leads to a new password: counted for an hour, then forgotten."""

    mail_digest = models.CharField(max_length=64, db_index=True)  # of an address that was typed, whoever's it is
    subscriber = models.GenericIPAddressField(null=True, db_index=True)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.mail_digest[:8]}, {self.made_at}"


class WrongPassword(models.Model):
    """Somebody who is signed in has given a password as their own that is not (see `own_password`)."""

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.account_id}, {self.made_at}"
