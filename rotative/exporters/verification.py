"""Signature and integrity check of a mirror. Needs Python and `cryptography`: no database, no settings.

`python -m rotative.exporters.verification FOLDER [KEY]` does it on any machine.
"""

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from rotative.copies.format import is_safe

NAME: Final = "rotative-mirror"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "manifest.pub"
SIGNED_WITH: Final = frozenset({MANIFEST, SIGNATURE, PUBLIC_KEY})

LONGEST_MANIFEST = 512 * 1024 * 1024
LONGEST_KEY = 10_000
BLOCK = 1024 * 1024

Translate = Callable[[str], str]


@dataclass
class Verdict:
    """What was found. `problem` is a sentence with places for the other fields, in English, to be translated."""

    problem: str = ""
    detail: str = ""
    number: int = 0  # rises with each signature
    made_at: str = ""
    site: str = ""
    fingerprint: str = ""  # of the key that signed
    is_vouched_for: bool = False  # whoever asked knew the key
    files: int = 0
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.problem or self.missing or self.altered or self.surplus)

    def sentence(self, translate: Translate = str) -> str:
        """Say in one sentence how it is."""
        words = {
            name: str(getattr(self, name)) for name in ("detail", "number", "made_at", "site", "fingerprint", "files")
        }
        counts = {name: len(getattr(self, name)) for name in ("missing", "altered", "surplus")}
        if self.problem:
            pattern = self.problem
        elif not self.is_good:
            pattern = NOT_WHOLE
        else:
            pattern = AUTHENTIC if self.is_vouched_for else WHOLE
        return translate(pattern) % {**words, **counts}


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue. Django’s own asks for settings, which a reader’s machine does not have."""
    return sentence


AUTHENTIC = gettext_noop(
    "Whole and authentic: %(files)s files of %(site)s, number %(number)s, signed on %(made_at)s with the key you named."
)
WHOLE = gettext_noop(
    "Whole: %(files)s files of %(site)s, number %(number)s, signed on %(made_at)s. Compare the key with the one that "
    "the newspaper gives elsewhere: %(fingerprint)s"
)
NOT_WHOLE = gettext_noop(
    "Not to be trusted: of number %(number)s, signed on %(made_at)s, %(missing)s files are missing, %(altered)s were "
    "altered, and %(surplus)s do not belong here."
)
NO_MIRROR = gettext_noop("This folder is no signed mirror of a newspaper: %(detail)s cannot be read.")
NOT_SIGNED = gettext_noop("Not to be trusted: the list of files was altered, or signed with another key than its own.")
WRONG_KEY = gettext_noop("Not to be trusted: it was signed with another key, %(fingerprint)s.")
NO_KEY = gettext_noop("“%(detail)s” is neither the file of a public key nor a fingerprint of 64 digits.")
TOO_OLD = gettext_noop("An old copy: it has number %(number)s, signed on %(made_at)s, and you know of a newer one.")
TOO_NEW = gettext_noop("This mirror has a newer form than this program knows. Upgrade Rotative.")
UNSAFE = gettext_noop("Not to be trusted: it lists “%(detail)s”, which leads out of the folder.")


class NotReadableError(Exception):
    """Raised when a file that has to be there is not, or is a link, or is too long. Its text is the name."""


def verify(folder: Path, key: str = "", at_least: int = 0) -> Verdict:
    """Compare a mirror with what was signed.

    `key` is a file with the public key, or its fingerprint; without it the mirror's own is taken, which proves only
    that nothing was damaged. `at_least` is a number that the mirror must have reached.
    """
    verdict = Verdict()
    try:
        data = read_regular(folder / MANIFEST, LONGEST_MANIFEST)
        signature = read_regular(folder / SIGNATURE, LONGEST_KEY)
        public = load_key(read_regular(folder / PUBLIC_KEY, LONGEST_KEY))
        verdict.fingerprint = fingerprint_of(public)
        expected = _named_fingerprint(key) if key else verdict.fingerprint
        manifest = json.loads(data)
    except NotReadableError as error:
        verdict.problem, verdict.detail = NO_MIRROR, str(error)
        return verdict
    except (ValueError, RecursionError):
        verdict.problem, verdict.detail = NO_MIRROR, MANIFEST
        return verdict
    if expected is None:
        verdict.problem, verdict.detail = NO_KEY, key
    elif expected != verdict.fingerprint:
        verdict.problem = WRONG_KEY
    elif not is_signed(public, signature, data):
        verdict.problem = NOT_SIGNED
    else:
        verdict.is_vouched_for = bool(key)
        try:
            _judge(folder, manifest, at_least, verdict)
        except (KeyError, TypeError, ValueError):  # signed, and yet no list of files
            verdict.problem, verdict.detail = NO_MIRROR, MANIFEST
    return verdict


def _judge(folder: Path, manifest: Any, at_least: int, verdict: Verdict) -> None:
    """Look at what was signed, and compare each file with it."""
    if not isinstance(manifest, dict) or manifest.get("format") != NAME:
        verdict.problem, verdict.detail = NO_MIRROR, MANIFEST
        return
    if manifest.get("version") != VERSION:
        verdict.problem = TOO_NEW
        return
    verdict.number, verdict.made_at = int(manifest["number"]), str(manifest["made_at"])
    verdict.site = str(manifest["site"])
    if verdict.number < at_least:
        verdict.problem = TOO_OLD
        return
    listed = {str(entry["path"]): entry for entry in manifest["files"]}
    verdict.files = len(listed)
    unsafe = next((path for path in listed if not is_safe(path) or path in SIGNED_WITH), None)
    if unsafe is not None:
        verdict.problem, verdict.detail = UNSAFE, unsafe[:200]
        return
    there = dict(walk(folder))
    for path, entry in sorted(listed.items()):
        if path not in there:
            verdict.missing.append(path)
        elif not there[path] or not _is_same(folder / path, entry):
            verdict.altered.append(path)
    verdict.surplus = sorted(there.keys() - listed.keys() - SIGNED_WITH)


def walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield (path, whether it is a plain file) of all that is in a folder. No link is followed."""
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                else:
                    yield Path(entry.path).relative_to(folder).as_posix(), entry.is_file(follow_symlinks=False)


