"""The moderation queue as one person sees it: filters, order, pages by cursor, and what each card says."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from rotative.comments import queries
from rotative.comments.models import Comment, Complaint, Decision, Status
from rotative.comments.moderation import REASONS, described, explain
from rotative.comments.text import clean_line, pattern_of
from rotative.content.models import Article, Edition, Section
from rotative.content.slugs import slug_from

PAGE: Final = 50
REPORTED: Final = "reported"
OLDEST, NEWEST = "oldest", "newest"
STATES: Final[dict[str, Any]] = {
    Status.WAITING: pgettext_lazy("comments", "Waiting"),
    REPORTED: pgettext_lazy("comments", "Reported"),
    Status.APPROVED: pgettext_lazy("comments", "Approved"),
    Status.REJECTED: pgettext_lazy("comments", "Rejected"),
    Status.SPAM: pgettext_lazy("comments", "Spam"),
}
# How old: the words, the age, and whether older ones are meant.
AGES: Final[dict[str, tuple[Any, timedelta, bool]]] = {
    "last-hour": (_("in the last hour"), timedelta(hours=1), False),
    "last-day": (_("in the last 24 hours"), timedelta(days=1), False),
    "before-hour": (_("more than an hour ago"), timedelta(hours=1), True),
    "before-day": (_("more than a day ago"), timedelta(days=1), True),
    "before-week": (_("more than a week ago"), timedelta(days=7), True),
}
THREAD_BEFORE, THREAD_AFTER = 20, 20
MOST_TIDINGS: Final = 200
SHOWN_COMPLAINTS: Final = 5


@dataclass(frozen=True)
class QueueFilter:
    """The filters of the queue, as they stand in the address. What cannot be read is left out."""

    state: str = Status.WAITING
    order: str = ""
    section: int | None = None
    edition: int | None = None
    article: str = ""  # words of a headline
    words: str = ""  # of a text, a name or an e-mail
    story: int | None = None
    reason: str = ""
    age: str = ""
    writer: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "QueueFilter":
        state, order = query.get("state", ""), query.get("order", "")
        reason, age, writer = query.get("reason", ""), query.get("age", ""), query.get("writer", "")
        return cls(
            state=state if state in STATES else Status.WAITING,
            order=order if order in {OLDEST, NEWEST} else "",
            section=number_in(query.get("section", "")),
            edition=number_in(query.get("edition", "")),
            article=clean_line(query.get("article", ""))[:100],
            words=clean_line(query.get("words", ""))[:100],
            story=number_in(query.get("story", "")),
            reason=reason if reason in REASONS else "",
            age=age if age in AGES else "",
            writer=writer if writer.isalnum() and writer.isascii() and len(writer) == 64 else "",
        )

    @property
    def is_newest_first(self) -> bool:
        """Tell the order. What waits is read as it came in; what was decided is looked up, the newest first."""
        default = OLDEST if self.state in {Status.WAITING, REPORTED} else NEWEST
        return (self.order or default) == NEWEST

    @property
    def is_narrowed(self) -> bool:
        return any(
            (self.section, self.edition, self.article, self.words, self.story, self.reason, self.age, self.writer)
        )

    def query(self, **changes: Any) -> str:
        """Return the part of an address after its question mark, with some values changed."""
        query = QueryDict(mutable=True)
        for name, value in asdict(replace(self, **changes)).items():
            if value and (name, value) != ("state", Status.WAITING):
                query[name] = str(value)
        return query.urlencode()

    @property
    def address_part(self) -> str:
        query = self.query()
        return f"?{query}" if query else ""

    def comments(self, user: Any) -> QuerySet[Any]:
        """Return what the filters leave of what `user` may decide on. `place` is the cursor of each in the order."""
        return self._narrowed(_in_state(queries.moderated_by(user), self.state))

    def count(self, user: Any, state: str) -> int:
        return replace(self, state=state).comments(user).order_by().count()

    def ordered(self, user: Any) -> QuerySet[Any]:
        return self.comments(user).order_by("-place" if self.is_newest_first else "place")

    def after(self, user: Any, place: int | None, limit: int = PAGE) -> tuple[list[Comment], bool]:
        """Return the page that follows a cursor (a `place` in the order), and whether there are more."""
        rows = self.ordered(user)
        if place is not None:
            rows = rows.filter(place__lt=place) if self.is_newest_first else rows.filter(place__gt=place)
        found = list(for_cards(rows)[: limit + 1])
        return found[:limit], len(found) > limit

    def newer(self, user: Any, place: int, limit: int = PAGE) -> list[Comment]:
        """Return the comments that came in since, the newest first."""
        return list(for_cards(self.comments(user).filter(place__gt=place).order_by("-place"))[:limit])

    def _narrowed(self, comments: QuerySet[Any]) -> QuerySet[Any]:
        if self.section:
            comments = comments.filter(Q(article__section=self.section) | Q(article__section__desk=self.section))
        if self.edition:
            others = Article.other_editions.through.objects.filter(edition=self.edition).values("article")
            comments = comments.filter(Q(article__edition=self.edition) | Q(article__in=others))
        if self.article:
            # Addresses are made of headlines, without their accents: whoever types “benin” finds « Bénin ».
            words = Q(article__title__icontains=self.article)
            slug = slug_from(self.article)
            comments = comments.filter(words | Q(article__slug__contains=slug) if slug else words)
        if self.words:
            named = pattern_of(self.words)
            comments = comments.filter(Q(text__iregex=named) | Q(name__iregex=named) | Q(email__iregex=named))
        if self.story:
            comments = comments.filter(article=self.story)
        if self.reason:
            # SQLite cannot look into lists within JSON. A quotation mark in a detail has a backslash before it.
            named = rf'[{{,] ?"rule": ?"{self.reason}"'
            comments = comments.annotate(reasons_text=Cast("reasons", TextField())).filter(reasons_text__regex=named)
        if self.writer:
            comments = comments.filter(writer=self.writer)
        if self.age:
            _words, age, is_older = AGES[self.age]
            moment = timezone.now() - age
            comments = comments.filter(created_at__lt=moment) if is_older else comments.filter(created_at__gte=moment)
        return comments


def _in_state(comments: QuerySet[Any], state: str) -> QuerySet[Any]:
    if state == REPORTED:
        # In the order in which they were reported: an old comment may be complained of today.
        is_open = Q(complaints__settled_at=None, complaints__pk__isnull=False)
        reported = Complaint.objects.filter(settled_at=None).values("comment")
        comments = comments.filter(status=Status.APPROVED, pk__in=reported)
        return comments.annotate(place=Min("complaints__pk", filter=is_open))
    comments = comments.filter(status=state)
    if state == Status.REJECTED:
        comments = comments.exclude(text="")  # emptied when their writers took them back
    return comments.annotate(place=F("pk"))


def number_in(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def for_cards(comments: QuerySet[Any]) -> QuerySet[Any]:
    """Have everything that cards show of comments read with them."""
    complaints = Complaint.objects.filter(settled_at=None).order_by("pk")
    return (
        comments.select_related("article__section__desk", "article__edition", "in_reply_to", "decided_by", "written_by")
        .defer("article__body", "article__computed_related")
        .prefetch_related(Prefetch("complaints", complaints, to_attr="open_complaints"))
    )


@dataclass(frozen=True)
class Card:
    """One comment, with what helps to decide on it."""

    comment: Comment
    place: int
    reasons: list[str]
    complaints: list[Complaint]
    past: list[str] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Tell whether there is nothing to approve: it is online, and nobody has complained."""
        return self.comment.status == Status.APPROVED and not self.complaints

    @property
    def other_complaints(self) -> int:
        """Return how many complaints the card does not show."""
        return max(0, len(self.complaints) - SHOWN_COMPLAINTS)

    @property
    def version(self) -> str:
        return version_of(self.comment)


