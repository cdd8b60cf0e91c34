"""What the newsroom says of a change on its way to readers."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rotative.content.models.pages import ReaderPage
from rotative.publishing.reports import Passage, passage

# A publisher at work needs tenths of a second; what takes this long waits for one that is not.
LATE_SECONDS = 20


@dataclass(frozen=True)
class Progress:
    """How far a change is: `online`, `waiting` or `failed`, and that in a sentence."""

    state: str
    sentence: str


def progress_of(page: ReaderPage, changed_at: datetime) -> Progress:
    """Tell whether readers see the change that was made to `page` at `changed_at`."""
    return describe(passage(page.key, page.address, changed_at), page.live)


def describe(found: Passage, is_live: bool) -> Progress:
    if found.disk_error:
        return Progress("failed", _("Readers do not see it yet: the disk refuses pages (%s).") % found.disk_error)
    if found.failing:
        page = found.failing[0]
        words = {"path": page.path, "error": page.error}
        return Progress("failed", _("The page %(path)s could not be made and shows its old state: %(error)s.") % words)
    if found.is_online:
        seconds = formats.number_format(round(found.seconds, 1), 1)
        sentence = _("Online after %s s.") if is_live else _("Withdrawn everywhere after %s s.")
        return Progress("online", sentence % seconds)
    if not found.is_alive and found.seconds > LATE_SECONDS:
        return Progress(
            "failed", _("Readers do not see it yet: the publisher is not running. Tell who runs the server.")
        )
    waiting = ngettext("On its way to readers: %d page left.", "On its way to readers: %d pages left.", found.waiting)
    return Progress("waiting", waiting % found.waiting)
