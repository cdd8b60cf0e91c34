"""Health checks of `rotative doctor`: plain functions, each returning a finding and what to do about it."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from rotative.comments import queries
from rotative.content.models import Home
from rotative.environment import explain_database_error, shown_address
from rotative.importers.models import Wire
from rotative.importers.wires.problems import problem_in_words
from rotative.management import assets
from rotative.management.founding import reason_not_to_found
from rotative.management.schedule import overdue_revisions
from rotative.publishing import identity
from rotative.publishing.models import StoredPage
from rotative.publishing.reports import report
from rotative.publishing.store import Store

MEGABYTE = 1024 * 1024
LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")
# The loop looks every ten seconds; what is a minute late waits for a loop that does not run.
LATE_SECONDS = 60
# A change is online in tenths of a second, unless very many pages show it.
SLOW_SECONDS, STUCK_SECONDS = 30, 300
MANY_PURGES = 1000
MANY_FAILURES = 3


class Verdict(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, how it stands, and what to do when it is not well."""

    subject: str
    verdict: Verdict
    state: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Yield every finding. What needs the database is left out when it does not answer."""
    yield examine_space()
    yield examine_secrets()
    database = examine_database()
    yield database
    if database.verdict is not Verdict.BROKEN:
        migrations = examine_migrations()
        yield migrations
        if migrations.verdict is Verdict.GOOD:
            yield from (look() for look in OF_THE_PAPER)
    yield from (look() for look in OF_THE_SETTINGS)


def examine_space() -> Finding:
    subject, home = _("Space"), Path(settings.HOME)
    free = shutil.disk_usage(home).free // MEGABYTE
    state = _("%(free)s MB free in %(home)s") % {"free": free, "home": home}
    remedy = _("Make room: without any, nothing can be saved.")
    if free < 100:
        return Finding(subject, Verdict.BROKEN, state, remedy)
    return Finding(subject, Verdict.DOUBTFUL if free < 1024 else Verdict.GOOD, state, remedy if free < 1024 else "")


def examine_secrets() -> Finding:
    subject, folder = _("Secrets"), Path(settings.HOME) / "secrets"
    open_ones = [path for path in (folder, *folder.iterdir()) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if open_ones:
        remedy = _("Others on this machine can read them: chmod -R go= %(folder)s") % {"folder": folder}
        return Finding(subject, Verdict.BROKEN, _("readable by others"), remedy)
    return Finding(subject, Verdict.GOOD, _("readable by their owner only"))


def examine_database() -> Finding:
    subject, address = _("Database"), shown_address(settings.DATABASES["default"])
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        remedy = explain_database_error(error, settings.DATABASES["default"]) or str(error).splitlines()[0]
        return Finding(subject, Verdict.BROKEN, _("does not answer"), remedy)
    version = ".".join(str(part) for part in connection.get_database_version())
    return Finding(subject, Verdict.GOOD, f"{connection.display_name} {version}, {address}")


def examine_migrations() -> Finding:
    subject = _("Migrations")
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        state = _("%(count)s not applied") % {"count": missing}
        return Finding(subject, Verdict.BROKEN, state, reason_not_to_found() or _("Run `rotative prepare`."))
    return Finding(subject, Verdict.GOOD, _("all applied"))


def examine_founding() -> Finding:
    subject = _("Newspaper")
    front_page = Home.objects.first()
    if front_page is None:
        remedy = reason_not_to_found() or _("Run `rotative prepare`.")
        return Finding(subject, Verdict.BROKEN, _("not founded"), remedy)
    return Finding(subject, Verdict.GOOD, front_page.title)


def examine_store() -> Finding:
    subject = _("Page store")
    if problem := identity.find_problem(Store(settings.STORE_ROOT)):
        return Finding(subject, Verdict.BROKEN, _("not that of the database"), problem)
    return Finding(subject, Verdict.GOOD, _("that of the database"))


def examine_schedule() -> Finding:
    subject = _("Promised hours")
    late_since = timezone.now() - timedelta(seconds=LATE_SECONDS)
    late = [due for due in overdue_revisions() if due.approved_go_live_at < late_since]
    if late:
        state = _("%(count)s articles overdue") % {"count": len(late)}
        remedy = _("Start `rotative serve`, or `rotative publisher` where it does not run, and read its log.")
        return Finding(subject, Verdict.BROKEN, state, remedy)
    return Finding(subject, Verdict.GOOD, _("nothing overdue"))


def examine_publisher() -> Finding:
    subject, state = _("Publisher"), report()
    if state.clock_error:
        return Finding(subject, Verdict.BROKEN, _("the clock is not believed"), state.clock_error)
    if not state.is_alive:
        remedy = _("Start `rotative serve`, or `rotative publisher` where it does not run, and read its log.")
        # Before the first start nobody has missed it.
        return Finding(subject, Verdict.BROKEN if state.pages else Verdict.DOUBTFUL, _("not at work"), remedy)
    oldest = max(state.oldest_invalidation_seconds, state.oldest_hot_seconds)
    waiting = _("%(stale)s pages wait, the oldest change for %(seconds)d s") % {"stale": state.stale, "seconds": oldest}
    if oldest > SLOW_SECONDS:
        verdict = Verdict.BROKEN if oldest > STUCK_SECONDS else Verdict.DOUBTFUL
        return Finding(
            subject, verdict, waiting, _("Read the publisher's log; `rotative rebuild` shows how it goes on.")
        )
    return Finding(subject, Verdict.GOOD, waiting if state.stale else _("at work, nothing waits"))


def examine_pages() -> Finding:
    subject, state = _("Pages"), report()
    if state.disk_error:
        remedy = _("Make room, or let this user write there. It is tried again by itself.")
        return Finding(subject, Verdict.BROKEN, _("the disk refuses them: %s") % state.disk_error, remedy)
    if state.failing:
        page = StoredPage.objects.filter(failures__gt=0).order_by("path")[0]
        remedy = _("They keep their old bytes. The first is %(path)s: %(error)s") % {
            "path": page.path,
            "error": page.error,
        }
        return Finding(subject, Verdict.BROKEN, _("%(count)s cannot be made") % {"count": state.failing}, remedy)
    if state.untracked:
        remedy = _("They may become stale: tell the developers what the log says, and run `rotative audit` each day.")
        return Finding(subject, Verdict.DOUBTFUL, _("%s reads that no key names") % state.untracked, remedy)
    stored = _("%(pages)s stored, %(edges)s keys") % {"pages": state.pages, "edges": state.edges}
    if state.purges > MANY_PURGES:
        remedy = _("A cache in ROTATIVE_PURGE_URLS does not answer.")
        return Finding(subject, Verdict.DOUBTFUL, _("%s purges wait") % state.purges, remedy)
    return Finding(subject, Verdict.GOOD, stored)


def examine_comments() -> Finding:
    """Say how many comments wait. How long they do is the newsroom's business; that mails go nowhere is not."""
    subject, state = _("Comments"), queries.report()
    waiting = _("%s wait for a moderator") % state.waiting
    if state.mails_late:
        remedy = _("Mails are not sent: start `rotative serve`, or `rotative worker` where it does not run.")
        return Finding(subject, Verdict.DOUBTFUL, waiting, remedy)
    if state.mails_refused:
        remedy = _("The mail server does not take mails: ROTATIVE_SMTP_* may be wrong. The log says why.")
        return Finding(subject, Verdict.DOUBTFUL, waiting, remedy)
    return Finding(subject, Verdict.GOOD, waiting)


