"""The command line itself; what commands do is tested with them."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rotative.cli import main


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text())["project"]

    main(["rotative", "--version"])

    assert capsys.readouterr().out == f"rotative {project['version']}\n"
    assert f"\n## [{project['version']}]" in Path(__file__).resolve().parent.parent.joinpath("CHANGELOG.md").read_text()


def test_what_is_loaded_is_out_of_the_collectors_sight_and_the_collector_goes_on() -> None:
    # In a process of its own: this one has loaded everything, and has settings of the collector for the tests.
    code = (
        "import gc, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'rotative.settings';"
        "from rotative import cli; cli.load();"
        "print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "True"]
