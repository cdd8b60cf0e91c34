"""What has an address of its own outside the tree keeps its old ones when it is renamed."""

from typing import Any

from django.db import models, transaction
from wagtail.contrib.redirects.models import Redirect


class KeepsOldAddresses(models.Model):
    """Something whose address is made of its slug; a new slug leaves a redirect, as Wagtail does for pages."""

    class Meta:
        abstract = True

    slug: "models.SlugField[str, str]"
    address_root = "/"  # the path below which they all stand

    @property
    def address(self) -> str:
        return f"{self.address_root}{self.slug}/"

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        if before is not None and before.address != self.address:
            old, new = (Redirect.normalise_path(one.address) for one in (before, self))
            Redirect.objects.filter(old_path__in=[old, new], site=None).delete()
            Redirect.add_redirect(old, self.address, automatically_created=True)
