"""What pages, the form and the newsroom read of comments."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from rotative.comments.models import Comment, CommentSettings, Discussion, ModerationDesk, Notice, Status
from rotative.comments.models.comments import COUNTS
from rotative.comments.models.settings import SETTINGS
from rotative.content.models import Article
from rotative.publishing import tracking
from rotative.publishing.tracking import query

PAGE = 50
MOST_COUNTS = 300
LATE_SECONDS = 600
FAILURES = 3
MODERATE = "comments.change_comment"


# --- readers' pages


@query(SETTINGS, shared=True)
def get_settings() -> CommentSettings:
    """Return how the paper takes comments; the defaults before anybody has changed them."""
    return CommentSettings.objects.first() or CommentSettings()


@dataclass
class Thread:
    """The first comment of a thread and the replies that stand on the page.

    `first` is empty when it was taken back; `continues` says that the page before shows it.
    """

    first: Comment | None
    replies: list[Comment] = field(default_factory=list)
    continues: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a discussion."""

    threads: list[Thread]
    count: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE))


@query("article:{article}/comments", covers=True)
def read_discussion(article: int, number: int = 1) -> Page:
    """Return page `number` of the comments on an article, from 1; a page that nobody has filled is empty."""
    approved = Comment.objects.approved().filter(article=article)
    start = (number - 1) * PAGE
    rows = list(approved.in_reading_order().select_related("thread", "in_reply_to")[start : start + PAGE + 1])
    count = start + len(rows)
    if len(rows) > PAGE or (number > 1 and not rows):
        count = approved.count()
    return Page(threads_of(rows[:PAGE]), count, number)


def threads_of(rows: Iterable[Comment]) -> list[Thread]:
    """Group comments in reading order into threads."""
    threads: dict[int, Thread] = {}
    for row in rows:
        if row.thread_id is None:
            threads[row.pk] = Thread(row)
            continue
        if row.thread_id not in threads:
            is_online = row.thread is not None and row.thread.status == Status.APPROVED
            threads[row.thread_id] = Thread(row.thread if is_online else None, continues=is_online)
        threads[row.thread_id].replies.append(row)
    return list(threads.values())


@query(COUNTS)
def latest_counts() -> list[tuple[str, int]]:
    """Return the addresses of the articles that were commented on last, each with its number of comments."""
    discussions = Discussion.objects.select_related("article").defer("article__body").order_by("-latest")
    # One that was taken back is read as well: the fragment notes its key, and hears of it when it comes back.
    return [(row.article.address, row.count) for row in discussions[:MOST_COUNTS] if row.article.live]


@query("article:{pk}")
def find_discussed(pk: int) -> Article | None:
    """Return a live article with what a page of its discussion says of it."""
    return find_article(pk)


def page_numbers(article: int) -> range:
    """Return the numbers of the pages of a discussion after the first, which stands below the article itself."""
    found = Discussion.objects.filter(article=article).values_list("count", flat=True).first()
    return _numbers(found or 0)


def long_discussions() -> Iterator[tuple[Article, range]]:
    """Yield live articles whose discussions have more than one page, with the numbers of those after the first."""
    discussions = Discussion.objects.filter(count__gt=PAGE, article__live=True).select_related("article")
    for discussion in discussions.order_by("pk").iterator():
        yield discussion.article, _numbers(discussion.count)