def examine_wires() -> Finding:
    """Say how many feeds are followed. One that answered badly once is asked again; one that keeps to it needs us."""
    subject, followed = _("Agency wires"), Wire.objects.filter(is_on=True)
    state = _("followed: %s") % followed.count()
    failing = followed.filter(failures__gte=MANY_FAILURES).order_by("name").first()
    if failing is not None:
        return Finding(subject, Verdict.DOUBTFUL, state, f"{failing.name}: {problem_in_words(failing.problem)}")
    return Finding(subject, Verdict.GOOD, state)


def examine_static_files() -> Finding:
    subject = _("Static files")
    if assets.are_collected(assets.digest_of_sources()):
        return Finding(subject, Verdict.GOOD, _("collected"))
    return Finding(subject, Verdict.BROKEN, _("missing or of another version"), _("Run `rotative prepare`."))


def examine_debugging() -> Finding:
    subject = "ROTATIVE_DEBUG"
    if settings.DEBUG:
        remedy = _("Unset ROTATIVE_DEBUG: an error would show visitors the inside of the program.")
        return Finding(subject, Verdict.DOUBTFUL if is_local() else Verdict.BROKEN, _("on"), remedy)
    return Finding(subject, Verdict.GOOD, _("off"))


def examine_address() -> Finding:
    subject = "ROTATIVE_SITE_URL"
    if is_local():
        remedy = _("Before readers come: set it to the paper's public address.")
        return Finding(subject, Verdict.DOUBTFUL, settings.SITE_URL, remedy)
    if not settings.SITE_URL.startswith("https://"):
        return Finding(subject, Verdict.DOUBTFUL, settings.SITE_URL, _("Passwords travel readable: use https."))
    return Finding(subject, Verdict.GOOD, settings.SITE_URL)


def examine_hosts() -> Finding:
    subject = "ROTATIVE_ALLOWED_HOSTS"
    if "*" in settings.ALLOWED_HOSTS:
        return Finding(subject, Verdict.DOUBTFUL, _("any"), _("Name the site's host names, separated by commas."))
    return Finding(subject, Verdict.GOOD, ", ".join(settings.ALLOWED_HOSTS))


def examine_mail() -> Finding:
    subject = _("Mail")
    if not settings.EMAIL_HOST:
        remedy = _("Set ROTATIVE_SMTP_HOST, or nobody can be sent a new password.")
        state = _("kept in %(folder)s, not sent") % {"folder": settings.EMAIL_FILE_PATH}
        return Finding(subject, Verdict.DOUBTFUL, state, remedy)
    return Finding(subject, Verdict.GOOD, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def examine_owner() -> Finding:
    subject = _("User")
    if os.geteuid() == 0:
        remedy = _("Run Rotative as a user of its own: what breaks in must not own the machine.")
        return Finding(subject, Verdict.DOUBTFUL, "root", remedy)
    return Finding(subject, Verdict.GOOD, str(os.geteuid()))


def is_local() -> bool:
    """Whether the paper is served to this machine alone, as at first."""
    return settings.SITE_URL.startswith(LOCAL)


OF_THE_PAPER: tuple[Callable[[], Finding], ...] = (
    examine_founding,
    examine_store,
    examine_publisher,
    examine_pages,
    examine_schedule,
    examine_comments,
    examine_wires,
)
OF_THE_SETTINGS: tuple[Callable[[], Finding], ...] = (
    examine_static_files,
    examine_address,
    examine_hosts,
    examine_debugging,
    examine_mail,
    examine_owner,
)
