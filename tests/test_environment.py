import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from rotative import environment
from rotative.environment import ConfigurationError

POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "USER": "awa", "PASSWORD": "s3cret", "NAME": "journal"}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/journal/rotative.sqlite3"}


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "VARIABLES", {})


@pytest.mark.parametrize(
    ("parse", "value", "expected"),
    [
        (environment.boolean, "Yes", True),
        (environment.boolean, "off", False),
        (environment.positive_integer, "25", 25),
        (environment.names, " a.example, b.example ,", ["a.example", "b.example"]),
        (environment.one_of("fr", "en"), "FR", "fr"),
        (environment.web_address, "https://journal.example/", "https://journal.example"),
        (environment.web_address, "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (environment.time_zone, "Africa/Niamey", "Africa/Niamey"),
    ],
)
def test_a_well_formed_value_is_parsed(parse: Callable[[str], Any], value: str, expected: object) -> None:
    assert parse(value) == expected


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        (environment.boolean, "perhaps"),
        (environment.positive_integer, "0"),
        (environment.positive_integer, "-3"),
        (environment.positive_integer, "3.5"),
        (environment.one_of("fr", "en"), "de"),
        (environment.web_address, "journal.example"),
        (environment.web_address, "https://journal.example/actualites"),
        (environment.web_address, "https://journal.example:port"),
        (environment.web_address, "ftp://journal.example"),
        (environment.time_zone, "Africa/Nowhere"),
        (environment.time_zone, "../etc/passwd"),
        (environment.database, "mysql://localhost/journal"),
        (environment.database, "journal.sqlite3"),
        (environment.database, "postgresql://localhost:5432"),
        (environment.database, "postgresql://localhost:many/journal"),
        (environment.database, "sqlite:///"),
    ],
)
def test_a_malformed_value_stops_the_start_with_a_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, parse: Callable[[str], Any], value: str
) -> None:
    monkeypatch.setenv("ROTATIVE_SOMETHING", value)

    with pytest.raises(ConfigurationError, match="ROTATIVE_SOMETHING is ") as raised:
        environment.read("ROTATIVE_SOMETHING", "", "A meaning.", parse)

    assert "\n" not in str(raised.value)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROTATIVE_SOMETHING", "  ")

    assert environment.read("ROTATIVE_SOMETHING", "8", "A meaning.", environment.positive_integer) == 8


def test_a_variable_that_is_read_is_kept_for_the_reference() -> None:
    environment.read("ROTATIVE_SOMETHING", "8", "A meaning.", environment.text)

    assert environment.VARIABLES["ROTATIVE_SOMETHING"] == environment.Variable("ROTATIVE_SOMETHING", "8", "A meaning.")


def test_a_database_server_that_does_not_answer_is_not_waited_for_long() -> None:
    parsed = environment.database("postgresql://awa:s3cret@db.example/journal")

    assert parsed["OPTIONS"]["connect_timeout"] == environment.CONNECT_SECONDS


def test_the_home_is_made_with_its_folders_and_secrets_closed_to_others(tmp_path: Path) -> None:
    home = environment.make_home(tmp_path / "var")

    assert {path.name for path in home.iterdir()} == {"media", "static", "secrets", "mails"}
    for private in ("secrets", "mails"):
        assert stat.S_IMODE((home / private).stat().st_mode) == 0o700


def test_a_home_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")

    with pytest.raises(ConfigurationError, match="name another folder"):
        environment.make_home(tmp_path / "var")


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = environment.secret(tmp_path, "sessions")

    assert environment.secret(tmp_path, "sessions") == first
    assert environment.secret(tmp_path, "links") != first
    assert stat.S_IMODE((tmp_path / "sessions").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["links", "sessions"]


def test_a_secret_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("x")

    with pytest.raises(ConfigurationError, match="too short"):
        environment.secret(tmp_path, "sessions")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_BJ.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_commands_speak_the_language_of_the_terminal(variables: dict[str, str], expected: str) -> None:
    assert environment.terminal_language(variables) == expected


@pytest.mark.parametrize(
    ("database", "message", "advice"),
    [
        (POSTGRESQL, 'connection failed: FATAL:  password authentication failed for user "awa"', "user or password"),
        (POSTGRESQL, 'connection failed: FATAL:  database "journal" does not exist', "createdb journal"),
        (POSTGRESQL, 'connection failed: FATAL:  role "awa" does not exist', "user or password"),
        (POSTGRESQL, "connection to server failed: Connection refused", "Start it"),
        (POSTGRESQL, "connection timeout expired", "Start it"),
        (POSTGRESQL, 'relation "content_home" does not exist', "rotative prepare"),
        (SQLITE, "unable to open database file", "name another file"),
        (SQLITE, "attempt to write a readonly database", "name another file"),
        (SQLITE, "file is not a database", "damaged"),
        (SQLITE, "no such table: content_home", "rotative prepare"),
        (SQLITE, "database or disk is full", "Make room"),
    ],
)
def test_an_error_of_the_database_says_what_to_do_and_never_the_password(
    database: dict[str, str], message: str, advice: str
) -> None:
    with translation.override("en"):
        sentence = environment.explain_database_error(Exception(message), database)

    assert sentence is not None
    assert advice in sentence
    assert "s3cret" not in sentence
    assert "\n" not in sentence


def test_an_unknown_error_of_the_database_keeps_its_trace() -> None:
    assert environment.explain_database_error(Exception("UNIQUE constraint failed"), SQLITE) is None
