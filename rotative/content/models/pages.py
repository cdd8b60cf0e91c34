"""What every page of the tree has in common."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.models.pages import PageManager
from wagtail.query import PageQuerySet

from rotative.content.models.addresses import address_of, following_address
from rotative.content.permissions import NewsroomPermissionTester
from rotative.publishing import page_types
from rotative.publishing.invalidation import TrackedQuerySet
from rotative.publishing.keys import path_key
from rotative.publishing.tracking import Tracked

FIRST_LEVEL = 3  # depth of what stands right below the front page
ARCHIVE = "archives"  # stands below every section, edition, topic and author
# First steps of addresses that are not pages of the tree; rotative.frontend and rotative.urls answer them.
RESERVED_SLUGS = frozenset(
    {
        ARCHIVE,
        "auteurs",
        "commentaires",
        "discussions",
        "en-continu",
        "favicon-ico",
        "flux",
        "fragments",
        "medias",
        "recherche",
        "redaction",
        "sitemaps",
        "static",
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


class ReaderPage(Tracked, Page):
    """A page of the tree that readers see. Its HTML is made by the page type that `frontend` registers for it."""

    unseen_fields = UNSEEN

    objects: ClassVar[Any] = ReaderPageManager()

    class Meta:
        abstract = True

    private_page_options: list[str] = []  # pages are for all readers: there is no other kind yet
    # Whether the permissions given for a part of the tree are enough, as they are for articles.
    obeys_tree_alone = False

    @property
    def address(self) -> str:
        """Path from the site's root, with slashes at both ends."""
        return address_of(self.url_path)

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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        number_children(self)
        with following_address(self):
            super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        number_children(self)
        return super().save_revision(*args, **kwargs)

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


def number_children(page: Page) -> None:
    """Give the bylines, corrections or stories that code has put on a page the numbers that a form would give them.

    Without a number they are stored, but an editor who moves one of them would number that one alone.
    """
    for children in getattr(page, "_cluster_related_objects", {}).values():
        if any(getattr(child, "sort_order", 0) is None for child in children):
            for number, child in enumerate(children):
                child.sort_order = number
