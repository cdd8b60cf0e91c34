"""A newsroom that does everything a newsroom can do, beside a publisher that may be stopped between any two steps.

Each rule is something that an editor, a developer at a prompt, or the clock does to a small newspaper; they pick names
and addresses from small sets, so that they get into each other's way. Between the rules the publisher is stepped some
moments on, dropped and made anew, or run until it is idle. When it is idle the store must be what a full rebuild would
make: the same paths, status, bytes, edges and files (`tests/publishing/rebuild.py`).
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file_jpeg
from wagtail.models import Page, Revision

from rotative.comments import deciding, privacy
from rotative.comments.models import Comment, CommentSettings, Status
from rotative.content import actions
from rotative.content.models import (
    Article,
    Author,
    Byline,
    Correction,
    Edition,
    Home,
    MenuItem,
    Newspaper,
    Picture,
    RelatedStory,
    Section,
    SocialAccount,
    StandingPage,
    Topic,
    Withdrawal,
    WithdrawalKind,
)
from rotative.content.models.images import make_copies
from rotative.management.schedule import publish_due
from rotative.publishing.models import Invalidation, StoredPage
from rotative.publishing.publisher import Publisher, Step
from rotative.publishing.renderers import InProcessRenderer
from rotative.publishing.store import Store
from rotative.publishing.storing import Disk
from rotative.publishing.writing import writing
from tests import builders
from tests.publishing.rebuild import differences_from_rebuild

CHANGES_BEFORE_REST = 6  # a comparison takes as long as ten changes
SLICE_PAGES = 5  # small, so that editors get in between the slices of one change
# Two months that touch, a year apart from them, and an hour that is April in Porto-Novo and March in Greenwich.
MARCH = datetime(2026, 3, 12, 9, tzinfo=UTC)
ALMOST_APRIL = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
LAST_YEAR = datetime(2025, 6, 1, 12, tzinfo=UTC)

which = st.integers(0, 3)  # one of several things that are there: the first, the second …
some = st.lists(st.integers(0, 2), max_size=2, unique=True)
words = st.sampled_from(["Crue", "Grève", "Marché", "Vote"])
slugs = st.sampled_from(["crue", "greve", "eau", "budget", "archives-du-port"])
paths = st.sampled_from(["/ancien", "/politique/vote", "/sujets/eau", "/economie", "/politique/budget/crue"])
dates = st.sampled_from([None, "undated", MARCH, ALMOST_APRIL, LAST_YEAR])
flags = st.booleans()

states = st.sampled_from([Status.APPROVED, Status.APPROVED, Status.WAITING, Status.REJECTED])

MOST_MOMENTS = 7  # of the publisher between two changes

counted: Counter[str] = Counter()  # what was done in all examples, for a report


def found_the_paper() -> None:
    """Make the newspaper with which every example begins."""
    builders.a_newspaper()
    politics = builders.a_section("Politique")
    budget = builders.a_section("Budget", parent=politics)
    builders.a_section("Économie")
    benin, niger = builders.an_edition("Bénin"), builders.an_edition("Niger")
    water, cotton = builders.a_topic("Eau"), builders.a_topic("Coton")
    awa, kofi = builders.an_author("Awa Tossou"), builders.an_author("Kofi Ahou")
    picture = builders.a_picture(size=(40, 30), credit="Awa Tossou")
    builders._below(Home.objects.get(), StandingPage(title="À propos", slug="a-propos"))
    first = builders.an_article(
        "Vote", politics, edition=benin, topics=[water], authors=[awa], published_at=MARCH, lead_image=picture
    )
    builders.an_article("Crue", budget, edition=niger, topics=[water, cotton], authors=[kofi], published_at=LAST_YEAR)
    builders.put_on_front(Home.objects.get(), first)


def change(**arguments: st.SearchStrategy[Any]) -> Callable[[Callable[..., str]], Any]:
    """Make a rule of something that a newsroom does: one transaction, after which the publisher goes on a little.

    What the newsroom refuses does not happen. The rule returns what it did, for whoever reads a failing example.
    """

    def decorate(act: Callable[..., str]) -> Any:
        @wraps(act)
        def changed(self: "NewsroomMachine", moments: int, **drawn: Any) -> None:
            try:
                with writing():
                    said = act(self, **drawn)
            except (ValidationError, ProtectedError, NothingThereError) as refusal:
                said = f"{act.__name__} is refused: {type(refusal).__name__}"
                counted["refusals"] += 1
            else:
                self.changes_since_rest += 1
                counted["changes"] += 1
                counted[f"change: {act.__name__}"] += 1
            self.say(said)
            self.step(moments)

        # Hypothesis looks at the names of the arguments.
        changed.__signature__ = Signature(  # type: ignore[attr-defined]
            [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in ("self", "moments", *arguments)]
        )
        return rule(moments=st.integers(0, MOST_MOMENTS), **arguments)(changed)

    return decorate


class NothingThereError(Exception):
    """Raised when a rule finds nothing to change."""


def pick(rows: "models.QuerySet[Any] | Any", index: int) -> Any:
    """Return one of the rows, in the order in which they were made."""
    found = list(rows.order_by("pk"))
    if not found:
        raise NothingThereError
    return found[index % len(found)]


def picks(model: Any, indices: Sequence[int]) -> list[Any]:
    return list(
        {row.pk: row for index in indices if model.objects.exists() for row in [pick(model.objects, index)]}.values()
    )


def publish(page: Any) -> None:
    """Publish a page as the button of the newsroom does."""
    page.save_revision(clean=True).publish()


class NewsroomMachine(RuleBasedStateMachine):
    """One example: a day at the newspaper. It happens in a transaction that is rolled back at its end."""

    store: Path  # of the paper as `found_the_paper` left it, all rendered
    scratch: Path  # where examples keep theirs

    def __init__(self) -> None:
        super().__init__()
        counted["examples"] += 1
        self.savepoint = writing()
        self.savepoint.__enter__()
        self.changes_since_rest = 0
        self.root = self.scratch / "store"
        shutil.rmtree(self.root, ignore_errors=True)
        # The publisher replaces files and never writes into one: links do.
        shutil.copytree(self.store, self.root, copy_function=os.link)
        self.start_publisher()

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # --- the publisher

    def start_publisher(self) -> None:
        self.publisher = make_publisher(self.root)
        self.steps = self.publisher.steps()
        self.reached = "not started"

    def step(self, moments: int) -> None:
        """Let the publisher go on by some of its moments."""
        for _moment in range(moments):
            self.reached = next(self.steps)
        counted["moments"] += moments

    @rule()
    def crash(self) -> None:
        self.say("the publisher dies, and another starts")
        self.start_publisher()
        counted["crashes"] += 1

    @precondition(lambda self: self.changes_since_rest >= CHANGES_BEFORE_REST)
    @rule()
    def rest(self) -> None:
        self.say("the publisher comes to rest")
        self.come_to_rest()

    def come_to_rest(self) -> None:
        """Let the publisher do all there is to do, and compare the store with a rebuild."""
        # Twice: what was committed after the last drain wakes the loop as soon as it sleeps.
        for _turn in range(2):
            while next(self.steps) is not Step.IDLE:
                pass
        found = list(differences_from_rebuild(self.publisher.disk))
        self.changes_since_rest = 0
        counted["quiet points"] += 1
        counted["pages compared"] += StoredPage.objects.count()
        assert not found, "\n".join(["The store is not what a rebuild would make:", *found])

    def say(self, what: str) -> None:
        """Tell a reader of a failing example what happened, and where the publisher was by then."""
        note(f"  · {what}; the publisher has {self.reached}")

    # --- articles

    @change(
        title=words, slug=slugs, section=which, topics=some, authors=some, editions=some, pictured=flags, date=dates
    )
    def publish_article(
        self,
        title: str,
        slug: str,
        section: int,
        topics: list[int],
        authors: list[int],
        editions: list[int],
        pictured: bool,
        date: Any,
    ) -> str:
        editions_of_it = picks(Edition, editions)
        draft = builders.a_draft(
            title,
            slug=slug,
            topics=picks(Topic, topics),
            authors=picks(Author, authors),
            edition=editions_of_it[0] if editions_of_it else None,
            other_editions=editions_of_it[1:],
            lead_image=pick(Picture.objects, 0) if pictured else None,
            is_undated=date == "undated",
            published_at=None if date == "undated" else date,
        )
        place = pick(Section.objects, section)
        article = actions.publish_article(place, draft)
        return f"{article.address} is published: topics {topics}, authors {authors}, editions {editions}, date {date}"

    @change(
        article=which, field=st.sampled_from(["title", "kicker", "standfirst", "lead_caption", "place"]), word=words
    )
    def correct(self, article: int, field: str, word: str) -> str:
        page = pick(Article.objects.live(), article)
        setattr(page, field, word)
        publish(page)
        return f"{page.address} has another {field}: {word}"

    @change(article=which, word=words, pictured=flags)
    def correct_body(self, article: int, word: str, pictured: bool) -> str:
        page = pick(Article.objects.live(), article)
        blocks: list[tuple[str, Any]] = [("text", f"<p>{word} à Cotonou.</p>")]
        if pictured:
            blocks.append(("picture", {"image": pick(Picture.objects, 0), "caption": word}))
        page.body = blocks
        publish(page)
        return f"{page.address} has another body: {word}, {'a picture' if pictured else 'no picture'}"

    @change(article=which, slug=slugs)
    def readdress_article(self, article: int, slug: str) -> str:
        page = pick(Article.objects, article)
        old, page.slug = page.address, slug
        publish(page)
        return f"{old} is now {page.address}"

    @change(article=which)
    def unpublish_article(self, article: int) -> str:
        page = pick(Article.objects.live(), article)
        page.unpublish()
        return f"{page.address} is taken back"

    @change(article=which, by_base=flags)
    def republish_article(self, article: int, by_base: bool) -> str:
        page = pick(Article.objects.filter(live=False), article)
        page = Page.objects.get(pk=page.pk) if by_base else page
        page.get_latest_revision().publish()
        return f"{page.url_path} is published again"

    @change(article=which, by_base=flags)
    def delete_article(self, article: int, by_base: bool) -> str:
        page = pick(Article.objects, article)
        address = page.address
        privacy.delete_all_on(page.pk)
        (Page.objects.get(pk=page.pk) if by_base else page).delete()
        return f"{address} is deleted"

    @change(articles=some)
    def delete_articles_in_bulk(self, articles: list[int]) -> str:
        keys = [page.pk for page in picks(Article, articles)]
        for key in keys:
            privacy.delete_all_on(key)
        Article.objects.filter(pk__in=keys).delete()
        return f"the articles {keys} are deleted at once"

    @change(article=which, section=which, by_base=flags)
    def move_article(self, article: int, section: int, by_base: bool) -> str:
        page, target = pick(Article.objects, article), pick(Section.objects, section)
        old = page.address
        page = Page.objects.get(pk=page.pk) if by_base else page
        if not slug_is_free(page, target):
            raise NothingThereError
        page.move(target, "last-child")
        return f"{old} is moved to {target.address}"

    @change(article=which, date=dates)
    def redate(self, article: int, date: Any) -> str:
        page = pick(Article.objects, article)
        page.is_undated, page.published_at = date == "undated", None if date == "undated" else date
        publish(page)
        return f"{page.address} is dated {date}"

    @change(article=which, topics=some, authors=some, guest=flags)
    def recatalogue(self, article: int, topics: list[int], authors: list[int], guest: bool) -> str:
        page = pick(Article.objects, article)
        page.topics = picks(Topic, topics)
        page.bylines = [Byline(author=author) for author in picks(Author, authors)]
        if guest:
            page.bylines.add(Byline(guest="Une voisine"))
        publish(page)
        return f"{page.address} has topics {topics}, authors {authors}{' and a guest' if guest else ''}"

    # --- comments

    @change(article=which, answered=which, is_reply=flags, status=states)
    def comment(self, article: int, answered: int, is_reply: bool, status: str) -> str:
        page = pick(Article.objects, article)
        parent = pick(Comment.objects.filter(article=page, thread=None), answered) if is_reply else None
        made = builders.a_comment(page, in_reply_to=parent, status=status)
        return f"{made.pk} is said below {page.address}: {status}{f', to {parent.pk}' if parent else ''}"

    @change(comments=some, status=states)
    def decide(self, comments: list[int], status: str) -> str:
        chosen = picks(Comment, comments)
        deciding.decide(chosen, Status(status), None)
        return f"the comments {[comment.pk for comment in chosen]} are {status}"

    @change(comment=which, word=words, pinned=flags)
    def touch_comment(self, comment: int, word: str, pinned: bool) -> str:
        found = pick(Comment.objects, comment)
        deciding.edit(found, word, None, found.edited_at)
        deciding.pin(found, pinned)
        return f"comment {found.pk} says {word}{' and is pinned' if found.is_pinned else ''}"

    @change(comments=some)
    def delete_comments(self, comments: list[int]) -> str:
        chosen = picks(Comment, comments)
        numbers = [comment.pk for comment in chosen]
        for comment in chosen:
            privacy.delete_own(Comment.objects.filter(pk=comment.pk))
        return f"the comments {numbers} are deleted by who wrote them"

    @change(article=which, slug=slugs, how=st.sampled_from(["rename", "unpublish", "publish"]))
    def move_what_is_discussed(self, article: int, slug: str, how: str) -> str:
        page = pick(Article.objects.filter(discussion__isnull=False), article)
        old = page.address
        if how == "unpublish":
            page.unpublish()
        else:
            page.slug = slug if how == "rename" else page.slug
            publish(page)
        return f"{old}, which has comments: {how} to {page.slug}"

    @change(section=which, is_section=flags, closed=flags)
    def close_comments(self, section: int, is_section: bool, closed: bool) -> str:
        if is_section:
            page = pick(Section.objects.live(), section)
            page.comments_closed = closed
            publish(page)
            return f"comments in {page.address} are {'closed' if closed else 'open'}"
        settings = CommentSettings.load()
        settings.is_closed = closed
        settings.save()
        return f"comments are {'closed' if closed else 'open'} everywhere"

    @change(article=which, edition=which, others=some)
    def change_editions(self, article: int, edition: int, others: list[int]) -> str:
        page = pick(Article.objects, article)
        page.edition, page.other_editions = pick(Edition.objects, edition), picks(Edition, others)
        publish(page)
        return f"{page.address} stands in {page.edition} and the editions {others}"

    @change(article=which, ongoing=flags)
    def change_ongoing(self, article: int, ongoing: bool) -> str:
        page = pick(Article.objects.live(), article)
        page.is_ongoing = ongoing
        publish(page)
        return f"{page.address} is {'' if ongoing else 'not '}happening now"

    @change(article=which, pictured=flags)
    def change_picture(self, article: int, pictured: bool) -> str:
        page = pick(Article.objects.live(), article)
        page.lead_image = pick(Picture.objects, 0) if pictured else None
        publish(page)
        return f"{page.address} has {'a' if pictured else 'no'} picture"

    @change(article=which, word=words)
    def save_draft(self, article: int, word: str) -> str:
        page = pick(Article.objects, article)
        page.title = page.standfirst = word
        page.slug = f"brouillon-{word.lower()[:3]}"
        before = Invalidation.objects.count()
        page.save_revision()
        assert Invalidation.objects.count() == before, "A draft that nobody published has touched pages."
        return f"a draft of {page.url_path} is saved"

    @change(article=which, revision=which)
    def restore(self, article: int, revision: int) -> str:
        page = pick(Article.objects, article)
        old = pick(page.revisions, revision)
        old.as_object().save_revision(clean=True).publish()
        return f"{page.address} goes back to revision {revision}"

    @change(article=which, word=words)
    def admit_error(self, article: int, word: str) -> str:
        page = pick(Article.objects.live(), article)
        page.corrections.add(Correction(text=word, made_at=MARCH))
        publish(page)
        return f"{page.address} admits an error: {word}"

    @change(article=which, story=which)
    def pin_related(self, article: int, story: int) -> str:
        page, story = pick(Article.objects.live(), article), pick(Article.objects, story)
        page.related_stories = [RelatedStory(story=story)]
        publish(page)
        return f"{story.pk} is pinned below {page.address}"

    # --- articles, from a developer's prompt

    @change(article=which, word=words, delete=flags)
    def change_correction_alone(self, article: int, word: str, delete: bool) -> str:
        page = pick(Article.objects, article)
        if delete:
            pick(page.corrections.model.objects.filter(article=page), 0).delete()
            return f"a correction of {page.address} is deleted alone"
        Correction(article=page, text=word, made_at=MARCH).save()
        return f"a correction of {page.address} is saved alone: {word}"

    @change(article=which, author=which, delete=flags)
    def change_byline_alone(self, article: int, author: int, delete: bool) -> str:
        page, author = pick(Article.objects, article), pick(Author.objects, author)
        if delete:
            pick(Byline.objects.filter(article=page), 0).delete()
            return f"a byline of {page.address} is deleted alone"
        Byline(article=page, author=author, sort_order=9).save()
        return f"a byline of {page.address} is saved alone: {author}"

    @change(
        articles=some, change=st.sampled_from(["title", "is_ongoing", "lead_image", "published_at", "live", "withdraw"])
    )
    def update_in_bulk(self, articles: list[int], change: str) -> str:
        values: dict[str, Any] = {
            "title": {"title": "En masse"},
            "is_ongoing": {"is_ongoing": True},
            "lead_image": {"lead_image": None},
            "published_at": {"published_at": LAST_YEAR, "is_undated": False},
            "live": {"live": True, "first_published_at": MARCH},
            "withdraw": {"live": False},
        }[change]
        keys = [page.pk for page in picks(Article, articles)]
        Article.objects.filter(pk__in=keys).update(**values)
        return f"the articles {keys} are updated at once: {values}"

    @change(article=which, topic=which, how=st.sampled_from(["add", "remove", "clear"]))
    def relate_from_article(self, article: int, topic: int, how: str) -> str:
        page, topic = pick(Article.objects, article), pick(Topic.objects, topic)
        getattr(page.topics, how)(*([] if how == "clear" else [topic]))
        page.save()
        return f"{page.address}: topics.{how}({topic})"

    @change(article=which, topic=which, how=st.sampled_from(["add", "remove", "clear"]))
    def relate_from_topic(self, article: int, topic: int, how: str) -> str:
        page, topic = pick(Article.objects, article), pick(Topic.objects, topic)
        getattr(topic.articles, how)(*([] if how == "clear" else [page]))
        return f"{topic.address}: articles.{how}({page.address})"

    # --- hours

    @change(article=which, word=words, minutes=st.sampled_from([-5, -1, 60]))
    def schedule(self, article: int, word: str, minutes: int) -> str:
        page = pick(Article.objects, article)
        page.title, page.go_live_at = word, timezone.now() + timedelta(minutes=minutes)
        page.save_revision(approved_go_live_at=page.go_live_at)
        return f"{page.address} is to be published in {minutes} minutes"

    @change(article=which)
    def set_expiry(self, article: int) -> str:
        page = pick(Article.objects.live(), article)
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
        return f"the time of {page.address} is over"

    @change()
    def let_an_hour_pass(self) -> str:
        Revision.objects.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=MARCH)
        return f"an hour passes: {publish_due()} are published or taken down"

    # --- sections and editions

    @change(title=words, slug=slugs, desk=which, below_desk=flags)
    def open_section(self, title: str, slug: str, desk: int, below_desk: bool) -> str:
        parent: Page = pick(Section.objects.filter(desk=None), desk) if below_desk else Home.objects.get()
        section = parent.add_child(instance=Section(title=title, slug=slug))
        publish(section)
        return f"{section.address} is opened"

    @change(section=which, word=words, slug=st.none() | slugs)
    def rename_section(self, section: int, word: str, slug: str | None) -> str:
        page = pick(Section.objects, section)
        old, page.title, page.slug = page.address, word, slug or page.slug
        publish(page)
        return f"{old} is now {word} at {page.address}"

    @change(section=which, desk=which, below_desk=flags, by_base=flags)
    def move_section(self, section: int, desk: int, below_desk: bool, by_base: bool) -> str:
        page = pick(Section.objects, section)
        target: Page = pick(Section.objects.filter(desk=None), desk) if below_desk else Home.objects.get()
        if not page.can_move_to(target) or not slug_is_free(page, target):
            raise NothingThereError
        old = page.address
        (Page.objects.get(pk=page.pk) if by_base else page).move(target, "last-child")
        return f"{old} is moved below {target}"

    @change(section=which, other=which, position=st.sampled_from(["left", "right"]))
    def reorder_sections(self, section: int, other: int, position: str) -> str:
        page = pick(Section.objects, section)
        beside = pick(page.get_siblings(inclusive=False), other)
        Page.objects.get(pk=page.pk).move(beside, position)
        return f"{page.address} stands {position} of {beside.url_path}"

    @change(section=which, with_all=flags)
    def unpublish_section(self, section: int, with_all: bool) -> str:
        page = pick(Section.objects.live(), section)
        page.unpublish()
        if with_all:
            for below in page.get_descendants().live():
                below.unpublish()
        return f"{page.address} is taken back, {'with all' if with_all else 'without what is'} below it"

    @change(section=which)
    def republish_section(self, section: int) -> str:
        page = pick(Section.objects.filter(live=False), section)
        page.get_latest_revision().publish()
        return f"{page.address} is published again"

    @change(section=which)
    def close_section(self, section: int) -> str:
        page = pick(Section.objects.filter(numchild=0), section)
        page.delete()
        return f"{page.address} is deleted"

    @change(title=words, slug=slugs)
    def open_edition(self, title: str, slug: str) -> str:
        page = Home.objects.get().add_child(instance=Edition(title=title, slug=slug))
        publish(page)
        return f"the edition {page.address} is opened"

    @change(edition=which, word=words, slug=st.none() | slugs)
    def rename_edition(self, edition: int, word: str, slug: str | None) -> str:
        page = pick(Edition.objects, edition)
        old, page.title, page.slug = page.address, word, slug or page.slug
        publish(page)
        return f"the edition {old} is now {word} at {page.address}"

    @change(edition=which, how=st.sampled_from(["unpublish", "publish", "delete"]))
    def close_edition(self, edition: int, how: str) -> str:
        page = pick(Edition.objects, edition)
        publish(page) if how == "publish" else getattr(page, how)()
        return f"the edition {page.address}: {how}"

    # --- topics and authors

    @change(model=st.sampled_from([Topic, Author]), word=words, slug=slugs)
    def add_topic_or_author(self, model: Any, word: str, slug: str) -> str:
        row = model(name=word, slug=slug)
        row.full_clean()
        row.save()
        return f"{row.address} is made"

    @change(model=st.sampled_from([Topic, Author]), row=which, word=words, slug=st.none() | slugs)
    def rename_topic_or_author(self, model: Any, row: int, word: str, slug: str | None) -> str:
        row = pick(model.objects, row)
        old, row.name, row.slug = row.address, word, slug or row.slug
        row.full_clean()
        row.save()
        return f"{old} is now {word} at {row.address}"

    @change(topic=which, into=which)
    def merge_topics(self, topic: int, into: int) -> str:
        topic, into = pick(Topic.objects, topic), pick(Topic.objects, into)
        if topic == into:
            raise NothingThereError
        for article in topic.articles.all():
            article.topics.add(into)
            article.topics.remove(topic)
            article.save()
        topic.delete()
        return f"{topic.address} is merged into {into.address}"

    @change(model=st.sampled_from([Topic, Author]), row=which, in_bulk=flags)
    def delete_topic_or_author(self, model: Any, row: int, in_bulk: bool) -> str:
        row = pick(model.objects, row)
        address = row.address
        model.objects.filter(pk=row.pk).delete() if in_bulk else row.delete()
        return f"{address} is deleted"

    @change(author=which, pictured=flags, word=words)
    def describe_author(self, author: int, pictured: bool, word: str) -> str:
        row = pick(Author.objects, author)
        row.portrait = pick(Picture.objects, 0) if pictured else None
        row.role = row.biography = word
        row.save()
        return f"{row.address} is described: {word}"

    # --- fronts, pictures, the frame, addresses

    @change(front=st.integers(0, 2), articles=some)
    def arrange_front(self, front: int, articles: list[int]) -> str:
        page = Home.objects.get() if front == 0 else pick(Edition.objects, front)
        builders.put_on_front(page, *picks(Article, articles))
        return f"the front {page.address} leads with {articles}"

    @change(picture=which, field=st.sampled_from(["description", "credit", "title"]), word=words)
    def describe_picture(self, picture: int, field: str, word: str) -> str:
        row = pick(Picture.objects, picture)
        setattr(row, field, word)
        row.save()
        return f"picture {row.pk} has another {field}: {word}"

    @change(picture=which)
    def delete_picture(self, picture: int) -> str:
        row = pick(Picture.objects, picture)
        row.delete()
        return f"picture {picture} is deleted"

    @change(field=st.sampled_from(["name", "motto", "copyright_notice", "accent", "email"]), word=words)
    def change_settings(self, field: str, word: str) -> str:
        newspaper = Newspaper.load()
        setattr(newspaper, field, {"accent": "#123456", "email": "a@b.example"}.get(field, word))
        newspaper.save()
        return f"the paper's {field} is {word}"

    @change(section=which, word=words, how=st.sampled_from(["page", "path", "delete"]))
    def change_menu(self, section: int, word: str, how: str) -> str:
        if how == "delete":
            pick(MenuItem.objects, section).delete()
        elif how == "page":
            MenuItem.objects.create(newspaper=Newspaper.load(), page=pick(Section.objects, section), sort_order=1)
        else:
            MenuItem.objects.create(newspaper=Newspaper.load(), label=word, path="/en-continu/", sort_order=0)
        return f"the menu changes: {how} {section} {word}"

    @change(delete=flags)
    def change_social_accounts(self, delete: bool) -> str:
        if delete:
            pick(SocialAccount.objects, 0).delete()
        else:
            SocialAccount.objects.create(newspaper=Newspaper.load(), network="x", url="https://x.example/a")
        return f"a social account is {'deleted' if delete else 'added'}"

    @change(page=which, word=words, slug=slugs, how=st.sampled_from(["make", "change", "unpublish", "delete"]))
    def change_standing_page(self, page: int, word: str, slug: str, how: str) -> str:
        if how == "make":
            standing = Home.objects.get().add_child(instance=StandingPage(title=word, slug=slug))
            publish(standing)
            return f"{standing.address} is made"
        standing = pick(StandingPage.objects, page)
        if how == "change":
            standing.title, standing.slug = word, slug
            publish(standing)
        else:
            getattr(standing, how)()
        return f"{standing.address}: {how} {word}"

    @change(path=paths, other=paths, story=which, how=st.sampled_from(["page", "link", "move", "delete"]))
    def redirect_by_hand(self, path: str, other: str, story: int, how: str) -> str:
        if how == "delete":
            pick(Redirect.objects, story).delete()
            return f"redirect {story} is deleted"
        if how == "move":
            redirect = pick(Redirect.objects, story)
            Redirect.objects.filter(old_path=path).exclude(pk=redirect.pk).delete()
            redirect.old_path = path
            redirect.save()
            return f"redirect {story} begins at {path} now"
        Redirect.objects.filter(old_path=path).delete()
        if how == "link":
            Redirect.objects.create(old_path=path, redirect_link=other + "/")
            return f"{path} leads to {other}/"
        Redirect.objects.create(old_path=path, redirect_page=pick(Article.objects, story))
        return f"{path} leads to article {story}"

    @change(article=which, kind=st.sampled_from(WithdrawalKind.values), other=paths, word=words)
    def take_down(self, article: int, kind: str, other: str, word: str) -> str:
        page = pick(Article.objects.live(), article)
        withdrawal = Withdrawal.objects.filter(address=page.address).first() or Withdrawal(address=page.address)
        withdrawal.kind, withdrawal.target, withdrawal.notice = kind, other + "/", word
        actions.take_down(page, withdrawal, None)
        return f"{page.address} is taken down: {kind} {other} {word}"

    @change(withdrawal=which)
    def forget_withdrawal(self, withdrawal: int) -> str:
        row = pick(Withdrawal.objects, withdrawal)
        row.delete()
        return f"{row.address} was never taken down"

    @change(word=words, pictured=flags)
    def change_nameplate(self, word: str, pictured: bool) -> str:
        newspaper, home = Newspaper.load(), Home.objects.get()
        newspaper.nameplate = pick(Picture.objects, 0) if pictured else None
        newspaper.save()
        home.title = home.search_description = word
        publish(home)
        return f"the front page is called {word}; the paper has {'a' if pictured else 'no'} nameplate"

    @change(picture=which, anew=flags)
    def lose_copies(self, picture: int, anew: bool) -> str:
        row = pick(Picture.objects, picture)
        row.renditions.all().delete()
        if anew:
            make_copies([row])
        return f"the copies of picture {row.pk} are {'made anew' if anew else 'purged'}"

    @change(picture=which, size=st.sampled_from([(30, 40), (50, 20)]))
    def replace_picture(self, picture: int, size: tuple[int, int]) -> str:
        row = pick(Picture.objects, picture)
        row.file = get_test_image_file_jpeg(size=size)
        row.renditions.all().delete()
        row.save()
        return f"picture {row.pk} has another file"


def slug_is_free(page: Page, parent: Page) -> bool:
    """Tell whether the newsroom would let `page` move below `parent`."""
    return Page._slug_is_available(page.slug, parent, page=page)


def make_publisher(root: Path) -> Publisher:
    # No slice ends early because the machine is slow: the same seed gives the same story.
    return Publisher(
        Disk(Store(root)),
        ticks=[publish_due],
        renderer=InProcessRenderer(seconds=float("inf")),
        slice_pages=SLICE_PAGES,
    )
