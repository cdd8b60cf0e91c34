"""Sections: the desks' parts of the paper, on two levels."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.models import Page

from rotative.content.models.fronts import description_panel
from rotative.content.models.pages import ReaderPage
from rotative.publishing.keys import collection_key, object_key, site_key


class Section(ReaderPage):
    """A part of the paper: a desk (News – Infos) or a section of a desk (Politique)."""

    # Named, because Page would otherwise carry an attribute `section` that clashes with the field of articles.
    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="as_section"
    )
    description = models.TextField(_("description"), blank=True)
    comments_closed = models.BooleanField(
        _("comments closed"), default=False, help_text=_("On all articles of this section and of those below it.")
    )
    # Kept equal to the tree's parent (see tree.py), so that a card names its desk without reading the tree.
    desk = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="subsections"
    )

    parent_page_types = ["content.Home", "content.Section"]
    subpage_types = ["content.Section", "content.Article"]
    content_panels = [TitleFieldPanel("title"), FieldPanel("description")]
    promote_panels = [FieldPanel("comments_closed"), FieldPanel("slug"), description_panel()]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @property
    def collection_key(self) -> str:
        return f"section:{self.pk}"

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the titles that lead to it, that of its desk first."""
        return (self.desk.title, self.title) if self.desk else (self.title,)

    def facets(self) -> dict[str, Any]:
        facets = super().facets()
        if self.live:
            seen = (self.title, self.address, self.path)
            facets[site_key("frame")] = seen
            if self.desk_id:
                facets[collection_key(object_key("section", self.desk_id), "subsections")] = seen
        return facets

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        return super().can_create_at(parent) and not _is_subsection(parent)

    def can_move_to(self, parent: Page) -> bool:
        if not super().can_move_to(parent) or _is_subsection(parent) or parent.pk == self.pk:
            return False
        has_subsections = self.get_children().type(Section).exists()
        return not (has_subsections and issubclass(parent.specific_class, Section))

    def clean(self) -> None:
        super().clean()
        parent = self.get_parent() if self.path else None
        if parent is not None and _is_subsection(parent):
            raise ValidationError(_("Sections have two levels: a section cannot stand below a section of a desk."))

    def follow_place(self) -> None:
        self.desk = self.desk_above()

    def desk_above(self) -> "Section | None":
        """Return the section that stands above this one in the tree, or None on the first level."""
        parent = self.get_parent()
        return Section.objects.filter(pk=parent.pk).first() if parent else None


def _is_subsection(page: Page) -> bool:
    return issubclass(page.specific_class, Section) and bool(Section.objects.get(pk=page.pk).desk_id)