def _is_same(path: Path, entry: Any) -> bool:
    try:
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size != entry["size"]:
                return False
            return hashlib.file_digest(file, "sha256").hexdigest() == entry["sha256"]
    except (OSError, NotReadableError):
        return False


def open_regular(path: Path) -> Any:
    """Open a plain file; a link or a device is not opened."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotReadableError(path.name)
    return os.fdopen(handle, "rb")


def read_regular(path: Path, most: int) -> bytes:
    """Return the bytes of a plain file. Raises NotReadableError."""
    try:
        with open_regular(path) as file:
            data: bytes = file.read(most + 1)
    except OSError as error:
        raise NotReadableError(path.name) from error
    if len(data) > most:
        raise NotReadableError(path.name)
    return data


# --- keys


def load_key(data: bytes) -> Ed25519PublicKey:
    """Return a public key from PEM. Raises ValueError for anything else."""
    key = load_pem_public_key(data)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("This is no Ed25519 key.")
    return key


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """Return by what people know a key: the SHA-256 of its 32 bytes, in groups of four digits."""
    digits = hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def is_signed(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _named_fingerprint(key: str) -> str | None:
    """Return the fingerprint that somebody named, by a file or in digits; None when it is neither."""
    digits = re.sub(r"[\s:]", "", key).lower()
    if re.fullmatch(r"[0-9a-f]{64}", digits):
        return " ".join(digits[start : start + 4] for start in range(0, 64, 4))
    try:
        return fingerprint_of(load_key(read_regular(Path(key), LONGEST_KEY)))
    except (NotReadableError, ValueError):
        return None


def main(arguments: list[str]) -> int:
    verdict = verify(Path(arguments[0]), arguments[1] if len(arguments) > 1 else "")
    lines = [verdict.sentence()]
    for name in ("missing", "altered", "surplus"):
        lines += [f"{name}: {path}" for path in getattr(verdict, name)]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
