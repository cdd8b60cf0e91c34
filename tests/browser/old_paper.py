"""Leave an export of an old paper beside the newspaper in ROTATIVE_HOME, and an import of it that was stopped.

OLD_PAPER names the old site: each has its own stories, and an editor in chief of its own who brings them in (another
password for somebody at work would sign them out). Prints, as JSON, what one needs to know.
"""

import json
import os
import secrets
from pathlib import Path

from rotative.accounts.roles import EDITOR_IN_CHIEF
from rotative.importers.models import ImportJob, JobState, SourceKind
from rotative.importers.wordpress.targets import open_export
from tests.browser.staff import engage
from tests.importers.wordpress.exports import (
    HEAD,
    SITE,
    a_category,
    a_comment,
    an_author,
    an_export,
    an_item,
)

STORIES = 60

name = os.environ["OLD_PAPER"]
password = secrets.token_urlsafe(16)
engage(name, EDITOR_IN_CHIEF, password)

path = an_export(
    Path(os.environ["ROTATIVE_HOME"]) / f"{name}.xml",
    an_author("awa", "Awa Tossou"),
    a_category("politique", "Politique d’alors"),
    *(
        an_item(
            number,
            f"Le pont de {name}, épisode {number}",
            f'Le pont a rouvert. <img src="wp-content/uploads/2019/05/{name}-{number}.jpg"> [inconnu]',
            categories={"politique": "Politique d’alors"},
            comments=[a_comment(number)],
            slug=f"{name}-{number}",
        )
        for number in range(1, STORIES + 1)
    ),
    head=HEAD.replace(SITE, f"https://{name}.example"),
)
with open_export(path) as export:
    job = ImportJob.objects.create(
        kind=SourceKind.WORDPRESS,
        source=str(path),
        site=export.name,
        total=export.total,
        state=JobState.STOPPED,
        options={"online": False},
    )
print(json.dumps({"editor": name, "job": job.pk, "stories": STORIES}))
