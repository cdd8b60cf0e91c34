"""Posts, pages and attachments: what WordPress calls items."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.html import escape
from wagtail.models import Page

from rotative.comments.models import Comment, Status
from rotative.content.models import Article, MediaFile, Picture, StandingPage
from rotative.content.storage import signed_link
from rotative.exporters.wxr.bodies import absolute, html_of
from rotative.exporters.wxr.terms import Terms
from rotative.exporters.wxr.writing import Writer

APPROVED = {Status.APPROVED: "1", Status.WAITING: "0", Status.SPAM: "spam", Status.REJECTED: "trash"}
CHUNK = 100


@dataclass
class Numbers:
    """Items share one row of numbers: pages keep theirs, pictures and files come after them."""

    pictures: int = 0
    files: int = 0

    @classmethod
    def of_paper(cls) -> "Numbers":
        last_page = Page.objects.aggregate(last=Max("pk"))["last"] or 0
        last_picture = Picture.objects.aggregate(last=Max("pk"))["last"] or 0
        return cls(last_page, last_page + last_picture)


@dataclass
class Item:
    """What every item has."""

    number: int
    kind: str  # post, page, attachment
    title: str
    address: str
    slug: str
    status: str
    creator: str
    at: datetime | None
    changed_at: datetime | None = None
    content: str = ""
    excerpt: str = ""
    discussion: str = "closed"
    categories: list[tuple[str, str, str]] = field(default_factory=list)  # (domain, address, name)
    metas: dict[str, object] = field(default_factory=dict)
    attachment_url: str = ""


def write_item(writer: Writer, item: Item) -> None:
    """Write an item; its comments come from the table of comments."""
    with writer.element("item"):
        writer.text("title", item.title)
        writer.value("link", item.address)
        if item.at:
            writer.value("pubDate", format_datetime(item.at.astimezone(UTC)))
        writer.text("dc:creator", item.creator)
        # Not the address: it stays the name of the item when the paper stands elsewhere.
        writer.value("guid", f"{settings.SITE_URL}/?p={item.number}", {"isPermaLink": "false"})
        writer.value("description")
        writer.text("content:encoded", item.content)
        writer.text("excerpt:encoded", item.excerpt)
        writer.value("wp:post_id", item.number)
        _write_moments(writer, "wp:post_date", item.at)
        _write_moments(writer, "wp:post_modified", item.changed_at or item.at)
        writer.text("wp:comment_status", item.discussion)
        writer.text("wp:ping_status", "closed")
        writer.text("wp:post_name", item.slug)
        writer.text("wp:status", item.status)
        writer.value("wp:post_parent", 0)
        writer.value("wp:menu_order", 0)
        writer.text("wp:post_type", item.kind)
        writer.text("wp:post_password")
        writer.value("wp:is_sticky", 0)
        if item.attachment_url:
            writer.text("wp:attachment_url", item.attachment_url)
        for domain, address, name in item.categories:
            writer.text("category", name, {"domain": domain, "nicename": address})
        for key, value in item.metas.items():
            writer.meta(key, value)
        if item.kind == "post":
            _write_comments(writer, item.number)


def _write_moments(writer: Writer, name: str, moment: datetime | None) -> None:
    local = timezone.localtime(moment) if moment else None
    writer.text(name, f"{local:%Y-%m-%d %H:%M:%S}" if local else "0000-00-00 00:00:00")
    gmt = moment.astimezone(UTC) if moment else None
    writer.text(f"{name}_gmt", f"{gmt:%Y-%m-%d %H:%M:%S}" if gmt else "0000-00-00 00:00:00")


def _write_comments(writer: Writer, article: int) -> None:
    # A reply has a higher number than what it answers.
    for comment in Comment.objects.filter(article=article).order_by("pk").iterator(chunk_size=CHUNK):
        with writer.element("wp:comment"):
            writer.value("wp:comment_id", comment.pk)
            writer.text("wp:comment_author", comment.name)
            writer.text("wp:comment_author_email", comment.email)
            writer.value("wp:comment_author_url")
            writer.text("wp:comment_author_IP")
            _write_moments(writer, "wp:comment_date", comment.created_at)
            writer.text("wp:comment_content", escape(comment.text))
            writer.text("wp:comment_approved", APPROVED[Status(comment.status)])
            writer.text("wp:comment_type", "comment")
            writer.value("wp:comment_parent", comment.in_reply_to_id or comment.thread_id or 0)
            writer.value("wp:comment_user_id", 0)


# --- from our models to items


def write_articles(writer: Writer, terms: Terms, numbers: Numbers) -> int:
    articles = Article.objects.select_related("section", "edition", "lead_image").order_by("pk")
    count = 0
    for article in articles.prefetch_related("bylines__author", "topics", "other_editions", "corrections").iterator(
        CHUNK
    ):
        write_item(writer, _post(article, terms, numbers))
        count += 1
    return count


def _post(row: Article, terms: Terms, numbers: Numbers) -> Item:
    # Of what is not online, the newest words; of what is, those that readers see.
    article: Any = row if row.live or not row.latest_revision_id else row.get_latest_revision_as_object()
    bylines = list(article.bylines.all())
    logins = [terms.logins[line.author_id] for line in bylines if line.author_id]
    moment = article.published_at or row.first_published_at or (None if row.live else row.latest_revision_created_at)
    status = _status(row)
    return Item(
        number=row.pk,
        kind="post",
        title=article.title,
        address=absolute(row.address),
        slug=article.slug,
        status=status,
        creator=logins[0] if logins else terms.newsroom,
        at=row.go_live_at if status == "future" else moment,
        changed_at=row.latest_revision_created_at or row.last_published_at,
        content=html_of(article),
        excerpt=article.standfirst,
        discussion="closed" if article.comments_closed else "open",
        categories=_categories(article, row, terms, bylines),
        metas={
            "_thumbnail_id": numbers.pictures + article.lead_image_id if article.lead_image_id else "",
            "_yoast_wpseo_metadesc": article.search_description,
            "rotative_kicker": article.kicker,
            "rotative_lead_caption": article.lead_caption,
            "rotative_guests": ", ".join(line.guest for line in bylines if line.guest),
            "rotative_undated": 1 if article.is_undated else "",
        },
    )


def _status(row: Article) -> str:
    if row.live:
        return "publish"
    if row.approved_schedule and row.go_live_at and row.go_live_at > timezone.now():
        return "future"
    return "pending" if row.current_workflow_state else "draft"


def _categories(article: Any, row: Article, terms: Terms, bylines: list[Any]) -> list[tuple[str, str, str]]:
    pages = [row.section_id, article.edition_id, *(edition.pk for edition in article.other_editions.all())]
    found = [("category", *terms.categories[page]) for page in dict.fromkeys(pages) if page in terms.categories]
    found += [("post_tag", topic.slug, topic.name) for topic in article.topics.all()]
    if len(bylines) > 1:  # as Co-Authors Plus writes them
        found += [
            ("author", f"cap-{terms.logins[line.author_id]}", terms.logins[line.author_id])
            for line in bylines
            if line.author_id
        ]
    return found


def write_pages(writer: Writer, terms: Terms) -> int:
    count = 0
    for page in StandingPage.objects.order_by("pk"):
        item = Item(
            number=page.pk,
            kind="page",
            title=page.title,
            address=absolute(page.address),
            slug=page.slug,
            status="publish" if page.live else "draft",
            creator=terms.newsroom,
            at=page.first_published_at,
            changed_at=page.last_published_at,
            content=html_of(page),
            metas={"_yoast_wpseo_metadesc": page.search_description},
        )
        write_item(writer, item)
        count += 1
    return count


def write_attachments(writer: Writer, terms: Terms, numbers: Numbers) -> int:
    """Write pictures and files; WordPress fetches each: an original by a signed link, which holds for some weeks."""
    count = 0
    for picture in Picture.objects.order_by("pk").iterator(CHUNK):
        metas = {"_wp_attachment_image_alt": picture.description, "_wp_attached_file": picture.file.name}
        _write_attachment(writer, terms, picture, numbers.pictures, picture.credit, metas)
        count += 1
    for file in MediaFile.objects.order_by("pk").iterator(CHUNK):
        _write_attachment(writer, terms, file, numbers.files, "", {"_wp_attached_file": file.file.name})
        count += 1
    return count


def _write_attachment(
    writer: Writer, terms: Terms, row: Any, offset: int, credit: str, metas: dict[str, object]
) -> None:
    address = absolute(signed_link(row.file.name) if isinstance(row, Picture) else row.file.url)
    item = Item(
        number=offset + row.pk,
        kind="attachment",
        title=row.title,
        address=address,
        slug=PurePosixPath(row.file.name).stem,
        status="inherit",
        creator=terms.newsroom,
        at=row.created_at,
        excerpt=credit,  # WordPress shows it as the caption
        metas=metas,
        attachment_url=address,
    )
    write_item(writer, item)
