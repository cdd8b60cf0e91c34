"""Link rewriting: where a link leads in a folder of files, from the page it stands on or back to the paper."""

import posixpath
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage

from rotative.content.storage import is_private
from rotative.copies.format import is_safe
from rotative.publishing.store import file_name


@dataclass
class Links:
    """What a mirror has, and which pictures and static files its pages asked for so far."""

    pages: Collection[str]  # the paths of pages that are in the mirror
    assets: dict[str, Path] = field(default_factory=dict)  # by their name in the mirror, where each is on this machine
    _missing: set[str] = field(default_factory=set)

    def lead(self, address: str, page: str, root: str | None = None) -> str:
        """Return the address to write on the page whose file is `page`.

        With `root`, an address that works from everywhere: for the page that stands in for all that are missing.
        """
        local = self._local(address)
        if local is None:
            return address
        path, mark, rest = _cut(local)
        target = self._find(path)
        if target is None:
            return settings.SITE_URL + local  # the mirror cannot answer this, the paper can
        if root is not None:
            return root + local
        relative = _relative(target, page)
        return _quoted(path, relative) + mark + rest

    def _local(self, address: str) -> str | None:
        """Return an address of the paper without its host, or None for another."""
        if address == settings.SITE_URL:
            return "/"
        if address.startswith(settings.SITE_URL + "/"):
            return address.removeprefix(settings.SITE_URL)
        return address if address.startswith("/") and not address.startswith("//") else None

    def _find(self, path: str) -> str | None:
        """Return the name of the file in the mirror that answers a path."""
        if path in self.pages:
            return file_name(path)
        if path + "/" in self.pages:
            return file_name(path + "/")
        return self._find_asset(unquote(path).removeprefix("/"))

    def _find_asset(self, name: str) -> str | None:
        if name in self.assets:
            return name
        if name in self._missing:
            return None
        source = _source_of(name)
        if source is None:
            self._missing.add(name)
            return None
        self.assets[name] = source
        return name


def _relative(target: str, page: str) -> str:
    """Return how `page` names `target`. The library's way asks where we are, half a million times a paper."""
    here, there = page.split("/")[:-1], target.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:])


def _cut(address: str) -> tuple[str, str, str]:
    """Part an address before its query or fragment."""
    at = min((place for mark in "?#" if (place := address.find(mark)) >= 0), default=len(address))
    return address[:at], address[at : at + 1], address[at + 1 :]


def _quoted(path: str, relative: str) -> str:
    """Quote a relative address as the original was: what a browser must not take for something else stays quoted."""
    return relative if unquote(path) == path else posixpath.join(posixpath.dirname(relative), posixpath.basename(path))


def _source_of(name: str) -> Path | None:
    """Return where a static file or a picture is on this machine; None for anything else."""
    if not is_safe(name):
        return None
    for prefix, find in ((settings.STATIC_URL, _static_file), (settings.MEDIA_URL, _media_file)):
        if name.startswith(prefix.lstrip("/")):
            found = find(name.removeprefix(prefix.lstrip("/")))
            return found if found is not None and found.is_file() else None
    return None


def _static_file(name: str) -> Path | None:
    collected = Path(settings.STATIC_ROOT) / name
    if collected.is_file():
        return collected
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else None


def _media_file(name: str) -> Path | None:
    return None if is_private(name) else Path(default_storage.path(name))
