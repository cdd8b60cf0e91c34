"""The WSGI application: Django, with uploaded media served beside it."""

import os
from wsgiref.headers import Headers

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")

MEDIA_TYPES = {".opus": "audio/ogg", ".heic": "image/heic"}


def guard(headers: Headers, path: str, url: str) -> None:
    """Keep what somebody uploaded from acting as a page of ours, whatever it holds."""
    headers["X-Content-Type-Options"] = "nosniff"
    if not path.endswith(".pdf"):  # browsers refuse to show a PDF in a sandbox; it cannot act on our pages anyway
        headers["Content-Security-Policy"] = "sandbox; default-src 'none'"


def serve_media(application: object) -> WhiteNoise:
    """Wrap an application: uploads are answered from their folder, with ranges; the rest is passed on.

    Files appear while the server runs, hence `autorefresh`. Their names are never used twice, hence the endless cache.
    """
    return WhiteNoise(
        application,
        root=settings.MEDIA_ROOT,
        prefix=settings.MEDIA_URL,
        autorefresh=True,
        allow_all_origins=False,
        mimetypes=MEDIA_TYPES,
        add_headers_function=guard,
        immutable_file_test=lambda path, url: True,
    )


application = serve_media(get_wsgi_application())
