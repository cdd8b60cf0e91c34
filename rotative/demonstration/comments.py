"""Put comments below the articles of the demo newspaper, some of them waiting for whoever tries the queue."""

from datetime import datetime, timedelta

from rotative.comments.models import Comment, Proof, Status
from rotative.comments.models.comments import digest, fingerprint_of, writer_of
from rotative.comments.text import clean, fold
from rotative.content.models import Article
from rotative.demonstration.manuscripts import FOLDER, Table, read_table
from rotative.publishing.writing import writing

REASONS = {Status.WAITING: [{"rule": "newcomer", "detail": "0"}], Status.SPAM: [{"rule": "links", "detail": "3"}]}


@writing()
def write_comments(now: datetime) -> int:
    """Make the comments that are not there yet; return how many. Articles that somebody has deleted have none."""
    by_key: dict[str, Comment] = {}
    made = 0
    for entry in read_table(FOLDER / "comments.toml").tables("comments"):
        article = Article.objects.filter(slug=entry.text("article")).first()
        answered = by_key.get(entry.text("reply_to", ""))
        if article is None or (answered is None and "reply_to" in entry.values):
            continue
        comment, is_new = _find_or_make(entry, article, answered, now)
        made += is_new
        if "key" in entry.values:
            by_key[entry.text("key")] = comment
    return made


def _find_or_make(entry: Table, article: Article, answered: Comment | None, now: datetime) -> tuple[Comment, bool]:
    name, text = entry.text("name"), clean(entry.text("text"))
    status = Status(entry.one_of("state", Status.values))
    moment = (article.published_at or now) + timedelta(hours=entry.number("after_hours"))
    found: tuple[Comment, bool] = Comment.objects.get_or_create(
        fingerprint=fingerprint_of(article.pk, answered.pk if answered else None, name, text),
        defaults={
            "article": article,
            "thread": (answered.thread or answered) if answered else None,
            "in_reply_to": answered,
            "name": name,
            "text": text,
            "status": status,
            "is_newsroom": entry.boolean("newsroom", False),
            "created_at": min(moment, now),
            "reasons": REASONS.get(status, []),
            "proof": Proof.SOLVED,
            "writer": writer_of(name, ""),
            "text_digest": digest(fold(text)),
        },
    )
    return found
