"""Run scripts inside the newspaper in ROTATIVE_HOME: `python -m tests.browser.inside`.

Each line of the input is JSON: a script, and the variables that it runs with. Each line of the output answers: its exit
status, what it printed, what it complained of. Django takes seconds to start: here it does so once, and each script
runs in a fork. Models can be imported only once Django is set up; so the scripts import what they need where imports
stand.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback
from pathlib import Path

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(run(asked["script"], asked["variables"], Path(folder))), flush=True)


def run(script: str, variables: dict[str, str], folder: Path) -> dict[str, str | int]:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            for stream, name in ((1, "printed"), (2, "complained")):
                os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), stream)
            os.environ.clear()
            os.environ.update(variables)
            runpy.run_path(script, run_name="__main__")
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return {name: (folder / name).read_text() for name in ("printed", "complained")} | {"status": status}


if __name__ == "__main__":
    main()
