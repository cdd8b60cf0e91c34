"""Read the hand-written files of the demo newspaper, and say in one sentence what is wrong with one."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

FOLDER = Path(__file__).parent


class BadManuscriptError(Exception):
    """Raised when a file of the demo newspaper cannot be used. Names the file, the key, and what was expected."""


class Table:
    """A table of a TOML file that knows where it stands, so that a wrong value is named."""

    def __init__(self, values: dict[str, Any], file: str, path: str = "") -> None:
        self.values = values
        self.file = file
        self.path = path

    def wrong(self, key: str, expected: str) -> BadManuscriptError:
        """Make the error for `key`, to be raised."""
        return BadManuscriptError(f"{self.file}: “{self.path}{key}” must be {expected}.")

    def text(self, key: str, default: str | None = None) -> str:
        return self._read(key, str, "a text in quotation marks", default)

    def number(self, key: str, default: float | None = None) -> float:
        value: float | int = self._read(key, (int, float), "a number", default)
        return float(value)

    def boolean(self, key: str, default: bool | None = None) -> bool:
        return self._read(key, bool, "true or false", default)

    def items(self, key: str, kind: type[T], default: list[T] | None = None) -> list[T]:
        """Return the list at `key`; each of its members must be a `kind`."""
        values: list[T] = self._read(key, list, f"a list of {kind.__name__}", default)
        if not all(isinstance(value, kind) for value in values):
            raise self.wrong(key, f"a list of {kind.__name__}")
        return values

    def table(self, key: str) -> "Table":
        return Table(self._read(key, dict, "a table", None), self.file, f"{self.path}{key}.")

    def tables(self, key: str) -> list["Table"]:
        """Return the tables written as [[key]], counted from 1 in messages; none when the key is absent."""
        found = self.items(key, dict, [])
        return [Table(values, self.file, f"{self.path}{key}[{number}].") for number, values in enumerate(found, 1)]

    def one_of(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        return self._choose(key, self.text(key, default), choices)

    def some_of(self, key: str, choices: Iterable[str]) -> list[str]:
        known = set(choices)
        return [self._choose(key, value, known) for value in self.items(key, str, [])]

    def _choose(self, key: str, value: str, choices: Iterable[str]) -> str:
        known = set(choices)
        if value not in known:
            raise self.wrong(key, f"one of {', '.join(sorted(known))}; “{value}” is not")
        return value

    def _read(self, key: str, kind: Any, expected: str, default: Any) -> Any:
        value = self.values.get(key, default)
        # Python counts True among the numbers; a person who writes a manuscript does not.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, expected)
        return value


def read_table(path: Path) -> Table:
    """Read one TOML file. Raises BadManuscriptError when it is missing or no TOML."""
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except OSError as error:
        raise BadManuscriptError(f"{path.name} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadManuscriptError(f"{path.name} is not in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadManuscriptError(f"{path.name} is not valid TOML: {error}.") from None


def read_newspaper(folder: Path = FOLDER) -> Table:
    return read_table(folder / "newspaper.toml")


def read_stories(folder: Path = FOLDER) -> list[Table]:
    """Return the stories of the demo newspaper, oldest first: the order in which a paper publishes."""
    stories = [read_table(path) for path in sorted((folder / "articles").glob("*.toml"))]
    return sorted(stories, key=lambda story: -story.number("age_hours"))
