"""Engage a reporter and an editor at the newspaper in ROTATIVE_HOME; print what they need to know, as JSON."""

import json
import os
import secrets

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
django.setup()

from django.contrib.auth.models import Group  # noqa: E402

from rotative.accounts.models import User  # noqa: E402
from rotative.accounts.roles import EDITOR_IN_CHIEF, REPORTER, Role  # noqa: E402
from rotative.content import queries  # noqa: E402

password = secrets.token_urlsafe(16)


def engage(name: str, role: Role) -> None:
    user = User.objects.update_or_create(username=name, defaults={"email": f"{name}@journal.example"})[0]
    user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name=role.group))


engage("reporter", REPORTER)
engage("editor", EDITOR_IN_CHIEF)
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
