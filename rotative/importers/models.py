"""Import jobs, their audit log, and what each item of a source became here (so that none comes in twice).

It is kept when the article itself is gone: who deletes an imported article does not want it back with the next run.
"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourceKind(models.TextChoices):
    WORDPRESS = "wordpress", _("WordPress export")
    PAGES = "pages", _("HTML pages")
    WARC = "warc", _("WARC file")
    CAPTURE = "capture", _("Captured page")
    FEED = "feed", _("Feed")


class JobState(models.TextChoices):
    PLANNED = "planned", _("Planned")  # a dry run was made, nothing is written
    WAITING = "waiting", _("Waiting to go on")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    FINISHING = "finishing", _("Finishing")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class Outcome(models.TextChoices):
    """What became of one thing that a job met."""

    IMPORTED = "imported", _("Imported")
    CHANGED = "changed", _("Brought up to date")
    UNCHANGED = "unchanged", _("Here already")
    KEPT = "kept", _("Edited here since: left alone")
    DELETED = "deleted", _("Deleted here since: left out")
    SKIPPED = "skipped", _("Skipped")
    REFUSED = "refused", _("Refused")
    MISSING = "missing", _("Missing")
    UNDONE = "undone", _("Undone")


class ImportJob(models.Model):
    """One import, from its dry run to its end. Whoever runs it says so every few seconds."""

    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    source = models.CharField(_("source"), max_length=1000, help_text=_("A file, a folder or an address."))
    site = models.CharField(_("old site"), max_length=255, blank=True)
    # What it was delivered by, when it is no import that somebody began.
    wire = models.ForeignKey("Wire", null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs")
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=JobState.choices, default=JobState.PLANNED)
    # How far it is, in what the source is measured in: bytes of a file, files of a folder.
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    # Once the source is read: what is being finished, and behind which page.
    phase = models.CharField(max_length=20, blank=True)
    cursor = models.BigIntegerField(default=0)
    plan = models.JSONField(default=dict)  # what the dry run found
    error = models.TextField(blank=True)
    stop_asked = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}: {self.source}"

    @property
    def is_delivery(self) -> bool:
        """Tell whether it brings a few stories, of which each is announced to the publisher, with no rebuild."""
        return self.wire_id is not None

    @property
    def name(self) -> str:
        """The source without the folders above it."""
        return self.source.rstrip("/").rpartition("/")[2] or self.source


class CategoryTarget(models.Model):
    """What a category of an old site becomes here. The first guess is the program's, the rest an editor's."""

    site = models.CharField(max_length=255)
    slug = models.CharField(_("address"), max_length=255)
    name = models.CharField(_("name"), max_length=255)
    becomes = models.CharField(_("becomes"), max_length=10)
    trail = models.JSONField(default=list)
    is_chosen = models.BooleanField(default=False)  # by an editor

    class Meta:
        verbose_name = _("category of an old site")
        constraints = [models.UniqueConstraint(fields=["site", "slug"], name="category_once")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} → {self.becomes}"


class ImportedItem(models.Model):
    """Something of a source, by the name that it has there, and what it became here.

    `page` is empty when the newsroom deleted what it was. It was edited here when its page has a newest version that is
    not `revision`, the one that an import wrote.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind.choices)
    site = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=300)
    source_name = models.CharField(_("source"), max_length=255, blank=True)
    address = models.CharField(_("old address"), max_length=1000, blank=True, db_index=True)
    # Of what the source says: another digest is another version.
    digest = models.CharField(_("digest of the source"), max_length=64, db_index=True)
    # Of headline and body alone: a page captured on another day has other lists around the same story.
    story_digest = models.CharField(_("digest of the story"), max_length=64, blank=True, db_index=True)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=True
    )
    picture = models.ForeignKey("content.Picture", null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.BigIntegerField(null=True)
    report = models.JSONField(_("report"), default=dict)
    job = models.ForeignKey(ImportJob, null=True, on_delete=models.SET_NULL, related_name="items")
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        ordering = ["-imported_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="imported_once")]

    def __str__(self) -> str:
        return self.key


class Line(models.Model):
    """A line of the account book: what one job found at one old address, and what it did with it."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(ImportedItem, null=True, on_delete=models.SET_NULL, related_name="lines")
    number = models.PositiveIntegerField()  # in the source
    key = models.CharField(max_length=300)
    address = models.CharField(_("old address"), max_length=1000, blank=True)
    title = models.CharField(_("headline"), max_length=255, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=60, blank=True)
    comments = models.PositiveIntegerField(_("comments"), default=0)
    pictures = models.PositiveIntegerField(_("images"), default=0)
    missing = models.PositiveIntegerField(_("missing images"), default=0)
    has_doubts = models.BooleanField(default=False)
    report: Any = models.JSONField(default=dict)  # repairs, doubts, what was left out, what is missing

    class Meta:
        verbose_name = _("line of the account book")
        verbose_name_plural = _("account book")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="accounted_once")]
        indexes = [models.Index(fields=["job", "outcome"], name="lines_by_outcome")]

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome}"


class Made(models.Model):
    """Something that a job made beside articles, so that it can be undone: a section, a topic, an author, a picture."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="made")
    kind = models.CharField(max_length=20)
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "kind", "number"], name="made_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"


class FetchState(models.TextChoices):
    IN = "in", _("In")
    MISSING = "missing", _("Missing")
    REFUSED = "refused", _("Refused")


class FetchedFile(models.Model):
    """A file of an old site, by its old address: fetched once, whichever stories show it."""

    address = models.CharField(max_length=1000, unique=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)  # of the bytes that came
    picture = models.ForeignKey("content.Picture", null=True, on_delete=models.SET_NULL, related_name="+")
    media = models.ForeignKey("content.MediaFile", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=FetchState.choices)
    reason = models.CharField(max_length=200, blank=True)
    tried_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file of an old site")

    def __str__(self) -> str:
        return self.address


class Wire(models.Model):
    """A feed that is followed: asked again and again for what is new. Its entries come in as those of any import do.

    What was delivered stands in its jobs, one for each day that brought something (docs/explanation/archive.md).
    """

    name = models.CharField(
        pgettext_lazy("of an agency's wire", "name"),
        max_length=100,
        unique=True,
        help_text=_("As the newsroom calls it, for instance “AFP Africa”."),
    )
    address = models.CharField(
        _("address of the feed"), max_length=1000, unique=True, help_text=_("RSS, Atom or JSON Feed.")
    )
    # Under which its entries are known. It stays when the address changes, so that nothing comes in twice.
    site = models.CharField(max_length=255)
    section = models.ForeignKey(
        "content.Section", verbose_name=_("section"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    credit = models.CharField(
        pgettext_lazy("of an agency's wire", "credit"),
        max_length=100,
        blank=True,
        help_text=_("The name of the agency, which stands among those who sign each of its stories."),
    )
    makes_drafts = models.BooleanField(
        _("as drafts"), default=True, help_text=_("Without it, what comes in is published at once, unread.")
    )
    every_minutes = models.PositiveIntegerField(
        _("asked every … minutes"), default=15, validators=[MinValueValidator(5), MaxValueValidator(24 * 60)]
    )
    is_on = models.BooleanField(default=True)
    # What its server said of the last answer, to be asked for what came since.
    etag = models.CharField(max_length=500, blank=True)
    modified = models.CharField(max_length=500, blank=True)
    # By the key of each entry of the last answer, what tells one version of it from another.
    seen = models.JSONField(default=dict)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # the last time that all went well
    next_ask_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)  # in a row
    problem = models.CharField(max_length=60, blank=True)  # a word: `wires.problems` has the sentences
    claimed_until = models.DateTimeField(null=True)  # by the process that is asking

    class Meta:
        verbose_name = _("agency wire")
        verbose_name_plural = _("agency wires")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
