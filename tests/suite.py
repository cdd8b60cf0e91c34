"""The whole suite, step by step: `script/test` runs it. Every step runs even when one fails; a table ends it.

A step whose tools are missing is skipped with its reason, and in CI (CI=true) that is a failure.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from tests import machine
from tests.browser.served import Site, starting
from tests.postgresql import cluster

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
BROWSER = ROOT / "tests" / "browser"
# On the quicker database, when it is asked for: it takes the tests half as long again. pyproject.toml names the floor.
COVERAGE = ("--cov", "--cov-report=term:skip-covered")
PYTEST = (str(BIN / "python"), "-m", "pytest", "-q")
# A file's tests share what they make; the slow files come first (tests/conftest.py).
ON_TWO_CORES = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
# Tests in a browser wait for it, and for the network that it is given, a third of their time.
WAITING = ("-n", "3", *ON_TWO_CORES[2:])


@dataclass(frozen=True)
class Step:
    """One command, what it needs of the machine, and the variables it runs with."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    variables: Callable[[ExitStack], dict[str, str]] = field(default=lambda stack: {})


@dataclass(frozen=True)
class Outcome:
    name: str
    state: str
    seconds: float
    reason: str = ""


# What several steps share lives until the suite ends.
SHARED = ExitStack()
# What one core can do while the steps before have the other.
AHEAD = ThreadPoolExecutor(thread_name_prefix="ahead")


@cache
def demonstration() -> Callable[[], Site]:
    """Start the demonstration newspaper, once for all browser steps; return what waits until it is served."""
    return cache(SHARED.enter_context(starting()))


def of_demonstration(stack: ExitStack) -> dict[str, str]:
    """Return the variables that name the demonstration newspaper, as soon as it is served."""
    site = demonstration()()
    return {"ROTATIVE_TEST_SITE": site.url, "ROTATIVE_TEST_HOME": str(site.home)}


STATIC = (
    Step("Formatting", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    Step("Lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
    Step("Types", (str(BIN / "mypy"),)),
    Step("Import contract", (str(BIN / "lint-imports"), "--no-logo")),
    Step(
        "Migrations up to date",
        (str(BIN / "rotative"), "makemigrations", "--check", "--dry-run"),
        variables=lambda stack: {"ROTATIVE_HOME": machine.folder(stack)},
    ),
    Step(
        "Django's checks",
        (str(BIN / "rotative"), "check", "--fail-level", "WARNING"),
        variables=lambda stack: {"ROTATIVE_HOME": machine.folder(stack)},
    ),
    Step("Templates", (str(BIN / "djlint"), "rotative", "--lint", "--quiet")),
)
# These hold a clock against a page, and so run with nothing beside them.
TIMED = ("tests/browser/test_lighthouse.py", "tests/browser/test_interactions.py")
ON_SQLITE = Step(
    "Tests on SQLite",
    (*PYTEST, *ON_TWO_CORES, "-m", "not browser and not postgresql"),
    needs=("msgfmt", "nginx"),
)
QUICK = replace(ON_SQLITE, command=(*PYTEST, *ON_TWO_CORES, "-m", "not browser and not postgresql and not slow"))
IN_BROWSER = (
    Step(
        "Browser",
        (*PYTEST, *WAITING, "tests/browser", *(f"--ignore={file}" for file in TIMED)),
        needs=("chromium", "java", "node", "npm"),
        variables=of_demonstration,
    ),
    Step(
        "Lighthouse and touches",
        (*PYTEST, "-s", *TIMED),
        needs=("chromium", "node", "npm"),
        variables=of_demonstration,
    ),
)
TESTS = (
    ON_SQLITE,
    Step(
        "Tests on PostgreSQL",
        (*PYTEST, *ON_TWO_CORES, "-m", "(database or postgresql) and not browser"),
        needs=("postgres", "msgfmt", "nginx"),
        variables=lambda stack: {"DATABASE_URL": stack.enter_context(cluster())},
    ),
    *IN_BROWSER,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/test", description=__doc__)
    parser.add_argument("--static", action="store_true", help="only the checks that start nothing")
    parser.add_argument("--quick", action="store_true", help="the same, and the quick tests on SQLite: minutes")
    parser.add_argument("--coverage", action="store_true", help="measure what the tests on SQLite cover")
    parser.add_argument("--only", metavar="WORD", help="only the steps whose name contains this word")
    options = parser.parse_args()
    chosen = STATIC if options.static else (*STATIC, QUICK) if options.quick else STATIC + TESTS
    steps = [step for step in chosen if (options.only or "") in step.name]
    if options.coverage:
        steps = [replace(step, command=(*step.command, *COVERAGE)) if "SQLite" in step.name else step for step in steps]
    # SIGTERM must unwind, so that the throwaway database stops.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chdir(ROOT)
    if memory := machine.quick_folder():
        os.environ.setdefault("TMPDIR", str(memory))
        tempfile.tempdir = None  # asked for anew
    with SHARED, AHEAD:  # what was begun ahead comes to its end before what is shared is taken down
        missing = AHEAD.submit(prepare, steps)
        outcomes = [run(step, missing, number, len(steps)) for number, step in enumerate(steps, 1)]
    return summarise(outcomes)


def prepare(steps: Sequence[Step]) -> set[str]:
    """Install what the steps need, and start the newspaper that some look at; return what is still missing."""
    missing = machine.install({tool for step in steps for tool in step.needs})
    if not missing & {"node", "npm"} and any("npm" in step.needs for step in steps):
        machine.install_node_packages(BROWSER)
    if any(step in IN_BROWSER and not missing & set(step.needs) for step in steps):
        demonstration()
    return missing


def run(step: Step, missing: Future[set[str]], number: int, total: int) -> Outcome:
    print(f"\n== {number}/{total} {step.name}", flush=True)
    lacking = sorted(missing.result() & set(step.needs)) if step.needs else []
    if lacking:
        reason = f"not on this machine: {', '.join(lacking)}"
        print(f"skipped: {reason}", flush=True)
        return Outcome(step.name, "FAILED" if in_ci() else "skipped", 0, reason)
    started = time.monotonic()
    try:
        with ExitStack() as stack:
            variables = {**os.environ, **step.variables(stack)}
            code = subprocess.run(step.command, env=variables, check=False).returncode
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(f"could not run: {error}", flush=True)
        code = 1
    return Outcome(step.name, "passed" if code == 0 else "FAILED", time.monotonic() - started)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def summarise(outcomes: list[Outcome]) -> int:
    print("\n== Summary")
    for outcome in outcomes:
        print(f"{outcome.name:<24}{outcome.state:<9}{outcome.seconds:6.1f} s  {outcome.reason}".rstrip())
    print(f"{'':<33}{sum(outcome.seconds for outcome in outcomes):6.1f} s")
    failed = [outcome.name for outcome in outcomes if outcome.state == "FAILED"]
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
