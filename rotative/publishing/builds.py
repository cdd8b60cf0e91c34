"""A build fingerprint: program, templates, style sheets and settings that rendered a page, as one short digest."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings

SOURCES = ("*.py", "*.html", "*.css", "*.js", "*.mo", "*.toml")
SETTINGS = ("SITE_URL", "LANGUAGE_CODE", "TIME_ZONE", "STATIC_URL", "MEDIA_URL")
PACKAGES = ("django", "wagtail", "nh3", "brotli")
WIDTH = 16


@cache
def current_build() -> str:
    """Return the digest of this program; a page rendered by another one is rendered again."""
    digest = hashlib.sha256()
    for name in SETTINGS:
        digest.update(f"{name}={getattr(settings, name)}\n".encode())
    for package in PACKAGES:
        digest.update(f"{package}={version(package)}\n".encode())
    for source in _sources():
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:WIDTH]


def _sources() -> list[Path]:
    """Return the files of our own rooms, and of a theme: whatever apps live beside the package."""
    roots = {Path(app.path) for app in apps.get_app_configs() if "site-packages" not in app.path}
    found = {
        file for root in roots for pattern in SOURCES for file in root.rglob(pattern) if "migrations" not in file.parts
    }
    return sorted(found)
