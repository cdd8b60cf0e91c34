"""Deduplicated entries of a wire as a source of a job: what it did not say before, routed to its section and signed.

A feed is another one each time it is asked. So a job that died does not go on at a place in it: it asks again, and what
is filed already is left out, by its key.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rotative.importers.feeds.feed import Feed, item_of, stories_at
from rotative.importers.filing.leases import OPEN
from rotative.importers.filing.sources import Hear, Manners, Source, SourceItem
from rotative.importers.models import ImportedItem, ImportJob, JobState, Line, Made, SourceKind, Wire
from rotative.importers.story.stories import Story

MARK_LETTERS: Final = 16  # of a digest: enough to tell versions of one entry
_TICKET: Final = re.compile(r"(?<=\.jpg|\.png|\.gif|jpeg|webp|avif)\?[^\"\s\\]*", re.IGNORECASE)


class Delivery(Source):
    """The entries of a feed that are new or say something new, the oldest first. It has no size before it is read."""

    total = 0

    def __init__(self, wire: Wire, stories: Sequence[Story], job: ImportJob | None = None) -> None:
        """Take the stories of a feed, the first entry first, and the job that died while it filed them, if any."""
        self.wire, self.name = wire, wire.site
        self.manners = Manners(makes_authors=False, makes_editions=False, makes_drafts=wire.makes_drafts)
        said = _each_once(stories)
        self.marks = {key: _mark_of(story) for key, story in said.items()}
        news = [story for key, story in said.items() if wire.seen.get(key) != self.marks[key]]
        trail = wire.section.titles if wire.section else ()
        items = [item_of(self._signed(story), 0, trail) for story in reversed(news)]
        here = ImportedItem.objects.filter(site=wire.site, key__in=[item.key for item in items])
        known = dict(here.values_list("key", "digest"))
        filed = set(job.lines.values_list("key", flat=True)) if job else set()
        changed = [item for item in items if known.get(item.key) != item.digest]
        self.waiting = [item for item in changed if item.key not in filed]
        # A job has one line for each entry: what was corrected since it died waits for the next answer.
        self.is_partial = len(self.waiting) < len(changed)
        for item in changed:
            if item.key in filed:
                del self.marks[item.key]

    def items(self, position: int) -> Iterator[SourceItem]:
        for number, item in enumerate(self.waiting, position + 1):
            yield replace(item, end=number)

    def _signed(self, story: Story) -> Story:
        names = (*story.bylines, self.wire.credit) if self.wire.credit else story.bylines
        return replace(story, bylines=tuple(dict.fromkeys(names)))


def _each_once(stories: Iterable[Story]) -> dict[str, Story]:
    """Return the stories by their keys; of two with one key the first, which in feeds is the newer."""
    by_key: dict[str, Story] = {}
    for story in stories:
        key = story.key.replace("\0", "")
        by_key.setdefault(key, replace(story, key=key))
    return by_key


def _mark_of(story: Story) -> str:
    """Return what changes when an entry says something else.

    Where it is filed here is nothing that it says; neither is the moment at which its feed was made, nor the ticket
    that some servers hang on the addresses of pictures, another one each time.
    """
    said = json.dumps(asdict(replace(story, updated=None)), default=str, sort_keys=True)
    return sha256(_TICKET.sub("", said).encode()).hexdigest()[:MARK_LETTERS]


def open_feed(job: ImportJob, hear: Hear) -> Source:
    """Open what a job of a feed reads, once or for a wire. Raises SourceRefusedError."""
    if job.wire is None:
        return Feed(job.source, section=job.options.get("section", ""), is_draft=bool(job.options.get("draft", True)))
    return Delivery(job.wire, stories_at(job.wire.address), job)


# --- jobs


def unfinished_job(wire: Wire) -> ImportJob | None:
    """Return the job that was stopped, failed or died while it filed what this wire had brought."""
    return wire.jobs.filter(state__in=OPEN).first()


def make_job(wire: Wire) -> ImportJob:
    # The address may hold a password; the name does for the account book. It is shown up to its last stroke.
    return ImportJob.objects.create(
        kind=SourceKind.FEED,
        source=wire.name.replace("/", "–"),
        site=wire.site,
        wire=wire,
        options={"draft": wire.makes_drafts, "online": True},
        state=JobState.STOPPED,
    )


@transaction.atomic
def fold(wire: Wire, day: datetime) -> ImportJob | None:
    """Make one job, with one account book, of all that came on one day; return it.

    Each answer that brings something has a job of its own while it is filed, so that little is to be done again after a
    crash. A list with a hundred of them a day would be of no use to anybody.
    """
    start = datetime.combine(timezone.localtime(day).date(), time(), timezone.get_current_timezone())
    done = wire.jobs.filter(state=JobState.DONE, created_at__gte=start, created_at__lt=start + timedelta(days=1))
    jobs = list(done.select_for_update().order_by("pk"))
    for later in jobs[1:]:
        _fold_into(jobs[0], later)
    return jobs[0] if jobs else None


def _fold_into(first: ImportJob, later: ImportJob) -> None:
    highest = first.lines.order_by("-number").values_list("number", flat=True).first()
    Line.objects.filter(job=later).update(job=first, number=F("number") + (0 if highest is None else highest + 1))
    ImportedItem.objects.filter(job=later).update(job=first)
    Made.objects.filter(job=later).update(job=first)
    first.ended_at = later.ended_at
    first.save(update_fields=["ended_at"])
    later.delete()
