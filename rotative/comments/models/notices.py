"""Mails that wait to be sent: rows, written with the change that they tell of."""

from django.db import models


class Notice(models.Model):
    """One mail to one person. `event` says what it tells of: nobody is told twice of the same."""

    class State(models.TextChoices):
        HELD = "held"  # until the owner of the address has confirmed it
        DUE = "due"
        SENDING = "sending"
        SENT = "sent"
        # The mail server had the mail, or not: the process died in between. Nothing is sent twice.
        UNCERTAIN = "uncertain"
        FAILED = "failed"

    event = models.CharField(max_length=100, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    unsubscribe_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="due_notices")]

    def __str__(self) -> str:
        return self.event


class Mailbox(models.Model):
    """An e-mail address that somebody gave. Its owner confirms it once, before it is sent what others wrote.

    Links in mails name it, so that they outlive each comment that was written with it.
    """

    email = models.EmailField(unique=True)  # without capitals
    confirmed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # the last time its owner was asked to confirm it
    used_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.email


class Unsubscription(models.Model):
    """An address that wants no notices of replies any more."""

    email = models.EmailField(unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.email
