"""What every page of the tree has in common."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from rotative.content.permissions import NewsroomPermissionTester
from rotative.publishing import page_types

# First steps of addresses that are not pages of the tree; rotative.frontend and rotative.urls answer them.
RESERVED_SLUGS = frozenset(
    {
        "archives",
        "auteurs",
        "en-continu",
        "favicon-ico",
        "flux",
        "fragments",
        "medias",
        "recherche",
        "redaction",
        "static",
        "sujets",
    }
)


class ReaderPage(Page):
    """A page of the tree that readers see. Its HTML is made by the page type that `frontend` registers for it."""

    class Meta:
        abstract = True

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

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS and self.depth in (None, 3):
            raise ValidationError(
                {"slug": _("The address “%(slug)s” is used by the system. Choose another.") % {"slug": self.slug}}
            )


def address_of(url_path: str) -> str:
    """Turn Wagtail's url_path (`/home-slug/a/b/`) into the path readers use (`/a/b/`)."""
    return "/" + url_path.split("/", 2)[2]
