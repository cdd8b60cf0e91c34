"""Engage a reporter and an editor at the newspaper in ROTATIVE_HOME; print what they need to know, as JSON."""

import json

from rotative.accounts.roles import EDITOR_IN_CHIEF, REPORTER
from rotative.content import queries
from tests.browser.staff import engage

# The same for all files of tests, of which some run at once: a new one would sign out who is at work in another.
password = "quatre mots pour la digue"
engage("reporter", REPORTER, password, email="reporter@journal.example")
engage("editor", EDITOR_IN_CHIEF, password, email="editor@journal.example")
desk = next(desk for desk in queries.desks() if queries.subsections(desk))
section = queries.subsections(desk)[0]
author, edition = queries.authors()[0], queries.editions()[0]
print(
    json.dumps(
        {
            "password": password,
            "section": {"key": section.pk, "address": section.address},
            "author": {"name": author.name, "address": author.address},
            "edition": {"title": edition.title, "address": edition.address},
        }
    )
)
