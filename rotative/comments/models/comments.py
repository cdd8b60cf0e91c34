"""What readers say below an article, and how many said something."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from rotative.addresses import COMMENTS
from rotative.comments.text import LONGEST_NAME, fold
from rotative.content.models import Article
from rotative.publishing.invalidation import TrackedQuerySet
from rotative.publishing.keys import collection_key, object_key, site_key
from rotative.publishing.tracking import Tracked
from rotative.publishing.writing import writing

COUNTS = site_key("comment-counts")


class Status(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")


class Proof(models.TextChoices):
    """What became of the proof of work that came with a comment. Only the first passes without a moderator."""

    SOLVED = "solved", _("solved")
    MISSING = "missing", _("missing")
    WRONG = "wrong", _("not right")
    EXPIRED = "expired", _("too old")
    REPLAYED = "replayed", _("used before")


class CommentQuerySet(TrackedQuerySet):
    """Comments in bulk."""

    def approved(self) -> "CommentQuerySet":
        return self.filter(status=Status.APPROVED)

    def waiting(self) -> "CommentQuerySet":
        return self.filter(status=Status.WAITING)

    def in_reading_order(self) -> "CommentQuerySet":
        """Order threads by their first comments, the pinned ones first; replies follow what they reply to."""
        thread = Coalesce("thread_id", "id")
        is_pinned = Coalesce("thread__is_pinned", "is_pinned")
        return self.order_by(is_pinned.desc(), thread, "id")

    def get_or_create(self, defaults: Any = None, **kwargs: Any) -> tuple[Any, bool]:
        """Find or make a comment. One that waits is seen by nobody: it does not stand in line (see `Comment.save`)."""
        return models.QuerySet.get_or_create(self, defaults, **kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        made = list(objs)
        with writing():
            created = super().bulk_create(made, *args, **kwargs)
            recount(sorted({comment.article_id for comment in made}))
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with writing():
            articles = list(self.order_by("article").values_list("article", flat=True).distinct())
            deleted = super().delete()
            recount(articles)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def follow_bulk_change(self, keys: list[Any], values: Mapping[str, Any]) -> None:
        if "status" in values:
            articles = self.model._base_manager.filter(pk__in=keys).values_list("article", flat=True)
            recount(articles.order_by("article").distinct())


class Comment(Tracked):
    """What one reader said. The first of a thread has no `thread`; threads are two levels deep."""

    # An article takes its comments along only when somebody has been told how many they are: privacy.delete_all_on.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="comments")
    thread = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    # What was answered, which may itself be a reply: its writer is told.
    in_reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    email = models.EmailField(_("e-mail"), blank=True)
    text = models.TextField(_("text"))
    wants_replies = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    is_pinned = models.BooleanField(default=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    # Who answered for the newsroom; empty for readers.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_newsroom = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reasons = models.JSONField(default=list)  # why it waits: [{"rule": …, "detail": …}]
    proof = models.CharField(max_length=10, choices=Proof, default=Proof.MISSING)
    address = models.CharField(max_length=45, blank=True)  # of the device; shortened to the network after some days
    network = models.CharField(max_length=45, blank=True)
    # The same words of the same person in the same place are one comment, however often they are sent.
    fingerprint = models.CharField(max_length=64, unique=True)
    writer = models.CharField(max_length=64, db_index=True)
    text_digest = models.CharField(max_length=64, db_index=True)

    unseen_fields = frozenset(
        {
            "address",
            "decided_at",
            "decided_by",
            "email",
            "fingerprint",
            "network",
            "proof",
            "reasons",
            "status",
            "text_digest",
            "wants_replies",
            "writer",
            "written_by",
        }
    )

    not_in_bulk = frozenset({"article", "article_id"})
    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["article", "status", "id"], name="comments_of_article"),
            models.Index(fields=["status", "id"], name="comments_by_status"),
            models.Index(fields=["network", "created_at"], name="comments_of_network"),
            models.Index(fields=["created_at"], name="comments_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    @property
    def collection(self) -> str:
        return discussion_key(self.article_id)

    @property
    def is_refused(self) -> bool:
        return self.status in {Status.REJECTED, Status.SPAM}

    @property
    def link(self) -> str:
        """The address that leads to the comment, on whichever page of its discussion it stands by then."""
        return f"{COMMENTS}{self.pk}/"

    @property
    def anchor(self) -> str:
        return f"commentaire-{self.pk}"

    def facets(self) -> dict[str, Any]:
        """What readers see: nothing until it is approved. It shows on its article alone."""
        return {self.collection: {self.pk: self.seen_values()}} if self.status == Status.APPROVED else {}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the count of the discussion equal to what is approved."""
        if self._state.adding and self.status != Status.APPROVED:
            # Nobody sees it yet: a flood of such rows must not stand in line with those who change the newspaper.
            super(Tracked, self).save(*args, **kwargs)
            return
        with writing():
            super().save(*args, **kwargs)
            recount([self.article_id])

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with writing():
            article = self.article_id
            done = super().delete(*args, **kwargs)
            recount([article])
        return done


class Discussion(Tracked):
    """How many comments readers see below an article, and when the last one came. It exists while there are any."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="discussion")
    count = models.PositiveIntegerField()
    latest = models.BigIntegerField(db_index=True)  # the number of the newest comment

    class Meta:
        verbose_name = _("discussion")

    def __str__(self) -> str:
        return f"{self.article_id}: {self.count}"

    @property
    def key(self) -> str:
        return COUNTS

    def facets(self) -> dict[str, Any]:
        return {COUNTS: {self.pk: self.seen_values()}}


def discussion_key(article: int) -> str:
    """Name the comments below an article."""
    return collection_key(object_key("article", article), "comments")


def recount(articles: Iterable[int]) -> None:
    """Make the counts of discussions equal to what is approved."""
    for article in articles:
        found = (
            Comment.objects.approved()
            .filter(article=article)
            .aggregate(count=models.Count("pk"), latest=models.Max("pk"))
        )
        if found["count"]:
            Discussion(article_id=article, **found).save()
        else:
            for emptied in Discussion.objects.filter(article=article):
                emptied.delete()


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def writer_of(name: str, email: str) -> str:
    """Return an identifier for a commenter: hash of folded name and e-mail."""
    return digest(fold(name), email.strip().casefold())


def fingerprint_of(article: int, in_reply_to: int | None, name: str, text: str, email: str = "", turn: int = 0) -> str:
    """Return the idempotency key of a comment, by which a retry is found; `turn` counts those refused before it."""
    return digest(str(article), str(in_reply_to or ""), writer_of(name, email), text, str(turn))
