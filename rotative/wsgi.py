"""The WSGI application: readers' pages from the store, uploaded media beside it, Django behind."""

import os
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError
from django.utils import timezone
from whitenoise import WhiteNoise

from rotative.addresses import COMMENTS, NEWSROOM
from rotative.frontend.gate import admit
from rotative.frontend.site import SITE, refuse
from rotative.publishing.serving.admission import buffer_bodies, reserve_threads
from rotative.publishing.serving.server import serve_stored
from rotative.publishing.serving.wsgi import READS, Application
from rotative.publishing.store import Store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")

MEDIA_TYPES = {".opus": "audio/ogg", ".heic": "image/heic"}


def guard(headers: Headers, path: str, url: str) -> None:
    """Keep what somebody uploaded from acting as a page of ours, whatever it holds."""
    headers["X-Content-Type-Options"] = "nosniff"
    if not path.endswith(".pdf"):  # browsers refuse to show a PDF in a sandbox; it cannot act on our pages anyway
        headers["Content-Security-Policy"] = "sandbox; default-src 'none'"


class Media(WhiteNoise):
    """WhiteNoise, which answers for no hidden file: originals of pictures are the newsroom's (content/storage.py)."""

    def find_file(self, url: str) -> Any:
        return None if "/." in url else super().find_file(url)


def serve_media(application: object) -> WhiteNoise:
    """Wrap an application: uploads are answered from their folder, with ranges; the rest is passed on.

    Files appear while the server runs, hence `autorefresh`. Their names are never used twice, hence the endless cache.
    """
    return Media(
        application,
        root=settings.MEDIA_ROOT,
        prefix=settings.MEDIA_URL,
        autorefresh=True,
        allow_all_origins=False,
        mimetypes=MEDIA_TYPES,
        add_headers_function=guard,
        immutable_file_test=lambda path, url: True,
    )


def refuse_to_write(application: Application) -> Application:
    """Answer 405 to whoever sends something to a reader's page, before a byte of it is read."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in READS or environ.get("PATH_INFO", "").startswith((NEWSROOM, COMMENTS)):
            return application(environ, start_response)
        start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
        return []

    return answer


def is_member(environ: dict[str, Any]) -> bool:
    """Tell whether a request comes from somebody who has signed in; nobody has while the database is down."""
    from django.contrib.sessions.models import Session  # models are there once Django is

    try:
        key = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
        return key is not None and Session.objects.filter(pk=key.value, expire_date__gt=timezone.now()).exists()
    except (CookieError, DatabaseError, ValueError):
        return False


application = admit(serve_media(get_wsgi_application()))
application = buffer_bodies(application, refuse, forms=COMMENTS, is_member=is_member)
application = reserve_threads(refuse_to_write(application), refuse)
if not settings.DEBUG:  # whoever changes a template wants to see it, and the trace when it breaks
    application = serve_stored(application, Store(settings.STORE_ROOT), SITE)
