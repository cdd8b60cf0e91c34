"""Status of a publication: what the newsroom says of a change on its way to readers."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rotative.content.models.articles import Article
from rotative.content.models.listings import UNDATED, articles_key, collections_of, month_of
from rotative.content.models.pages import ReaderPage
from rotative.publishing.keys import path_key, site_key
from rotative.publishing.reports import Propagation, propagation

# A publisher at work needs tenths of a second, and one that starts a little more.
LATE_SECONDS = 3
# What took longer than anybody waits is no measurement: other changes have stored the same pages since.
MEASURED_SECONDS = 60


@dataclass(frozen=True)
class Progress:
    """How far a change is: `draft`, `scheduled`, `online`, `waiting` or `failed`, and that in a sentence."""

    state: str
    sentence: str


def progress_of(page: ReaderPage, changed_at: datetime) -> Progress:
    """Tell whether readers see the change that was made to `page` at `changed_at`."""
    scheduled = page.scheduled_revision
    if scheduled and (page.last_published_at is None or changed_at > page.last_published_at):
        at = timezone.localtime(scheduled.approved_go_live_at)
        words = {"date": formats.date_format(at), "time": formats.time_format(at)}
        return Progress("scheduled", _("Goes online on %(date)s at %(time)s.") % words)
    if not page.live and not page.first_published_at:
        return Progress("draft", _("This page has never been published."))
    return describe(propagation_of(page, changed_at), page.live)


def propagation_of(page: ReaderPage, changed_at: datetime) -> Propagation:
    """Follow the change that was made to `page` at `changed_at`."""
    return propagation(page.address, keys_of(page), changed_at)


def keys_of(page: ReaderPage) -> list[str]:
    """Return the keys of what shows `page`: its own, that of its address, those of the lists in which it stands."""
    return [page.key, path_key(page.address), *lists_of(page)]


def lists_of(page: ReaderPage) -> list[str]:
    """Return the keys of the lists in which an article stands, or stood before it was withdrawn."""
    if not isinstance(page, Article):
        return []
    month = month_of(page.published_at) if page.published_at else UNDATED
    lists = [articles_key(name, part) for name in sorted(collections_of(page)) for part in (None, month)]
    return [*lists, site_key("ongoing")]


def describe(found: Propagation, is_live: bool) -> Progress:
    if found.disk_error:
        return Progress("failed", _("Readers do not see it yet: the disk refuses pages (%s).") % found.disk_error)
    if found.failing:
        page = found.failing[0]
        words = {"path": page.path, "error": page.error}
        return Progress("failed", _("The page %(path)s could not be made and shows its old state: %(error)s.") % words)
    if found.is_online:
        return Progress("online", " ".join(filter(None, (_arrival(found.seconds, is_live), _rest(found.following)))))
    if not found.is_alive and found.seconds > LATE_SECONDS:
        return Progress(
            "failed", _("Readers do not see it yet: the publisher is not running. Tell who runs the server.")
        )
    waiting = ngettext("On its way to readers: %d page left.", "On its way to readers: %d pages left.", found.waiting)
    return Progress("waiting", waiting % found.waiting)


def _arrival(seconds: float, is_live: bool) -> str:
    if seconds > MEASURED_SECONDS:
        return _("Readers see it.") if is_live else _("Withdrawn everywhere.")
    sentence = _("Online after %s s.") if is_live else _("Withdrawn everywhere after %s s.")
    return sentence % formats.number_format(round(seconds, 1), 1)


def _rest(following: int) -> str:
    if not following:
        return ""
    sentence = ngettext("%d page of the archive follows.", "%d pages of the archive follow.", following)
    return sentence % following