def version_of(comment: Comment) -> str:
    """Return the version of a text, for optimistic locking: when it was last edited."""
    return comment.edited_at.isoformat() if comment.edited_at else ""


def cards_of(user: Any, comments: Iterable[Comment]) -> list[Card]:
    """Make the cards of comments that were read by `for_cards`, in a constant number of queries."""
    rows = list(comments)
    past = _past_of(user, {row.writer for row in rows if not row.is_newsroom and row.writer})
    return [
        Card(
            row,
            getattr(row, "place", row.pk),
            described(row.reasons),
            getattr(row, "open_complaints", []),
            _words_for(past.get(row.writer, Counter()) - Counter([row.status])),
        )
        for row in rows
    ]


def _past_of(user: Any, writers: set[str]) -> dict[str, "Counter[str]"]:
    """Count what each writer has written, by what became of it, as far as `user` may know."""
    past: dict[str, Counter[str]] = {}
    if writers:
        counted = queries.moderated_by(user).filter(writer__in=writers).order_by().values_list("writer", "status")
        for writer, status, count in counted.annotate(count=Count("pk")):
            past.setdefault(writer, Counter())[status] = count
    return past


def _words_for(counts: Mapping[str, int]) -> list[str]:
    approved, rejected, spam, waiting = (
        counts.get(status, 0) for status in (Status.APPROVED, Status.REJECTED, Status.SPAM, Status.WAITING)
    )
    words = [
        (approved, ngettext("%(count)d approved", "%(count)d approved", approved)),
        (rejected, ngettext("%(count)d rejected", "%(count)d rejected", rejected)),
        (spam, ngettext("%(count)d called spam", "%(count)d called spam", spam)),
        (waiting, ngettext("%(count)d waiting", "%(count)d waiting", waiting)),
    ]
    return [sentence % {"count": count} for count, sentence in words if count]


