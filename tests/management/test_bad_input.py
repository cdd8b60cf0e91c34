"""What the person at the keyboard can mend is told in one line, without a trace, and ends the command with 1."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import free_port

pytestmark = pytest.mark.slow


def rotative(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would, in a home of its own."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT"}}
    return subprocess.run(
        [sys.executable, "-m", "rotative", *arguments],
        env={**kept, "LANG": "C.UTF-8", "ROTATIVE_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said_in_one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("rotative: ")
    return lines[0]


def test_a_database_url_that_cannot_be_parsed(tmp_path: Path) -> None:
    done = rotative("check", home=tmp_path, DATABASE_URL="postgres//localhost/journal")

    assert "DATABASE_URL is “postgres//localhost/journal”, but must be" in said_in_one_line(done)


def test_a_database_server_that_does_not_answer(tmp_path: Path) -> None:
    done = rotative("prepare", home=tmp_path, DATABASE_URL="postgresql://awa:s3cret@127.0.0.1:1/journal")

    line = said_in_one_line(done)
    assert "DATABASE_URL" in line
    assert "s3cret" not in line


def test_an_sqlite_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = rotative("prepare", home=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/missing/journal.sqlite3")

    assert "Make its folder" in said_in_one_line(done)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, although long enough to be looked at. " * 40)

    done = rotative("prepare", home=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/notes.txt")

    assert "no SQLite database" in said_in_one_line(done)


@pytest.mark.postgresql
@pytest.mark.skipif("postgres" not in os.environ.get("DATABASE_URL", ""), reason="the database of this run is SQLite")
def test_a_database_that_does_not_exist(tmp_path: Path) -> None:
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")

    done = rotative("prepare", home=tmp_path, DATABASE_URL=f"{server}/nowhere")

    assert "createdb nowhere" in said_in_one_line(done)


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    home = tmp_path / "var"
    home.write_text("")

    assert "ROTATIVE_HOME" in said_in_one_line(rotative("check", home=home))


def test_a_home_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")

    assert "ROTATIVE_HOME" in said_in_one_line(rotative("check", home=tmp_path / "var" / "paper"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    assert "name another folder" in said_in_one_line(rotative("check", home=tmp_path))


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = rotative("serve", "--port", str(port), home=tmp_path)

    assert f"Port {port} is in use" in said_in_one_line(done)
    assert not (tmp_path / "rotative.sqlite3").exists(), "nothing is prepared for a server that cannot start"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none(port: str, tmp_path: Path) -> None:
    assert "--port" in said_in_one_line(rotative("serve", f"--port={port}", home=tmp_path))


def test_a_host_that_is_not_this_machine(tmp_path: Path) -> None:
    assert "--host 127.0.0.1" in said_in_one_line(rotative("serve", "--host", "192.0.2.7", home=tmp_path))


def test_a_number_of_workers_that_is_none(tmp_path: Path) -> None:
    assert "--workers" in said_in_one_line(rotative("serve", "--workers", "many", home=tmp_path))


def test_in_a_french_terminal_the_line_is_french(tmp_path: Path) -> None:
    done = rotative("serve", "--port", "99999", home=tmp_path, LANG="fr_FR.UTF-8")

    assert "doit être un nombre de 1 à 65535" in said_in_one_line(done)


def test_an_unknown_command_is_answered_in_a_sentence(tmp_path: Path) -> None:
    done = rotative("serv", home=tmp_path)

    assert done.returncode == 1
    assert "Unknown command: 'serv'. Did you mean serve?" in done.stderr
    assert "Traceback" not in done.stderr


# --- a paper that has lost its database


def test_nothing_founds_a_paper_where_one_has_lost_its_database(tmp_path: Path) -> None:
    """Following the advice of a command never replaces the paper."""
    page, upload = tmp_path / "store/pages/index.html.br", tmp_path / "media/original_images/pont.jpg"
    for file in (page, upload):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"of the paper")

    prepared, examined = rotative("prepare", home=tmp_path), rotative("doctor", home=tmp_path)

    assert "Restore" in said_in_one_line(prepared) and "rotative prepare" not in prepared.stderr
    assert examined.returncode == 1
    assert "Restore it from a backup" in " ".join(examined.stdout.split()), examined.stdout
    assert not (tmp_path / "rotative.sqlite3").exists()
    assert page.read_bytes() == upload.read_bytes() == b"of the paper"


def test_an_empty_file_in_the_place_of_the_database_is_no_first_start_either(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "identity").write_text("0" * 32)
    (tmp_path / "rotative.sqlite3").touch()

    done = rotative("serve", "--port", str(free_port()), home=tmp_path)

    assert "Restore its database from a backup" in said_in_one_line(done)
