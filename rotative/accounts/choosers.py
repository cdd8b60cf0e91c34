"""Choosers are for those who write: they show titles of drafts, and addresses of files nobody has published."""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from wagtail.admin.auth import permission_denied, user_has_any_page_permission

# By the names that Wagtail gives to the addresses behind its forms.
CHOOSERS: Final = re.compile(r"choose|chosen|^wagtailadmin_api:")


class ChoosersForWritersMiddleware:
    """Refuses every chooser, Wagtail's internal interface among them, to who may not write a page anywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not CHOOSERS.search(match.view_name) or not request.user.is_authenticated:
            return None  # Wagtail itself sends away whoever has not signed in
        return None if user_has_any_page_permission(request.user) else permission_denied(request)
