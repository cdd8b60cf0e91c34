"""What was decided on comments, by whom; what readers complained of; what was learned from it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rotative.comments.models.comments import Comment, Status


class Decision(models.Model):
    """A moderator's word on a comment. Rows are never changed: an undone decision is followed by its opposite."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    before = models.CharField(max_length=10, choices=Status)
    after = models.CharField(max_length=10, choices=Status)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    batch = models.UUIDField(db_index=True)  # what was decided with one key is undone with one
    # Who had decided before, and when: undoing gives it back to them.
    before_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    before_at = models.DateTimeField(null=True)
    is_undone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["made_by", "-id"], name="decisions_of_moderator")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.before} → {self.after}"


class Complaint(models.Model):
    """A reader's word against a comment that is online."""

    class Ground(models.TextChoices):
        INSULT = "insult", _("Insults, hatred, threats")
        FALSE = "false", _("False information")
        SPAM = "spam", _("Advertising, fraud")
        PRIVATE = "private", _("Somebody’s private life")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="complaints")
    ground = models.CharField(_("what is wrong"), max_length=10, choices=Ground)
    words = models.CharField(_("in a few words"), max_length=500, blank=True)
    address = models.CharField(max_length=45, blank=True)  # of the device; shortened to the network after some days
    network = models.CharField(max_length=45)
    made_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["made_at"], name="open_complaints", condition=models.Q(settled_at=None))]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.ground}"


class Lesson(models.Model):
    """What the classifier has learned from the newsroom's decisions: the newest row counts."""

    model = models.TextField()
    decisions = models.PositiveIntegerField()  # how many it was learned from
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        get_latest_by = "pk"

    def __str__(self) -> str:
        return f"{self.made_at}: {self.decisions}"


def decisions_in_order() -> Any:
    """Return each comment on which somebody decided, the oldest decision first, with what holds now."""
    return (
        Comment.objects.filter(decided_by__isnull=False)
        .exclude(status=Status.WAITING)
        .order_by("decided_at", "pk")
        .values_list("text", "status")
    )
