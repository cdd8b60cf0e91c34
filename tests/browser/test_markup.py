"""The Nu HTML checker finds no error in any page of the newspaper."""

import json
import re
import subprocess
from pathlib import Path

from tests.browser import kinds
from tests.browser.served import Site
from tests.machine import find_program

CHECKER = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"


def test_every_page_is_valid(site: Site, tmp_path: Path) -> None:
    pages = sorted({*site.paths, *(site.pages[kind] for kind in kinds.ALL)})
    names = {}
    for path in pages:
        answer = site.get(path)
        if answer.headers["content-type"].startswith("text/html"):
            file = tmp_path / (re.sub(r"[^a-z0-9]+", "-", path).strip("-") + "_.html")
            file.write_bytes(answer.body)
            names[file.name] = path
    assert len(names) > 50

    done = subprocess.run(
        [find_program("java") or "java", "-jar", str(CHECKER), "--format", "json", "--exit-zero-always", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    # The checker reads files, for which 'self' is nothing; that the policy is kept, test_budgets sees in a browser.
    messages = json.loads(done.stderr)["messages"]
    errors = [
        f"{names[message['url'].rpartition('/')[2]]}:{message.get('lastLine')}: {message['message']}"
        f" – {message.get('extract', '')[:120]}"
        for message in messages
        if "violates Content Security Policy" not in message["message"]
        and (message["type"] in {"error", "non-document-error"} or message.get("subType") == "warning")
    ]
    assert not errors, f"{len(errors)} findings\n" + "\n".join(errors[:20])
