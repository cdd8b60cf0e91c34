"""What every page of the tree has in common."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.models.pages import PageManager
from wagtail.query import PageQuerySet

from rotative.addresses import ARCHIVES, AUTHORS, COMMENTS, FEEDS, MEDIA, NEWSROOM, STATIC
from rotative.content.editing import ReaderPageForm
from rotative.content.models.addresses import address_of, following_address
from rotative.content.models.versions import NamesItsForm
from rotative.content.permissions import NewsroomPermissionTester
from rotative.content.slugs import slug_from
from rotative.publishing import page_types
from rotative.publishing.invalidation import TrackedQuerySet
from rotative.publishing.keys import path_key
from rotative.publishing.tracking import Tracked
from rotative.publishing.writing import writing

FIRST_LEVEL = 3  # depth of what stands right below the front page
ARCHIVE = ARCHIVES.rstrip("/")  # stands below every section, edition, topic and author
# First steps of addresses that are not pages of the tree; rotative.frontend and rotative.urls answer them.
RESERVED_SLUGS = frozenset(
    {
        ARCHIVE,
        *(address.strip("/") for address in (AUTHORS, COMMENTS, FEEDS, MEDIA, NEWSROOM, STATIC)),
        "discussions",
        "en-continu",
        "favicon-ico",
        "fragments",
        "recherche",
        "sitemaps",
        "sujets",
    }
)


# What Wagtail notes beside a page, and no reader sees. An address shows in `facets`, without the front page's own slug.
UNSEEN = frozenset(
    {
        "alias_of",
        "content_type",
        "depth",
        "draft_title",
        "expire_at",
        "expired",
        "go_live_at",
        "has_unpublished_changes",
        "last_published_at",
        "latest_revision",
        "latest_revision_created_at",
        "live_revision",
        "locale",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "owner",
        "path",
        "translation_key",
        "url_path",
    }
)


class ReaderPageQuerySet(TrackedQuerySet, PageQuerySet):
    """Pages of one kind, in bulk."""


ReaderPageManager = PageManager.from_queryset(ReaderPageQuerySet)


class ReaderPage(NamesItsForm, Tracked, Page):
    """A page of the tree that readers see. Its HTML is made by the page type that `frontend` registers for it."""

    unseen_fields = UNSEEN
    not_in_bulk = frozenset({"depth", "numchild", "path", "slug", "url_path"})

    objects: ClassVar[Any] = ReaderPageManager()

    class Meta:
        abstract = True

    base_form_class = ReaderPageForm
    private_page_options: list[str] = []  # pages are for all readers: there is no other kind yet
    # Whether the permissions given for a part of the tree are enough, as they are for articles.
    obeys_tree_alone = False
    # Whether the paper ends without this page: nobody unpublishes, deletes or moves it.
    is_indispensable = False

    @property
    def address(self) -> str:
        """Path from the site's root, with slashes at both ends."""
        return address_of(self.url_path)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Return Wagtail's parts, with the paper's true address: mails lead to where readers find the page."""
        parts = super().get_url_parts(request)
        return (parts[0], settings.SITE_URL, parts[2]) if parts else None

    def permissions_for_user(self, user: Any) -> NewsroomPermissionTester:
        return NewsroomPermissionTester(user, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        document = page_types.preview(self)
        return HttpResponse(document.body, status=document.status, content_type=document.content_type)

    def facets(self) -> dict[str, Any]:
        """What a live page shows; of one that was taken back, that it stands there no longer."""
        here = path_key(self.address)
        if self.live:
            return {self.key: {"address": self.address, **self.seen_values()}, here: "live"}
        return {here: "withdrawn"} if self.first_published_at else {}

    @writing()
    def save(self, *args: Any, **kwargs: Any) -> None:
        number_children(self)
        keep_place(self)
        fields = kwargs.get("update_fields")
        if fields is None:
            self.follow_place()
        elif "slug" in fields:
            kwargs["update_fields"] = {*fields, "url_path"}
        with following_address(self):
            super().save(*args, **kwargs)

    def follow_place(self) -> None:
        """Set the columns that say again what the tree says, so that lists of cards need not read it."""

    @writing()
    def add_child(self, **kwargs: Any) -> Any:
        return super().add_child(**kwargs)

    @writing()
    def move(self, *args: Any, **kwargs: Any) -> Any:
        return super().move(*args, **kwargs)

    @writing()
    def copy(self, *args: Any, **kwargs: Any) -> Any:
        return super().copy(*args, **kwargs)

    @writing()
    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        number_children(self)
        return super().save_revision(*args, **kwargs)

    def _set_core_field_defaults(self) -> None:
        """Make an address of the title, or of the kind of page when the title has no letters, once the place is known.

        Wagtail asks for it before each check and each save, and would keep only letters without an accent.
        """
        page: Any = self
        if not page.slug and (page.path or getattr(page, "_cached_parent_obj", None)):
            page.slug = page._get_autogenerated_slug(slug_from(page.title) or slug_from(str(page._meta.verbose_name)))
        super()._set_core_field_defaults()

    def reserved_slugs(self) -> frozenset[str]:
        """Return the last steps of an address that this page cannot have, as far as its place is known yet."""
        may_be_first = self.depth == FIRST_LEVEL if self.depth else "content.Home" in self.parent_page_types
        return RESERVED_SLUGS if may_be_first else frozenset({ARCHIVE})

    def clean(self) -> None:
        super().clean()
        if self.slug in self.reserved_slugs():
            raise ValidationError(
                {"slug": _("The address “%(slug)s” is used by the system. Choose another.") % {"slug": self.slug}}
            )


def keep_place(page: Page) -> None:
    """Give an instance the place that its page has in the tree by now: the tree alone changes it, never a save.

    The instance may have been read before somebody put something below it, or renamed what stands above it.
    """
    tree = Page.objects.filter(pk=page.pk).values("path", "depth", "numchild", "slug", "url_path")
    place = tree.first() if page.pk else None
    if place is None:
        return
    page.path, page.depth, page.numchild = place["path"], place["depth"], place["numchild"]
    page.__dict__.pop("_cached_parent_obj", None)
    if page.slug == place["slug"]:
        page.url_path = place["url_path"]


def number_children(page: Page) -> None:
    """Give the bylines, corrections or stories that code has put on a page the numbers that a form would give them.

    Without a number they are stored, but an editor who moves one of them would number that one alone.
    """
    for children in getattr(page, "_cluster_related_objects", {}).values():
        if any(getattr(child, "sort_order", 0) is None for child in children):
            for number, child in enumerate(children):
                child.sort_order = number
