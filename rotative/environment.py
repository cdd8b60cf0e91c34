"""Typed reading of environment variables; each variable read is kept in `VARIABLES` for the reference."""

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
from django.utils.translation import gettext as _

T = TypeVar("T")

CONNECT_SECONDS = 5
LOST_DATABASE = "the database of this paper is lost"  # what our SQLite says instead of making an empty one


class ConfigurationError(Exception):
    """Raised when what the person at the keyboard gave cannot be used: a variable, a folder, an option.

    Says in one line what is wrong and what to do.
    """


@dataclass(frozen=True)
class Variable:
    """An environment variable that the settings read, with its default as a person would type it."""

    name: str
    default: str
    meaning: str


VARIABLES: dict[str, Variable] = {}


def read(name: str, default: str, meaning: str, parse: Callable[[str], T]) -> T:
    """Return variable `name` through `parse`, which raises ValueError with what was expected."""
    VARIABLES[name] = Variable(name, default, meaning)
    text = os.environ.get(name, "").strip() or default
    try:
        return parse(text)
    except ValueError as error:
        raise ConfigurationError(f"{name} is “{text}”, but must be {error}.") from None


def text(value: str) -> str:
    return value


def boolean(value: str) -> bool:
    """Parse yes or no."""
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("“yes” or “no”")


def positive_integer(value: str) -> int:
    """Parse a whole number above zero."""
    if value.isdecimal() and int(value) > 0:
        return int(value)
    raise ValueError("a whole number above zero")


def names(value: str) -> list[str]:
    """Parse names separated by commas."""
    return [name.strip() for name in value.split(",") if name.strip()]


def one_of(*choices: str) -> Callable[[str], str]:
    """Make a parser that takes one of `choices`, whatever its case."""

    def parse(value: str) -> str:
        for choice in choices:
            if choice.lower() == value.lower():
                return choice
        raise ValueError("one of " + ", ".join(choices))

    return parse


def web_address(value: str) -> str:
    """Parse the scheme and host of a site, such as https://estuaire.example."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (raises ValueError when it is no number)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.hostname and not parts.path.strip("/") and not parts.query:
        return f"{parts.scheme}://{parts.netloc}"
    raise ValueError("an address such as https://journal.example, without a path")


def web_addresses(value: str) -> list[str]:
    """Parse several of them, separated by commas."""
    return [web_address(name) for name in names(value)]


def time_zone(value: str) -> str:
    """Parse a time zone of the tz database."""
    try:
        return ZoneInfo(value).key
    except Exception:
        raise ValueError("a time zone such as Africa/Porto-Novo") from None


def database(value: str) -> dict[str, Any]:
    """Parse the address of a database into Django's settings of it."""
    expected = "postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:///FILE"
    if not value.startswith(("postgresql://", "postgres://", "sqlite:///")):
        raise ValueError(expected)
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(value, conn_max_age=600))
    except Exception:
        raise ValueError(expected) from None
    if parsed.get("NAME") in {None, "", ":memory:"}:
        raise ValueError(f"{expected}, with the name of a database")
    if parsed["ENGINE"].endswith("postgresql"):
        # A host that does not answer would be waited for over two minutes.
        parsed["OPTIONS"] = {"connect_timeout": CONNECT_SECONDS, **parsed.get("OPTIONS", {})}
    return parsed


def terminal_language(variables: Mapping[str, str] = os.environ) -> str:
    """Return the language that commands speak: `fr` when the terminal is set to French, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return "fr" if variables[name].lower().startswith("fr") else "en"
    return "en"


def shown_address(database: Mapping[str, Any]) -> str:
    """Return the address of a database as Django's settings hold it, without the password."""
    if database["ENGINE"].endswith("sqlite3"):
        return str(database["NAME"])
    user = f"{database['USER']}@" if database.get("USER") else ""
    host = database.get("HOST") or "localhost"
    port = f":{database['PORT']}" if database.get("PORT") else ""
    return f"postgresql://{user}{host}{port}/{database['NAME']}"


