"""Every address: the newsroom first, then readers' pages, which are a registry of their own."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from rotative.addresses import COMMENTS, NEWSROOM
from rotative.content.views import linked_original
from rotative.frontend import views

STAFF = NEWSROOM.lstrip("/")

urlpatterns = [
    path(STAFF.rstrip("/"), RedirectView.as_view(url=NEWSROOM)),
    path(f"{STAFF}login", RedirectView.as_view(url=f"{NEWSROOM}login/")),
    # Wagtail keeps an address that breaks on purpose, for its own tests.
    path(f"{STAFF}failwhale/", views.not_found),
    # Its actions of pages, which none of its screens asks for, know nothing of what ours refuse: a second address, an
    # article below an article, what was taken down. What takes a page away is refused by the permissions themselves.
    re_path(rf"^{STAFF}api/main/pages/[0-9]+/action/(?!(?:delete|unpublish)/\Z)", views.not_found),
    path(f"{STAFF}documents/", include(wagtaildocs_urls)),
    path(STAFF, include("rotative.accounts.urls")),
    path(f"{STAFF}originaux-par-lien/<str:signature>/<path:name>", linked_original, name="linked_original"),
    path(STAFF, include(wagtailadmin_urls)),
    path(COMMENTS.lstrip("/"), include("rotative.frontend.urls")),
    re_path(r"^(.*)$", views.serve, name="wagtail_serve"),
]
handler404 = "rotative.frontend.views.not_found"
handler500 = "rotative.frontend.views.failed"
