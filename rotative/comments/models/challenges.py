"""Spent challenges, against replay: the library would accept a solution again."""

from django.db import models


class SpentChallenge(models.Model):
    """A solved challenge, written in the transaction of the comment that it paid for."""

    nonce = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.nonce
