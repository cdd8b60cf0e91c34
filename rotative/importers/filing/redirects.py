"""Redirects from old addresses, noted so that an undone import takes it back with what it leads to."""

from typing import Any, Final

from wagtail.contrib.redirects.models import Redirect

from rotative.importers.models import ImportJob, Made

LONGEST_PATH: Final = 255


def add_redirect(job: ImportJob, old: str, **leads: Any) -> None:
    """Let an old path, in the form that redirects have, lead where `leads` says, unless it leads somewhere already."""
    if len(old) > LONGEST_PATH or Redirect.objects.filter(old_path=old).exists():
        return
    redirect = Redirect.objects.create(old_path=old, automatically_created=True, **leads)
    Made.objects.create(job=job, kind="redirect", number=redirect.pk)
