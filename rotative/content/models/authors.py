"""People who sign articles."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.search import index

from rotative.addresses import AUTHORS
from rotative.content.editing import CarefulForm
from rotative.content.models.addresses import KeepsOldAddresses
from rotative.content.models.images import make_copies
from rotative.content.models.versions import NamesItsForm
from rotative.publishing.keys import path_key, site_key
from rotative.publishing.tracking import Tracked


class Author(NamesItsForm, KeepsOldAddresses, Tracked, index.Indexed, models.Model):
    """Somebody who signs articles and has a page. A guest who signs once is a name on the article instead."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    role = models.CharField(
        _("role"), max_length=120, blank=True, help_text=_("For instance: correspondent in Niamey.")
    )
    biography = models.TextField(_("biography"), blank=True)
    portrait = models.ForeignKey(
        "content.Picture",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    email = models.EmailField(_("public e-mail"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
        help_text=_("The account with which this author signs in to the newsroom."),
    )

    base_form_class = CarefulForm
    unseen_fields = frozenset({"latest_revision", "user"})
    address_root = AUTHORS
    panels = [
        TitleFieldPanel("name", placeholder=False),
        FieldPanel("slug"),
        FieldPanel("role"),
        FieldPanel("portrait"),
        FieldPanel("biography"),
        FieldPanel("email"),
        FieldPanel("user"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def facets(self) -> dict[str, Any]:
        return super().facets() | {path_key(self.address): "live", site_key("authors"): (self.name, self.slug)}

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.portrait:
            make_copies([self.portrait])

    @property
    def collection_key(self) -> str:
        return f"author:{self.pk}"
