"""What stands where an article was taken back at once: nothing more, the way elsewhere, or a notice."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from rotative.content.models.articles import Article
from rotative.publishing.keys import path_key
from rotative.publishing.tracking import Tracked


class WithdrawalKind(models.TextChoices):
    GONE = "gone", _("Nothing: the page says that it was withdrawn")
    REDIRECT = "redirect", _("Another page: readers are led there")
    NOTICE = "notice", _("A notice: readers are told why")


class Withdrawal(Tracked):
    """The taking down of an article, kept by its address, so that it outlives the article."""

    address = models.CharField(max_length=1000, unique=True, editable=False)
    kind = models.CharField(_("what readers find"), max_length=10, choices=WithdrawalKind, default=WithdrawalKind.GONE)
    target = models.CharField(
        _("where it leads"),
        max_length=500,
        blank=True,
        validators=[
            RegexValidator(r"^(?:/(?![/\\])|https?://)[^\s\\]+\Z|^/\Z", _("Write a path such as /politique/."))
        ],
        help_text=_("For “another page”: a path of the paper such as /politique/, or a whole address."),
    )
    notice = models.TextField(
        _("notice"), max_length=2000, blank=True, help_text=_("For “a notice”: readers see this text. Plain text.")
    )
    reason = models.TextField(
        _("reason"), max_length=500, blank=True, help_text=_("For the newsroom's own history. Readers do not see it.")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now=True)
    # Paths of the pages that showed the article, on which it is looked for afterwards: no page knows of it by then.
    shown_on = models.JSONField(default=list, editable=False)

    unseen_fields = frozenset({"reason", "made_by", "made_at", "shown_on"})

    class Meta:
        verbose_name = _("withdrawal")

    def __str__(self) -> str:
        return self.address

    @property
    def key(self) -> str:
        return path_key(self.address)

    def clean(self) -> None:
        super().clean()
        if self.kind == WithdrawalKind.REDIRECT and not self.target:
            raise ValidationError({"target": _("Say where readers are led.")})
        if self.kind == WithdrawalKind.REDIRECT and self.target.rstrip("/") == self.address.rstrip("/"):
            raise ValidationError({"target": _("This is the address that is taken down. Choose another.")})
        if self.kind == WithdrawalKind.NOTICE and not self.notice.strip():
            raise ValidationError({"notice": _("Write what readers are told.")})


@receiver(post_save, sender=Article)
def forget_withdrawal(instance: Article, **_kwargs: Any) -> None:
    """An article that is published again stands where it stood."""
    if instance.live:
        for withdrawal in Withdrawal.objects.filter(address=instance.address):
            withdrawal.delete()
