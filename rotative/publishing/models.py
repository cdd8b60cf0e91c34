"""Tables of the engine: stored pages, the dependency graph, and outboxes of invalidations and purges."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone

from rotative.publishing import keys
from rotative.publishing.compress import decompress


class Priority(models.IntegerChoices):
    """What is rendered first. Breaking news passes a rebuild, because a rebuild is rendered in slices."""

    URGENT = 0  # a take-down, a reader who waits
    HOT = 1  # the article itself, fronts, sections, editions, feeds
    WARM = 2  # what shows it beside its own: other articles, topics, authors
    COLD = 3  # the archive
    BULK = 4  # what one change touches by the hundred


class StoredPage(models.Model):
    """A page at its address: what stands there, since when, and whether it has to be rendered again.

    A row without `number` has no bytes yet. `stale_at` is empty while the page shows what it would show if it were
    rendered now.
    """

    path = models.CharField(max_length=1000, unique=True)
    kind = models.CharField(max_length=40, blank=True)  # empty where no page type answers
    subject = models.CharField(max_length=100, blank=True)  # the key of the object that the page is about
    status = models.PositiveSmallIntegerField(null=True)  # 200, 301, 404, 410
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the bytes before compression
    number = models.BigIntegerField(null=True, unique=True)  # rises with each store; disks apply pages in this order
    stored_at = models.DateTimeField(null=True)  # when the bytes last changed
    rendered_at = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.COLD)
    cause = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    build = models.CharField(max_length=16, blank=True)  # of the program that rendered it
    untracked = models.PositiveIntegerField(default=0)  # reads that no key names
    failures = models.PositiveIntegerField(default=0)  # in a row
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["priority", "stale_at", "id"], name="next_stale", condition=Q(stale_at__isnull=False)),
            models.Index(fields=["expires_at"], name="next_expired", condition=Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.path

    @classmethod
    def reading(cls, keys: Iterable[str]) -> "models.QuerySet[StoredPage]":
        """Return the pages that read one of the keys when they were rendered last."""
        return cls.objects.filter(pk__in=Dependency.objects.filter(key__in=list(keys)).values("page"))


class StoredBody(models.Model):
    """The bytes of a page, in Brotli. Other encodings are made of them where the page is put on a disk."""

    page = models.OneToOneField(StoredPage, on_delete=models.CASCADE, primary_key=True, related_name="body")
    brotli = models.BinaryField()
    is_polished = models.BooleanField(default=False)  # compressed as small as it gets

    def __str__(self) -> str:
        return str(self.page)

    def unpack(self) -> bytes:
        """Return the page. Raises ValueError when these bytes were damaged."""
        return decompress(bytes(self.brotli), "br")


class Dependency(models.Model):
    """An edge of the dependency graph: what a page read while it was rendered."""

    page = models.ForeignKey(StoredPage, on_delete=models.CASCADE, related_name="dependencies")
    key = models.CharField(max_length=keys.LONGEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "page"], name="depends_once")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.key}"


class InvalidationQuerySet(models.QuerySet["Invalidation"]):
    def due(self) -> "InvalidationQuerySet":
        """Return those that nobody holds back any more."""
        return self.filter(Q(not_before__isnull=True) | Q(not_before__lte=timezone.now()))


class Invalidation(models.Model):
    """An outbox row: a key that a change touched. It waits here until the publisher has marked the pages that read it.

    An import of many thousand articles holds one row back while it goes on, and moves `not_before` on with each part it
    commits. When it has ended, or died, the row is due: one rebuild, and nothing is forgotten.
    """

    key = models.CharField(max_length=keys.LONGEST)
    cause = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True)

    objects = InvalidationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key


class Purge(models.Model):
    """An outbox row: a path that the caches in front must forget."""

    path = models.CharField(max_length=1000)
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.path


class PublisherState(models.Model):
    """The state of the publisher (last sign of life, errors, identity): one row."""

    seen_at = models.DateTimeField(null=True)  # when it last said that it is alive
    disk_error = models.TextField(blank=True)  # why pages do not reach the disk
    clock_error = models.TextField(blank=True)  # why hours are not trusted
    latest_hour = models.DateTimeField(null=True)  # that the clock has shown
    identity = models.CharField(max_length=32, blank=True)  # of the paper; the stores of its pages bear it too

    def __str__(self) -> str:
        return str(self.seen_at)
