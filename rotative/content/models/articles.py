"""Articles: their fields, and what is settled when one is saved."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.fields import StreamField
from wagtail.models.pages import PageManager
from wagtail.search import index

from rotative.content.blocks import ArticleBody, pictures_in
from rotative.content.editing import ArticleForm
from rotative.content.models.editions import Edition
from rotative.content.models.fronts import description_panel
from rotative.content.models.images import Picture, make_copies
from rotative.content.models.listings import relist
from rotative.content.models.pages import ReaderPage, ReaderPageQuerySet
from rotative.content.models.related import MOST_RELATED, find_related
from rotative.content.models.sections import Section
from rotative.content.models.topics import Topic
from rotative.content.widgets import CheckboxList
from rotative.publishing.invalidation import BATCH
from rotative.publishing.keys import site_key
from rotative.publishing.marking import chunks
from rotative.publishing.writing import writing

# What decides in which lists an article stands, and where in them.
PLACED_BY = frozenset({"live", "published_at", "first_published_at", "section", "section_id", "edition", "edition_id"})


class ArticleQuerySet(ReaderPageQuerySet):
    """Articles in bulk."""

    def follow_bulk_change(self, keys: list[Any], values: Mapping[str, Any]) -> None:
        """List anew what a bulk change has moved."""
        if PLACED_BY & values.keys():
            relist_all(keys)


def relist_all(keys: Iterable[int]) -> None:
    """List articles anew, as the database has them now."""
    for part in chunks(keys, BATCH):
        articles = Article.objects.filter(pk__in=part).select_related("section")
        for article in articles.prefetch_related("other_editions", "topics", "bylines"):
            relist(article)


class Article(ReaderPage):
    """A story. Its headline is the page's title; its section is its parent in the tree."""

    kicker = models.CharField(_("kicker"), max_length=120, blank=True, help_text=_("A few words above the headline."))
    standfirst = models.TextField(_("standfirst"), max_length=600, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True, help_text=_("Where the story was written."))
    lead_image = models.ForeignKey(
        Picture,
        verbose_name=_("lead image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    lead_caption = models.CharField(_("caption"), max_length=300, blank=True)
    body = StreamField(ArticleBody(), verbose_name=_("body"), blank=True)
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        null=True,
        blank=True,  # what comes from an archive may not say; an editor is always asked (ArticleForm)
        on_delete=models.PROTECT,
        related_name="articles",
        help_text=_("The country this story is about first."),
    )
    other_editions = ParentalManyToManyField(Edition, verbose_name=_("other editions"), blank=True, related_name="+")
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="articles")
    published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, help_text=_("Filled in at the first publication.")
    )
    updated_at = models.DateTimeField(
        _("updated"),
        null=True,
        blank=True,
        help_text=_("Shown to readers. Fill it in when the facts changed."),
    )
    is_undated = models.BooleanField(
        _("date unknown"),
        default=False,
        help_text=_("For a story from an archive whose date is not certain."),
    )
    is_ongoing = models.BooleanField(
        _("happening now"),
        default=False,
        help_text=_("Lights the live mark in the masthead. Untick when it is over."),
    )
    is_sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text=_("Death, violence, grief: no advertising beside it.")
    )
    comments_closed = models.BooleanField(_("comments closed"), default=False)
    # Kept equal to the tree's parent by save() and by tree.py, so that lists of cards need not read the tree.
    section = models.ForeignKey(Section, editable=False, on_delete=models.PROTECT, related_name="articles")
    # Chosen once, at publication: a page must not change because another article was published.
    computed_related = models.JSONField(default=list, editable=False)

    parent_page_types = ["content.Section"]
    subpage_types: list[str] = []
    page_description = _("A story of the paper.")
    base_form_class = ArticleForm
    show_in_menus_default = False
    obeys_tree_alone = True
    exclude_fields_in_copy = ["published_at", "updated_at", "computed_related"]

    objects: ClassVar[Any] = PageManager.from_queryset(ArticleQuerySet)()

    content_panels = [
        FieldPanel("kicker"),
        TitleFieldPanel("title", heading=_("Headline")),
        FieldPanel("standfirst"),
        InlinePanel("bylines", heading=_("Bylines"), label=_("Byline")),
        MultiFieldPanel([FieldPanel("lead_image"), FieldPanel("lead_caption")], heading=_("Lead image")),
        FieldPanel("place"),
        FieldPanel("body"),
        InlinePanel("corrections", heading=_("Corrections"), label=_("Correction")),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("edition", widget=forms.Select),
                FieldPanel("other_editions", widget=CheckboxList),
                FieldPanel("topics", widget=CheckboxList(is_sorted=True)),
            ],
            heading=_("Where it appears"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("is_ongoing"),
                FieldPanel("is_sensitive"),
                FieldPanel("comments_closed"),
            ],
            heading=_("Handling"),
        ),
        InlinePanel("related_stories", heading=_("Related stories"), label=_("Article"), max_num=MOST_RELATED),
        MultiFieldPanel(
            [FieldPanel("published_at"), FieldPanel("updated_at"), FieldPanel("is_undated")],
            heading=_("Dates"),
        ),
        MultiFieldPanel([FieldPanel("slug"), description_panel()], heading=_("Address")),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Story")),
            ObjectList(promote_panels, heading=_("Publication")),
            # Wagtail shows these beside the form: the hour of publication, the newsroom's own comments.
            ObjectList(ReaderPage.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [
        *ReaderPage.search_fields,
        index.SearchField("kicker"),
        index.SearchField("standfirst"),
        index.SearchField("body"),
        index.FilterField("published_at"),
        index.FilterField("edition"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            # Lists are read from Listing; this one finds the few stories that are happening now.
            models.Index(fields=["-published_at"], name="ongoing_articles", condition=models.Q(is_ongoing=True)),
        ]

    @property
    def headline(self) -> str:
        return self.title

    @property
    def shown_update(self) -> datetime | None:
        """The moment of the last change that readers are told of, or None."""
        moments = [correction.made_at for correction in self.corrections.all()]
        if self.updated_at:
            moments.append(self.updated_at)
        latest = max(moments, default=None)
        if latest is None or (self.published_at and latest <= self.published_at):
            return None
        return latest

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False) -> Any:
        """Read a draft. The edition that it names may be gone by now: then it has none."""
        if is_gone(Edition, data.get("edition")):
            data = {**data, "edition": None}
        return super().from_serializable_data(data, check_fks, strict_fks)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Read a draft of this article. It keeps its place in the tree: the section of then may be gone."""
        return super().with_content_json({**content, "section": self.section_id})

    def clean(self) -> None:
        super().clean()
        if self.is_undated and self.published_at:
            raise ValidationError({"is_undated": _("Either give the date of first publication, or say it is unknown.")})

    def facets(self) -> dict[str, Any]:
        """What the article's own page and its cards show; lists are followed by `relist`."""
        facets = super().facets()
        if self.live and self.is_ongoing:
            facets[site_key("ongoing")] = (self.address, self.title, self.published_at)
        return facets

    @writing()
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep section, date, related stories and lists equal to what the article says now."""
        fields = kwargs.get("update_fields")
        if fields is not None:
            # Wagtail notes a draft, or code writes single columns: what else the instance says is not stored.
            super().save(*args, **kwargs)
            if PLACED_BY & set(fields):
                relist_all([self.pk])
            return
        if self.live:
            self._settle_date()
            self.computed_related = find_related(self)
        super().save(*args, **kwargs)
        relist(self)
        if self.live:
            # A copy made while a page renders would be a write inside a read.
            make_copies(pictures_of(self))

    def follow_place(self) -> None:
        self.section = Section.objects.get(pk=self.get_parent().pk)

    def _settle_date(self) -> None:
        if self.is_undated:
            self.published_at = None
        elif self.published_at is None:
            self.published_at = self.first_published_at or timezone.now()


def is_gone(model: type[models.Model], key: object) -> bool:
    """Tell whether a draft names a row that does not exist any more."""
    return key is not None and not model._default_manager.filter(pk=key).exists()


def pictures_of(article: Article) -> list[Picture]:
    """Return every picture that readers see on the page of `article`, each once."""
    found = [article.lead_image, *pictures_in(article.body)]
    return list({picture.pk: picture for picture in found if picture}.values())
