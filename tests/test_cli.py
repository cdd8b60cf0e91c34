"""The command line itself; what commands do is tested with them."""

import tomllib
from pathlib import Path

import pytest

from rotative.cli import main


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text())["project"]

    main(["rotative", "--version"])

    assert capsys.readouterr().out == f"rotative {project['version']}\n"
    assert f"\n## [{project['version']}]" in Path(__file__).resolve().parent.parent.joinpath("CHANGELOG.md").read_text()
