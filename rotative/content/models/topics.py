"""Subjects that articles share."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.search import index

from rotative.content.editing import CarefulForm
from rotative.content.models.addresses import KeepsOldAddresses
from rotative.content.models.versions import NamesItsForm
from rotative.publishing.keys import path_key, site_key
from rotative.publishing.tracking import Tracked


class Topic(NamesItsForm, KeepsOldAddresses, Tracked, index.Indexed, models.Model):
    """A subject with a page of its own: Café et cacao, Fleuve Niger."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True)

    base_form_class = CarefulForm
    unseen_fields = frozenset({"latest_revision"})
    address_root = "/sujets/"
    panels = [TitleFieldPanel("name", placeholder=False), FieldPanel("slug"), FieldPanel("description")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def facets(self) -> dict[str, Any]:
        return super().facets() | {path_key(self.address): "live", site_key("topics"): (self.name, self.slug)}

    @property
    def collection_key(self) -> str:
        return f"topic:{self.pk}"
