"""Static files, collected into ROTATIVE_HOME when those of the code are not the ones that were collected last."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def digest_of_sources() -> str:
    """Return a digest of every static file of the installed code, by name and content."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(name.encode())
            digest.update(Path(storage.path(name)).read_bytes())
    return digest.hexdigest()


def stamp() -> Path:
    return Path(settings.HOME) / "static.digest"


def are_collected(digest: str) -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return manifest.exists() and stamp().exists() and stamp().read_text() == digest


def collect(digest: str) -> None:
    """Copy, hash and compress static files. Those of the last version stay: open pages may still ask for them."""
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp().write_text(digest)
