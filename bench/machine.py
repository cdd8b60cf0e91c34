"""The state machine of the publishing engine for longer than CI has time: `python -m bench.machine --minutes 30`.

Does what tests/properties/test_publishing_machine.py does, with other examples each time, until the time is over or a
page is found that a full rebuild would make otherwise. Prints what was done, and the story of a failure.
"""

import argparse
import os
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.machine", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/properties/test_publishing_machine.py"]
    environment = {**os.environ, "ROTATIVE_MACHINE_MINUTES": str(options.minutes)}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
