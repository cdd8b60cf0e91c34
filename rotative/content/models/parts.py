"""What hangs on an article and shows on its page: bylines, corrections, related stories that editors pinned."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import model_from_serializable_data
from wagtail.admin.panels import (
    FieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable

from rotative.content.models.articles import Article, is_gone, relist_all
from rotative.content.models.authors import Author
from rotative.publishing.invalidation import TrackedQuerySet
from rotative.publishing.keys import object_key
from rotative.publishing.tracking import Tracked


class ArticlePart(Tracked, Orderable):
    """A row that belongs to an article and shows on its page: it has no key of its own, but the article's."""

    article_id: int
    not_in_bulk = frozenset({"article", "article_id"})

    class Meta(Orderable.Meta):
        abstract = True

    @property
    def key(self) -> str:
        return object_key("article", self.article_id)

    def facets(self) -> dict[str, Any]:
        return {self.key: self.seen_values()}


class BylineQuerySet(TrackedQuerySet):
    """Bylines in bulk: the lists of authors follow. `delete` sends a signal for each."""

    def follow_bulk_creation(self, made: Sequence[Any]) -> None:
        relist_all({byline.article_id for byline in made})

    def follow_bulk_change(self, keys: list[Any], values: Mapping[str, Any]) -> None:
        relist_all(set(Byline._base_manager.filter(pk__in=keys).values_list("article", flat=True)))


class Byline(ArticlePart):
    """Who signs: an author of the paper, or a guest by name."""

    objects: ClassVar[Any] = BylineQuerySet.as_manager()

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bylines",
    )
    guest = models.CharField(
        _("or a guest"), max_length=160, blank=True, help_text=_("Name, and what makes them worth hearing.")
    )

    panels = [FieldPanel("author"), FieldPanel("guest")]

    class Meta(Orderable.Meta):
        verbose_name = _("byline")

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> "Byline | None":
        """Read the byline of a draft; there is none when its author is gone by now."""
        if is_gone(Author, data.get("author")):
            return None
        return cast("Byline", model_from_serializable_data(cls, data, check_fks, strict_fks))

    def __str__(self) -> str:
        return str(self.author) if self.author else self.guest

    def clean(self) -> None:
        super().clean()
        if bool(self.author_id) == bool(self.guest.strip()):
            raise ValidationError(_("Choose an author, or write the name of a guest: one of the two."))


class Correction(ArticlePart):
    """An error that the paper admits, with its date."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="corrections")
    made_at = models.DateTimeField(_("date"), default=timezone.now)
    text = models.TextField(_("text"), max_length=1000, help_text=_("What was wrong, and what is right."))

    panels = [FieldPanel("made_at"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        verbose_name = _("correction")

    def __str__(self) -> str:
        return self.text


class RelatedStory(ArticlePart):
    """A story that an editor pinned below an article."""

    article = ParentalKey(Article, on_delete=models.CASCADE, related_name="related_stories")
    story = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("story", "content.Article")]

    class Meta(Orderable.Meta):
        verbose_name = _("related story")

    def __str__(self) -> str:
        return str(self.story)
