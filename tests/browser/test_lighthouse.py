"""Lighthouse, with its throttling simulated: the limits stand in budgets.json. The median of five runs counts."""

import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import FLAGS
from tests.browser.served import Site
from tests.machine import find_program

HERE = Path(__file__).parent
BUDGETS: dict[str, Any] = json.loads((HERE / "budgets.json").read_text())
RUNS = 5
TRIES = 3
ONLY_SPEED = "--only-categories=performance"


@pytest.mark.parametrize(
    ("network", "kind"), [(network, kind) for network, budget in BUDGETS.items() for kind in budget["pages"]]
)
def test_a_page_is_within_the_limits(network: str, kind: str, site: Site) -> None:
    budget = BUDGETS[network]
    reports = [examine(site.address_of(kind), budget["flags"])]
    # Only speed differs from run to run; the other categories are examined once, which saves a third of the time.
    reports += [examine(site.address_of(kind), [*budget["flags"], ONLY_SPEED]) for _run in range(RUNS - 1)]

    scores = {name: round(100 * median(scores_of(reports, name))) for name in budget["scores"]}
    figures = {name: median(report["audits"][name]["numericValue"] for report in reports) for name in budget["limits"]}
    print(f"\n{kind}, {network}: {scores} { ({name: round(value, 3) for name, value in figures.items()}) }")

    assert {name: score for name, score in scores.items() if score < budget["scores"][name]} == {}, failed(reports[0])
    assert {name: value for name, value in figures.items() if value > budget["limits"][name]} == {}


def scores_of(reports: list[dict[str, Any]], category: str) -> list[float]:
    return [report["categories"][category]["score"] for report in reports if category in report["categories"]]


def median(values: Any) -> float:
    return float(statistics.median(values))


def examine(address: str, flags: list[str]) -> dict[str, Any]:
    """Run Lighthouse once; return its report. A browser that started too slowly to be recorded is started again."""
    for _try in range(TRIES):
        done = run_lighthouse(address, flags)
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr[-2000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def run_lighthouse(address: str, flags: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            find_program("node") or "node",
            str(HERE / "node_modules/lighthouse/cli/index.js"),
            address,
            "--output=json",
            "--quiet",
            "--disable-full-page-screenshot",
            f"--chrome-flags={' '.join(FLAGS)}",
            *flags,
        ],
        env={**os.environ, "CHROME_PATH": find_program("chromium") or "", "CI": "true"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def failed(report: dict[str, Any]) -> str:
    """Return what Lighthouse found, an audit a line."""
    audits = report["audits"].values()
    return "\n".join(f"{a['id']}: {a['title']}" for a in audits if a["score"] is not None and a["score"] < 0.9)