def explain_database_error(error: Exception, database: Mapping[str, Any]) -> str | None:
    """Return one line on what to do about an error of the database, or None when only its trace can help."""
    message = str(error).lower()
    address = shown_address(database)
    if any(words in message for words in ("no such table", "no such column", "undefinedtable")) or (
        "relation" in message and "does not exist" in message
    ):
        return _("The database (%(address)s) is empty or older than this program. Run `rotative prepare`.") % {
            "address": address
        }
    for words, sentence in _sentences(sqlite=database["ENGINE"].endswith("sqlite3")):
        if any(word in message for word in words):
            return sentence % {"address": address, "name": database["NAME"]}
    return None


def _sentences(*, sqlite: bool) -> list[tuple[tuple[str, ...], str]]:
    """What databases say when something outside the program is wrong, and what we say then."""
    if sqlite:
        return [
            (
                (LOST_DATABASE,),
                _(
                    "The database “%(address)s” is not there, but other things of a paper are. Restore it from a "
                    "backup, or correct DATABASE_URL. To begin another paper, name an empty folder in ROTATIVE_HOME."
                ),
            ),
            (
                ("unable to open", "readonly", "read-only", "permission denied"),
                _(
                    "DATABASE_URL names the file “%(address)s”, which cannot be opened and written. "
                    "Make its folder, give this user the right to write there, or name another file."
                ),
            ),
            (
                ("not a database", "malformed"),
                _(
                    "DATABASE_URL names the file “%(address)s”, which is damaged or no SQLite database. "
                    "Restore it from a backup, or name another file."
                ),
            ),
            (
                ("disk is full", "disk i/o"),
                _("The database “%(address)s” cannot be written: the disk is full or fails. Make room first."),
            ),
        ]
    return [
        (
            ("authentication failed", "no password supplied", "pg_hba.conf", "role "),
            _("The database refuses this user or password. Correct DATABASE_URL (now %(address)s, password hidden)."),
        ),
        (
            ("does not exist",),
            _("There is no database “%(name)s”. Create it (createdb %(name)s), or correct DATABASE_URL (%(address)s)."),
        ),
        (
            ("connect", "translate host", "timeout", "resolve", "starting up", "shutting down", "server closed"),
            _("The database does not answer. Start it, or correct DATABASE_URL (now %(address)s)."),
        ),
    ]


def make_home(path: Path) -> Path:
    """Make the folder of all state, and those inside it, and check that it can be written.

    Raises ConfigurationError when it cannot.
    """
    try:
        for folder in (path, path / "media", path / "static", path / "secrets", path / "mails"):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (path / "secrets", path / "mails"):
            private.chmod(0o700)
        probe = path / f".write-test-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"ROTATIVE_HOME is “{path}”, which cannot be written ({error.strerror}). "
            "Give this user the right to write there, or name another folder."
        ) from None
    return path


def served_file(home: Path) -> Path:
    """Return the file in which `rotative serve` notes the address that it has decided on, for other commands."""
    return home / "served-address"


def served_address(home: Path) -> str:
    """Return the address that `rotative serve` has noted last, or nothing."""
    try:
        return web_address(served_file(home).read_text().strip())
    except (OSError, ValueError):
        return ""


def identity_file(home: Path) -> Path:
    """Return the file that says which paper a folder of state was founded for; it is backed up with the secrets."""
    return home / "secrets" / "identity"


def holds_paper(home: Path) -> bool:
    """Tell whether a folder of state is that of a paper: one was founded here, or has left pages or uploads."""
    return identity_file(home).exists() or any(
        names for part in ("store/pages", "media") for _folder, _folders, names in os.walk(home / part)
    )


def keep_private(path: Path) -> None:
    """Let nobody but its owner read the file of a database: it holds drafts, sessions, password hashes."""
    with contextlib.suppress(OSError):  # it may be another user's, who knows why
        path.chmod(0o600)


def secret(folder: Path, purpose: str) -> str:
    """Return the secret kept for `purpose`; make it, readable by the owner only, when there is none yet."""
    path = folder / purpose
    try:
        made = secrets.token_urlsafe(50)
        # A second process may start at the same moment: only one of them creates the file, both read it.
        scratch = folder / f".{purpose}-{os.getpid()}"
        if not path.exists():
            with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(made)
            try:
                os.link(scratch, path)
            except FileExistsError:
                pass
            finally:
                scratch.unlink()
        value = path.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"The secret “{path}” cannot be read or made ({error.strerror}).") from None
    if len(value) < 40:
        raise ConfigurationError(
            f"The secret “{path}” is too short. Delete the file: a new one is made at the next start."
        )
    return value
