"""The signing key of the paper's mirrors (Ed25519). Made at first use, it never leaves the machine."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext as _

from rotative.copies.errors import ExportError


def key_file() -> Path:
    return Path(settings.HOME) / "secrets" / "mirror.pem"


def load_or_make_key(path: Path) -> Ed25519PrivateKey:
    """Return the key kept at `path`; make it, readable by its owner only, when there is none. Raises ExportError."""
    try:
        if not path.exists():
            _make(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ExportError(
            _("The key “%(path)s” cannot be read or made: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from error
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ExportError(_("“%(path)s” is no Ed25519 key in PEM without a password.") % {"path": path})
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Two exports may start at the same moment: one of them makes the file, both read it.
    scratch = path.with_name(f".{path.name}-{os.getpid()}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(scratch, path)
    finally:
        scratch.unlink()


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
