"""Where old addresses lead, so that an undone import takes it back with what it leads to."""

from typing import Any, Final
from urllib.parse import urlsplit

from wagtail.contrib.redirects.models import Redirect

from rotative.importers.models import ImportJob, Made

LONGEST_PATH: Final = 255


def add_redirect(job: ImportJob, old: str, **leads: Any) -> None:
    """Let an old path, in the form that redirects have, lead where `leads` says, unless it leads somewhere already."""
    if len(old) > LONGEST_PATH or Redirect.objects.filter(old_path=old).exists():
        return
    redirect = Redirect.objects.create(old_path=old, automatically_created=True, **leads)
    Made.objects.create(job=job, kind="redirect", number=redirect.pk)


def is_of(site: str, address: str) -> bool:
    """Tell whether an address is one of an old site's (`site` is its host, perhaps with a port and a path).

    An old site answered with and without `www.`, and a copy of it was often exported from another port.
    """
    try:
        host = urlsplit(address).hostname or ""
        own = urlsplit(f"//{site}").hostname or ""
    except ValueError:
        return False
    return bool(own) and host.removeprefix("www.") == own.removeprefix("www.")
