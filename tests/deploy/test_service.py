"""The shipped unit is one that systemd understands."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "systemd" / "rotative.service"

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "rotative.service"
    unit.write_text(SHIPPED.read_text().replace("/srv/rotative/code/.venv/bin/rotative", sys.executable))

    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)

    complaints = [line for line in done.stderr.splitlines() if "rotative.service" in line]
    assert (done.returncode, complaints) == (0, [])
