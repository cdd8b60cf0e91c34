"""Mutation testing: the share of lines broken on purpose that a room's own tests notice.

`python -m bench.mutations comments --sample 40 --seed 1` copies the last commit, breaks one place of the room there,
runs the room's tests, mends it, breaks the next, and prints a table. The sample is the same for the same seed and code.
Needs Cosmic Ray, which has a lock of its own:
`.venv/bin/pip install --no-deps --require-hashes -r requirements/mutations.txt`.
"""

import argparse
import io
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# Rooms that stand on their own tests, and what else asks about them.
TESTS: dict[str, tuple[str, ...]] = {
    "accounts": ("tests/accounts",),
    "comments": ("tests/comments", "tests/frontend/test_commenting.py", "tests/frontend/test_discussions.py"),
    "content": ("tests/content", "tests/frontend", "tests/journeys"),
    "copies": ("tests/copies",),
    "demonstration": ("tests/demonstration",),
    "exporters": ("tests/exporters",),
    "frontend": ("tests/frontend", "tests/comments"),
    "importers": ("tests/importers",),
    "management": ("tests/management",),
    "publishing": ("tests/publishing", "tests/frontend", "tests/properties"),
    "typography": ("tests/typography", "tests/properties/test_typography.py"),
}
# `int | None` in an annotation is no arithmetic.
ANNOTATIONS = "ReplaceBinaryOperator_BitOr_"
LEFT_OUT = {"migrations", "templates", "static"}
# A mutation that makes a loop endless ends after so many times what the tests need.
PATIENCE = 3


@dataclass(frozen=True)
class Mutation:
    """The `occurrence`-th place in `file` where `operator` of Cosmic Ray applies."""

    file: str
    operator: str
    occurrence: int


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.mutations", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of: {', '.join(TESTS)}; all if none is named")
    parser.add_argument("--sample", type=int, default=20, help="mutations of each room")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    unknown = set(options.rooms) - set(TESTS)
    if unknown:
        parser.error(f"No room with tests of its own: {', '.join(sorted(unknown))}.")
    try:
        import cosmic_ray  # noqa: F401
    except ImportError:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="rotative-mutations-") as folder:
        _copy_commit(Path(folder))
        for room in options.rooms or sorted(TESTS):
            _report(room, Path(folder), options.sample, options.seed)
    return 0


def _copy_commit(folder: Path) -> None:
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    (folder / ".venv").symlink_to(ROOT / ".venv")


def _report(room: str, folder: Path, sample: int, seed: int) -> None:
    places = sorted(_mutations(room, folder), key=lambda mutation: (mutation.file, mutation.operator))
    chosen = random.Random(seed).sample(places, min(sample, len(places)))
    seconds = _baseline(room, folder)
    print(f"\n== {room}: {len(chosen)} of {len(places)} mutations; the tests alone take {seconds:.0f} s", flush=True)
    survivors = [mutation for mutation in chosen if not _is_killed(mutation, room, folder, seconds)]
    killed = len(chosen) - len(survivors)
    print(f"{room}: {killed} of {len(chosen)} killed ({killed / max(len(chosen), 1):.0%}, seed {seed})", flush=True)


def _mutations(room: str, folder: Path) -> Iterator[Mutation]:
    from cosmic_ray.ast import ast_nodes, get_ast

    for path in sorted((folder / "rotative" / room).rglob("*.py")):
        if LEFT_OUT.intersection(path.parts):
            continue
        nodes = list(ast_nodes(get_ast(path.read_text())))
        for name, operator in _operators():
            places = sum(1 for node in nodes for _ in operator.mutation_positions(node))
            for occurrence in range(places):
                yield Mutation(str(path.relative_to(folder)), name, occurrence)


def _operators() -> Iterator[tuple[str, Any]]:
    from cosmic_ray.plugins import get_operator, operator_names

    for name in sorted(operator_names()):
        operator = get_operator(name)
        if ANNOTATIONS not in name and not operator.arguments():
            yield name, operator()


def _baseline(room: str, folder: Path) -> float:
    """Return how long the tests take while nothing is broken. Raises SystemExit when they are red already."""
    started = time.monotonic()
    if _run_tests(room, folder, limit=None):
        return time.monotonic() - started
    raise SystemExit(f"The tests of {room} fail before anything is broken.")


def _is_killed(mutation: Mutation, room: str, folder: Path, seconds: float) -> bool:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    path = folder / mutation.file
    whole = path.read_text()
    broken = mutate_code(whole, get_operator(mutation.operator)(), mutation.occurrence)
    path.write_text(broken)
    try:
        survives = _run_tests(room, folder, limit=seconds * PATIENCE + 30)
    finally:
        path.write_text(whole)
    if survives:
        print(f"survives: {mutation.file}{_first_difference(whole, broken)}", flush=True)
    return not survives


def _run_tests(room: str, folder: Path, limit: float | None) -> bool:
    """Tell whether the tests of the room pass. Tests that run out of time do not."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS[room]]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _first_difference(whole: str, broken: str) -> str:
    for number, (before, after) in enumerate(zip(whole.splitlines(), broken.splitlines(), strict=False), 1):
        if before != after:
            return f":{number}\n  - {before.strip()}\n  + {after.strip()}"
    return " (lines added or taken away at its end)"


if __name__ == "__main__":
    sys.exit(main())
