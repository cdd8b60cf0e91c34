"""Redirects from old addresses, noted so that an undone import takes it back with what it leads to."""

from typing import Any, Final

from wagtail.contrib.redirects.models import Redirect

from rotative.importers.models import ImportJob, Made
from rotative.importers.story.old_addresses import parts_of
from rotative.importers.story.stories import Story

LONGEST_PATH: Final = 255


def add_redirect(job: ImportJob, old: str, **leads: Any) -> None:
    """Let an old path, in the form that redirects have, lead where `leads` says, unless it leads somewhere already."""
    if len(old) > LONGEST_PATH or Redirect.objects.filter(old_path=old).exists():
        return
    redirect = Redirect.objects.create(old_path=old, automatically_created=True, **leads)
    Made.objects.create(job=job, kind="redirect", number=redirect.pk)


def old_paths(story: Story) -> list[str]:
    """Return the paths, as redirects have them, at which a story stood."""
    paths = []
    for address in (story.address, *story.other_addresses):
        parts = parts_of(address)
        path = parts.path or "/"
        if (path == "/" and not parts.query) or "\0" in address:
            continue
        normal = Redirect.normalise_path(path + (f"?{parts.query}" if parts.query else ""))
        if len(normal) <= LONGEST_PATH:
            paths.append(normal)
    return list(dict.fromkeys(paths))