def _numbers(count: int) -> range:
    return range(2, -(-count // PAGE) + 1)


def article_of(key: str) -> Article | None:
    """Return the live article whose comments a key names, or None for another key."""
    match = re.fullmatch(r"article:([0-9]{1,18})/comments", key)
    found: Article | None = Article.objects.live().filter(pk=match[1]).first() if match else None
    return found


def is_closed_by_hand(article: Article, settings: CommentSettings) -> bool:
    """Tell whether somebody has closed the comments: on the article, on its section or desk, or everywhere."""
    section = article.section
    desk = section.desk if section.desk_id else None
    return bool(
        settings.is_closed or article.comments_closed or section.comments_closed or (desk and desk.comments_closed)
    )


def closes_at(article: Article, settings: CommentSettings) -> datetime | None:
    """Return when the comments on an article close by themselves, or None."""
    if not settings.closes_after_days or article.published_at is None:
        return None
    return article.published_at + timedelta(days=settings.closes_after_days)


def is_open(article: Article) -> bool:
    """Tell whether one can comment on an article now. A page that says so is another one after that moment."""
    settings = get_settings()
    if is_closed_by_hand(article, settings):
        return False
    moment = closes_at(article, settings)
    if moment is None:
        return True
    if moment <= timezone.now():
        return False
    tracking.expires(moment)
    return True


# --- the form


def find_article(pk: int) -> Article | None:
    """Return a live article with what tells whether it can be commented on."""
    found: Article | None = Article.objects.live().select_related("section__desk").filter(pk=pk).first()
    return found


def find_online(pk: int) -> Comment | None:
    """Return a comment that readers see now."""
    found: Comment | None = (
        Comment.objects.approved()
        .select_related("article__section__desk", "thread")
        .filter(pk=pk, article__live=True)
        .first()
    )
    return found


def count_since(moment: datetime, most: int, network: str | None = None) -> int:
    """Count the comments that came in since `moment`, at most `most` of them."""
    recent = Comment.objects.filter(created_at__gte=moment)
    if network is not None:
        recent = recent.filter(network=network)
    return len(recent.order_by().values_list("pk", flat=True)[:most])


def page_of(comment: Comment) -> int:
    """Return the number of the page of its discussion on which a comment stands that readers see."""
    approved = Comment.objects.approved().filter(article=comment.article_id)
    order = list(approved.in_reading_order().values_list("pk", flat=True))
    return order.index(comment.pk) // PAGE + 1 if comment.pk in order else 1


def own_comments(email: str) -> QuerySet[Comment]:
    """Return everything that was written under an e-mail."""
    found: QuerySet[Comment] = (
        Comment.objects.filter(email__iexact=email, is_newsroom=False).select_related("article").order_by("-pk")
    )
    return found


def newest(limit: int) -> list[Comment]:
    """Return the newest comments that readers see."""
    return list(Comment.objects.approved().filter(article__live=True).select_related("article").order_by("-pk")[:limit])


# --- those who look after the server


@dataclass(frozen=True)
class Report:
    """How the comments are."""

    waiting: int
    oldest_seconds: float  # of those that wait
    mails_due: int
    mails_late: int  # of those, that should have been tried by now: nobody works
    mails_refused: int  # of those, that the mail server did not take, again and again


def report() -> Report:
    waiting = Comment.objects.waiting()
    oldest = waiting.order_by("pk").values_list("created_at", flat=True).first()
    due = Notice.objects.filter(state=Notice.State.DUE)
    late = timezone.now() - timedelta(seconds=LATE_SECONDS)
    return Report(
        waiting=waiting.count(),
        oldest_seconds=(timezone.now() - oldest).total_seconds() if oldest else 0.0,
        mails_due=due.count(),
        mails_late=due.filter(due_at__lt=late).count(),
        mails_refused=due.filter(attempts__gte=FAILURES).count(),
    )


# --- the newsroom


def on_article(article: int) -> QuerySet[Comment]:
    """Return everything that was written below an article, whatever became of it."""
    found: QuerySet[Comment] = Comment.objects.filter(article=article)
    return found


def written_here() -> QuerySet[Any]:
    """Return the numbers of the articles on which people have said or decided something here, and no import."""
    of_people = Q(network__gt="") | Q(is_newsroom=True) | Q(decided_by__isnull=False)
    return Comment.objects.filter(of_people).order_by().values_list("article", flat=True)


def may_moderate(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_perm(MODERATE))


def moderated_by(user: Any) -> QuerySet[Comment]:
    """Return the comments that a person may decide on: those of their sections and editions."""
    comments: QuerySet[Comment] = Comment.objects.all()
    if not may_moderate(user):
        return comments.none()
    desk = ModerationDesk.objects.filter(user=user).first()
    if desk is None:
        return comments
    sections = [section.pk for section in desk.sections.all()]
    editions = [edition.pk for edition in desk.editions.all()]
    if sections:
        comments = comments.filter(Q(article__section__in=sections) | Q(article__section__desk__in=sections))
    if editions:
        in_edition = Article.other_editions.through.objects.filter(edition__in=editions).values("article")
        comments = comments.filter(Q(article__edition__in=editions) | Q(article__in=in_edition))
    return comments
