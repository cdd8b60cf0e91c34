"""Redirects from old addresses, noted so that an undone import takes it back with what it leads to."""

from typing import Any, Final

from wagtail.contrib.redirects.models import Redirect

from rotative.content.bulk_links import redirected_path
from rotative.importers.models import ImportJob, Made
from rotative.importers.story.stories import Story

LONGEST_PATH: Final = 255


def add_redirect(job: ImportJob, old: str, **leads: Any) -> None:
    """Let an old path, in the form that redirects have, lead where `leads` says, unless it leads somewhere already."""
    if len(old) > LONGEST_PATH or Redirect.objects.filter(old_path=old).exists():
        return
    redirect = Redirect.objects.create(old_path=old, automatically_created=True, **leads)
    Made.objects.create(job=job, kind="redirect", number=redirect.pk)


def old_paths(story: Story) -> list[str]:
    """Return the paths, as redirects have them, at which a story stood; none for the front page."""
    addresses = (story.address, *story.other_addresses)
    paths = dict.fromkeys(redirected_path(address) for address in addresses if "\0" not in address)
    return [path for path in paths if path != "/" and len(path) <= LONGEST_PATH]