def find(user: Any, number: int) -> Comment | None:
    """Return a comment that a person may decide on. One that its writer took back is not there any more."""
    return for_cards(queries.moderated_by(user).exclude(text="").filter(pk=number)).first()


def thread_around(comment: Comment) -> tuple[list[Comment], bool]:
    """Return the thread in which a comment stands, in order, and whether more of it was left out.

    Of a very long one: its first comment, and those that stand nearest.
    """
    first = comment.thread_id or comment.pk
    rows = Comment.objects.filter(Q(pk=first) | Q(thread=first)).exclude(text="").select_related("in_reply_to")
    before = list(rows.filter(pk__lt=comment.pk).order_by("-pk")[: THREAD_BEFORE + 1])
    after = list(rows.filter(pk__gt=comment.pk).order_by("pk")[: THREAD_AFTER + 1])
    is_cut = len(before) > THREAD_BEFORE or len(after) > THREAD_AFTER
    shown = [*reversed(before[:THREAD_BEFORE]), comment, *after[:THREAD_AFTER]]
    if shown[0].pk != first:
        shown = [*rows.filter(pk=first), *shown]
    return shown, is_cut


def tidings(user: Any, since: int) -> list[Decision]:
    """Return what others have decided since the decision numbered `since`."""
    made = Decision.objects.filter(pk__gt=since, is_undone=False).exclude(made_by=user)
    made = made.filter(comment__in=queries.moderated_by(user).values("pk"))
    return list(made.select_related("made_by", "comment").order_by("pk")[:MOST_TIDINGS])


def last_decision() -> int:
    return Decision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def can_undo(user: Any) -> bool:
    return Decision.objects.filter(made_by=user, is_undone=False).exists()


# --- what can be chosen


def reason_choices() -> list[tuple[str, str]]:
    return [(rule, explain({"rule": rule, "detail": "…"})) for rule in REASONS]


def section_choices() -> list[Section]:
    """Return the sections in the order of the tree; those below a desk know it."""
    return list(Section.objects.select_related("desk").order_by("path"))


def edition_choices() -> list[Edition]:
    return list(Edition.objects.order_by("path"))
