"""Where uploads are: what readers get is public, originals of pictures are the newsroom's alone.

Names in the database say nothing of it. Originals lie in a hidden folder beside the public ones, so that whoever backs
up `media` has them; no server of ours answers for hidden files, and no other user of the machine enters that folder.
"""

import mimetypes
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.signing import Signer
from django.urls import reverse
from django.utils._os import safe_join
from django.utils.crypto import constant_time_compare

FOLDER = ".originals"
# Of pictures, and of those that wait for their alternative text. The names are Wagtail's.
PRIVATE = ("original_images", "wagtail_uploads")
# A signed link to an original holds for as long again as its window, or up to twice that.
WINDOW_SECONDS = 14 * 86_400

for kind, extension in (("image/avif", ".avif"), ("image/webp", ".webp"), ("image/heic", ".heic")):
    mimetypes.add_type(kind, extension)


class MediaStorage(FileSystemStorage):
    """Django's storage on disk, with private files in a folder of their own."""

    def path(self, name: str) -> str:
        return safe_join(self.location, FOLDER, name) if is_private(name) else super().path(name)

    def url(self, name: str | None) -> str:
        return reverse("original", args=[name]) if is_private(name or "") else super().url(name)

    def _save(self, name: str, content: Any) -> str:
        if is_private(name):
            close_folder(Path(self.location))
        saved = super()._save(name, content)  # type: ignore[misc] # Django’s types leave it out
        return str(saved).removeprefix(f"{FOLDER}/")


def is_private(name: str) -> bool:
    return name.startswith(tuple(f"{folder}/" for folder in PRIVATE))


def close_folder(media: Path) -> Path:
    """Make the folder of originals, which nobody but the program's own user enters; return it."""
    folder = media / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def hide_originals() -> None:
    """Move originals that are public to where they belong: from an older version, or an older backup."""
    media = Path(settings.MEDIA_ROOT)
    folder = close_folder(media)
    for name in PRIVATE:
        for path in sorted((media / name).glob("*")):
            (folder / name).mkdir(exist_ok=True)
            path.replace(folder / name / path.name)  # names are never given twice: what is there is the same file
        if (media / name).is_dir():
            (media / name).rmdir()


# --- links for those who do not sign in


def signed_link(name: str) -> str:
    """Return a path at which an original is given without signing in, for some weeks: to whoever takes the paper over.

    It is the same for two weeks, because an export names a picture in several places.
    """
    return reverse("linked_original", args=[_signature(name, _window()), name])


def is_signed(name: str, signature: str) -> bool:
    now = _window()
    return any(constant_time_compare(signature, _signature(name, window)) for window in (now, now - 1))


def _window() -> int:
    return int(time.time()) // WINDOW_SECONDS


def _signature(name: str, window: int) -> str:
    return Signer(salt="rotative.content.storage").signature(f"{window}:{name}")
