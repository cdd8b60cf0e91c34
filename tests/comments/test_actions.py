from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from rotative.accounts.models import User
from rotative.comments import actions, queries
from rotative.comments.actions import Post
from rotative.comments.captcha import Solution
from rotative.comments.errors import ClosedError, InvalidError, QueueFullError
from rotative.comments.models import (
    Comment,
    CommentSettings,
    Complaint,
    Decision,
    Discussion,
    Notice,
    Proof,
    SpentChallenge,
    Status,
)
from rotative.content.models import Article
from rotative.publishing.models import Invalidation
from tests.builders import a_comment, a_section, an_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return an_article("Le pont", published_at=timezone.now())


@pytest.fixture
def moderator() -> User:
    return User.objects.create_superuser("moderatrice", "moderatrice@essai.example", "un mot de passe bien long")


def a_solution(nonce: str = "n1") -> Solution:
    return Solution(Proof.SOLVED, nonce, timezone.now() + timedelta(minutes=19))


def a_post(**fields: Any) -> Post:
    known = {"name": "Awa", "text": "Bonjour", "solution": a_solution(), "address": "41.85.160.7"}
    return Post(**{**known, **fields})


def touched() -> set[str]:
    keys = set(Invalidation.objects.values_list("key", flat=True))
    Invalidation.objects.all().delete()
    return keys


def approved_once(article: Article, moderator: User, **fields: Any) -> Comment:
    comment = actions.submit(article, a_post(**fields)).comment
    actions.decide([comment], Status.APPROVED, moderator)
    return Comment.objects.get(pk=comment.pk)


# --- what comes in


def test_a_first_comment_waits_and_touches_no_page(article: Article) -> None:
    touched()
    comment = actions.submit(article, a_post()).comment
    assert comment.status == Status.WAITING
    assert [reason["rule"] for reason in comment.reasons] == ["newcomer"]
    assert touched() == set()


def test_an_approved_comment_touches_its_article_and_the_counts_alone(article: Article, moderator: User) -> None:
    comment = actions.submit(article, a_post()).comment
    touched()
    actions.decide([comment], Status.APPROVED, moderator)
    assert touched() == {f"article:{article.pk}/comments", "site:comment-counts"}
    actions.edit(Comment.objects.get(pk=comment.pk), "Bonsoir", moderator)
    assert touched() == {f"article:{article.pk}/comments"}
    actions.decide([Comment.objects.get(pk=comment.pk)], Status.APPROVED, moderator)
    assert touched() == set(), "nothing that readers see is another"


def test_who_was_approved_appears_at_once_the_next_time(article: Article, moderator: User) -> None:
    approved_once(article, moderator, email="awa@lecteurs.example")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        again = a_post(text="Encore", email="AWA@lecteurs.example", name="awa", solution=a_solution("n2"))
        assert actions.submit(article, again).comment.status == Status.APPROVED
        stranger = a_post(text="Moi aussi", email="autre@lecteurs.example", solution=a_solution("n3"))
        assert actions.submit(article, stranger).comment.status == Status.WAITING


def test_a_name_alone_is_known_only_where_it_was_approved_from(article: Article, moderator: User) -> None:
    approved_once(article, moderator)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        near = a_post(text="Encore", address="41.85.160.99", solution=a_solution("n2"))
        assert actions.submit(article, near).comment.status == Status.APPROVED
        far = a_post(text="Un imposteur", address="102.64.1.1", solution=a_solution("n3"))
        assert actions.submit(article, far).comment.status == Status.WAITING


def test_who_was_refused_since_is_read_first_again(article: Article, moderator: User) -> None:
    approved_once(article, moderator)
    a_comment(article, name="Awa", network="41.85.160.0/24", status=Status.REJECTED)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        post = a_post(text="Encore", solution=a_solution("n2"))
        assert actions.submit(article, post).comment.status == Status.WAITING


def test_what_the_program_approved_earns_no_trust(article: Article) -> None:
    a_comment(article, name="Awa", network="41.85.160.0/24", status=Status.APPROVED)
    assert actions.submit(article, a_post()).comment.status == Status.WAITING


def test_a_proof_is_spent_once_and_the_second_comment_waits(article: Article, moderator: User) -> None:
    approved_once(article, moderator)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        replayed = actions.submit(article, a_post(text="Autre chose")).comment
    assert (replayed.status, replayed.proof) == (Status.WAITING, Proof.REPLAYED)
    assert SpentChallenge.objects.count() == 1


def test_two_taps_make_one_comment_and_spend_one_proof(article: Article) -> None:
    first = actions.submit(article, a_post()).comment
    second = actions.submit(article, a_post(solution=a_solution("n2"))).comment
    assert first.pk == second.pk
    assert Comment.objects.count() == SpentChallenge.objects.count() == 1


def test_the_same_words_elsewhere_are_another_comment_and_wait(article: Article, moderator: User) -> None:
    text = "Une opinion que je porte de page en page."
    approved_once(article, moderator, text=text)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        other = actions.submit(an_article("Autre"), a_post(text=text, solution=a_solution("n2"))).comment
    assert [reason["rule"] for reason in other.reasons] == ["twin"]


@pytest.mark.parametrize(("text", "days", "rules"), [("x" * 20, 29, ["twin"]), ("x" * 20, 31, []), ("x" * 19, 1, [])])
def test_words_are_the_same_for_thirty_days_and_from_twenty_characters(
    text: str, days: int, rules: list[str], article: Article, moderator: User
) -> None:
    approved_once(article, moderator)
    a_comment(article, text=text, status=Status.APPROVED, created_at=timezone.now() - timedelta(days=days))
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        again = actions.submit(article, a_post(text=text, solution=a_solution("n2"))).comment
    assert [reason["rule"] for reason in again.reasons] == rules


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"text": ""}, {"text"}), ({"text": "x" * 5001}, {"text"}), ({"name": "x" * 61}, {"name"})],
)
def test_only_what_is_empty_or_too_long_is_refused(fields: dict[str, str], wrong: set[str], article: Article) -> None:
    with pytest.raises(InvalidError) as caught:
        actions.submit(article, a_post(**fields))
    assert set(caught.value.errors) == wrong
    assert actions.submit(article, a_post(text="x" * 5000, name="x" * 60)).comment.pk


def test_a_wrong_email_costs_the_mail_and_not_the_comment(article: Article) -> None:
    receipt = actions.submit(article, a_post(email="awa@", wants_replies=True))
    assert receipt.has_bad_email
    assert (receipt.comment.email, receipt.comment.wants_replies) == ("", False)


def test_who_gives_no_name_is_anonymous() -> None:
    post = actions.make_post({"text": "x", "name": " \u200b "}, a_solution(), "")
    assert post.name == "Anonyme"


@pytest.mark.parametrize("answered", ["", "x", "0", "9" * 18, "9" * 19, "9" * 23, "-1", "1; DROP"])
def test_a_reply_to_nothing_is_a_comment(answered: str, article: Article) -> None:
    post = actions.make_post({"text": "Oui", "in_reply_to": answered}, a_solution(), "")
    assert actions.submit(article, post).comment.thread is None


def test_a_reply_to_a_reply_stands_in_the_thread(article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED)
    second = a_comment(article, status=Status.APPROVED, in_reply_to=first)
    third = actions.submit(article, a_post(in_reply_to=second.pk)).comment
    assert (third.thread, third.in_reply_to) == (first, second)


def test_nobody_replies_to_what_is_not_online_or_stands_elsewhere(article: Article) -> None:
    for hidden in (a_comment(article), a_comment(an_article("Autre"), status=Status.APPROVED)):
        post = a_post(text=f"À {hidden.pk}", in_reply_to=hidden.pk)
        assert actions.submit(article, post).comment.thread is None


# --- when it is closed


def test_comments_close_by_hand_everywhere_by_section_by_desk_and_by_article(article: Article) -> None:
    def is_open() -> bool:
        return queries.is_open(Article.objects.get(pk=article.pk))

    assert is_open()
    desk = a_section("Bureau")
    desk.comments_closed = True
    desk.save()
    below = an_article("Ailleurs", a_section("Rubrique", desk), published_at=timezone.now())
    assert not queries.is_open(Article.objects.get(pk=below.pk))
    assert is_open()
    CommentSettings.objects.create(is_closed=True)
    assert not is_open()
    with pytest.raises(ClosedError):
        actions.submit(Article.objects.get(pk=article.pk), a_post())
    CommentSettings.objects.update(is_closed=False)
    assert is_open()
    article.comments_closed = True
    article.save()
    assert not is_open()


def test_comments_close_by_themselves_after_some_days(article: Article) -> None:
    CommentSettings.objects.create(closes_after_days=7)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert queries.is_open(article)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert not queries.is_open(article)
        CommentSettings.objects.update(closes_after_days=0)
        assert queries.is_open(article)


def test_comments_are_closed_from_the_very_moment_on(article: Article) -> None:
    CommentSettings.objects.create(closes_after_days=7)
    assert article.published_at
    with time_machine.travel(article.published_at + timedelta(days=7), tick=False):
        assert not queries.is_open(article)


def test_words_that_were_edited_are_compared_as_they_are_now(article: Article, moderator: User) -> None:
    comment = a_comment(article, text="Un marabout garantit le retour affectif")
    actions.edit(comment, "Le pont est fermé depuis lundi matin", moderator)
    actions.decide([comment], Status.SPAM, moderator)
    again = actions.submit(article, a_post(text="Le pont est fermé depuis lundi matin")).comment
    assert again.status == Status.SPAM


# --- under a flood


def test_the_queue_is_bounded_and_a_proof_passes_all_the_same(article: Article, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "MOST_UNPROVED", 3)
    unproved = Solution(Proof.MISSING)
    for number in range(3):
        actions.submit(article, a_post(text=f"Flot {number}", solution=unproved))
    with pytest.raises(QueueFullError):
        actions.submit(article, a_post(text="Flot 4", solution=unproved))
    assert Comment.objects.count() == 3
    assert actions.submit(article, a_post(text="Une vraie lectrice")).comment.pk


def test_the_work_rises_where_much_is_written(article: Article) -> None:
    before = actions.work_for("41.85.160.7")
    for _number in range(25):
        a_comment(article, network="41.85.160.0/24")
    assert before == 0
    assert actions.work_for("41.85.160.200") == 1
    assert actions.work_for("102.64.1.1") == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert actions.work_for("41.85.160.7") == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("41.85.160.7", "41.85.160.0/24"),
        ("::ffff:41.85.160.7", "41.85.160.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
        ("unknown", ""),
        ("41.85.160.7:8000", ""),
    ],
)
def test_the_network_of_an_address_is_what_is_kept(address: str, network: str) -> None:
    assert actions.network_of(address) == network


def test_a_flood_of_what_is_put_aside_as_spam_is_bounded_too(article: Article, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "MOST_SPAM", 2)
    posts = [a_post(text=f"Flot {number}", trap="x", solution=Solution(Proof.MISSING)) for number in range(3)]
    for post in posts[:2]:
        actions.submit(article, post)
    with pytest.raises(QueueFullError):
        actions.submit(article, posts[2])
    unproved = a_post(text="Une lectrice sans script", solution=Solution(Proof.MISSING))
    assert actions.submit(article, unproved).comment.pk, "the others have room of their own"


def test_who_says_later_what_was_refused_once_is_heard(article: Article, moderator: User) -> None:
    refused = actions.submit(article, a_post(text="Merci")).comment
    actions.decide([refused], Status.SPAM, moderator)
    assert actions.submit(article, a_post(text="Merci")).comment.pk == refused.pk, "a second tap"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        again = actions.submit(article, a_post(text="Merci", solution=a_solution("n2"))).comment
        assert again.pk != refused.pk and again.status == Status.WAITING
        assert actions.submit(article, a_post(text="Merci")).comment.pk == again.pk
    other = a_post(text="Merci", email="autre@lecteurs.example", solution=a_solution("n3"))
    assert actions.submit(article, other).comment.email == "autre@lecteurs.example"


# --- moderators


def test_what_was_decided_is_undone_with_one_key(article: Article, moderator: User) -> None:
    one, two = a_comment(article), a_comment(article)
    actions.decide([one, two], Status.SPAM, moderator)
    three = a_comment(article)
    actions.decide([three], Status.APPROVED, moderator)
    assert [comment.pk for comment in actions.undo(moderator)] == [three.pk]
    assert {comment.pk for comment in actions.undo(moderator)} == {one.pk, two.pk}
    assert actions.undo(moderator) == []
    assert set(Comment.objects.values_list("status", "decided_by")) == {(Status.WAITING, None)}
    assert not Discussion.objects.exists()


def test_undoing_leaves_alone_what_somebody_else_decided_since(article: Article, moderator: User) -> None:
    other = User.objects.create_user("autre")
    comment = a_comment(article)
    actions.decide([comment], Status.SPAM, moderator)
    actions.decide([Comment.objects.get(pk=comment.pk)], Status.APPROVED, other)
    assert actions.undo(moderator) == []
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED


def test_undoing_gives_a_decision_back_to_whoever_made_it(article: Article, moderator: User) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    actions.decide([comment], Status.REJECTED, moderator)
    actions.undo(moderator)
    restored = Comment.objects.get(pk=comment.pk)
    assert (restored.status, restored.decided_by, restored.decided_at) == (Status.APPROVED, None, None)


def test_why_a_comment_waited_is_remembered_after_the_decision(article: Article, moderator: User) -> None:
    comment = actions.submit(article, a_post()).comment
    actions.decide([comment], Status.APPROVED, moderator)
    assert Comment.objects.get().reasons == comment.reasons != []


def test_each_decision_is_kept_with_who_made_it(article: Article, moderator: User) -> None:
    comment = a_comment(article)
    actions.decide([comment], Status.REJECTED, moderator)
    decision = Decision.objects.get()
    assert (decision.before, decision.after, decision.made_by) == (Status.WAITING, Status.REJECTED, moderator)


def test_the_count_follows_what_is_approved(article: Article, moderator: User) -> None:
    comments = [a_comment(article) for _number in range(3)]
    actions.decide(comments, Status.APPROVED, moderator)
    assert Discussion.objects.get().count == 3
    actions.decide([Comment.objects.get(pk=comments[0].pk)], Status.REJECTED, moderator)
    assert Discussion.objects.get().count == 2
    Comment.objects.get(pk=comments[1].pk).delete()
    assert Discussion.objects.get().count == 1
    actions.delete_all_on(article.pk)
    assert not Discussion.objects.exists() and not Comment.objects.exists()


def test_an_answer_of_the_newsroom_approves_what_it_answers(article: Article, moderator: User) -> None:
    comment = a_comment(article)
    made = actions.answer(comment, "Merci de votre lecture.", "L’Essai", moderator)
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED
    assert made.is_newsroom and made.thread == comment and made.status == Status.APPROVED
    assert actions.answer(comment, "Merci de votre lecture.", "L’Essai", moderator).pk == made.pk
    with pytest.raises(InvalidError):
        actions.answer(comment, "  ", "L’Essai", moderator)


def test_only_the_first_of_a_thread_can_be_pinned(article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED)
    reply = a_comment(article, status=Status.APPROVED, in_reply_to=first)
    actions.pin(first, True)
    actions.pin(reply, True)
    assert set(Comment.objects.filter(is_pinned=True)) == {first}


def test_a_mark_says_that_words_were_changed_and_the_old_ones_are_kept(article: Article, moderator: User) -> None:
    from wagtail.models import ModelLogEntry

    comment = a_comment(article, status=Status.APPROVED, text="Avant")
    actions.edit(comment, "Après", moderator)
    assert Comment.objects.get().edited_at
    assert ModelLogEntry.objects.get(action=actions.EDIT).data == {"before": "Avant", "after": "Après"}
    with pytest.raises(InvalidError):
        actions.edit(comment, "\u200b", moderator)


# --- readers


MERCI = {"name": "", "text": "Merci !"}


def thank(article: Article, device: str, **fields: str) -> Comment:
    return actions.submit(article, actions.make_post({**MERCI, **fields}, actions.UNPROVED, device)).comment


def test_two_readers_with_the_same_short_words_are_two(article: Article) -> None:
    made = [thank(article, f"41.85.160.{number}") for number in (1, 1, 2, 2, 1, 3)]
    assert len({comment.pk for comment in made}) == Comment.objects.count() == 3


def test_one_reader_on_another_network_says_the_same_once(article: Article) -> None:
    long = "Ces mots-là, personne d’autre ne les écrit ainsi."
    for device in ("41.85.160.1", "102.64.1.1"):
        thank(article, device, email="awa@lecteurs.example")
        thank(article, device, text=long)
    assert Comment.objects.count() == 2


def test_the_same_short_words_in_the_same_moment_are_two(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    first = thank(article, "41.85.160.1")
    look, seen = actions._find_same, iter([(first.fingerprint, None)])
    monkeypatch.setattr(actions, "_find_same", lambda *what: next(seen, None) or look(*what))
    assert thank(article, "41.85.160.2") != first
    assert Comment.objects.count() == 2


def test_the_same_words_of_very_many_are_taken_for_the_last(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_TURNS", 3)
    made = [thank(article, f"41.85.160.{number}") for number in range(5)]
    assert [comment.pk for comment in made[2:]] == [made[2].pk] * 3


def test_each_complaint_is_heard_but_a_second_tap_and_a_decision_settles_them(
    article: Article, moderator: User
) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    assert actions.complain(comment, Complaint.Ground.INSULT, "<b>mot</b>\nsuite", "41.85.160.7")
    assert actions.complain(comment, Complaint.Ground.INSULT, "<b>mot</b> suite", "41.85.160.7")
    assert actions.complain(comment, Complaint.Ground.FALSE, "encore", "41.85.160.7")
    assert actions.complain(comment, Complaint.Ground.FALSE, "encore", "41.85.160.8")
    assert Complaint.objects.filter(settled_at=None, network="41.85.160.0/24").count() == 3
    actions.decide([comment], Status.APPROVED, moderator)
    assert not Complaint.objects.filter(settled_at=None).exists()
    settled = set(Complaint.objects.values_list("settled_at", flat=True))
    actions.decide([comment], Status.APPROVED, moderator)
    assert set(Complaint.objects.values_list("settled_at", flat=True)) == settled, (
        "each by the decision that settled it"
    )
    assert actions.complain(comment, Complaint.Ground.FALSE, "encore", "41.85.160.8")
    assert Complaint.objects.filter(settled_at=None).count() == 1


def test_who_deletes_their_words_leaves_the_replies_of_others(article: Article) -> None:
    place = {"address": "41.85.160.7", "network": "41.85.160.0/24"}
    known = {"email": "awa@lecteurs.example", "name": "Awa", "text": "Mon secret", **place}
    first = a_comment(article, status=Status.APPROVED, reasons=[{"rule": "suspect", "detail": "secret"}], **known)
    reply = a_comment(article, status=Status.APPROVED, in_reply_to=first)
    alone = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example")
    assert actions.delete_own(queries.own_comments("AWA@lecteurs.example")) == 2
    left = Comment.objects.get(pk=first.pk)
    assert (left.name, left.text, left.email, left.address, left.network) == ("",) * 5
    assert left.reasons == [], "where words of it may stand"
    assert left.status == Status.REJECTED
    assert Comment.objects.filter(pk=reply.pk).exists()
    assert not Comment.objects.filter(pk=alone.pk).exists()
    assert Discussion.objects.get().count == 1
    page = queries.read_discussion(article.pk)
    assert [(thread.first, thread.replies) for thread in page.threads] == [(None, [reply])]


def test_nothing_of_deleted_words_stays_in_history_or_mails(article: Article, moderator: User) -> None:
    from wagtail.models import ModelLogEntry

    first = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True)
    reply = a_comment(article, in_reply_to=first, email="koffi@lecteurs.example", text="Mon secret")
    actions.edit(reply, "Mon grand secret", moderator)
    actions.decide([reply], Status.APPROVED, moderator)
    actions.delete_own(queries.own_comments("koffi@lecteurs.example"))
    assert not ModelLogEntry.objects.exists() and not Notice.objects.exists()
    assert set(Comment.objects.all()) == {first}


def test_a_reply_that_is_refused_after_all_is_not_told_of(article: Article, moderator: User) -> None:
    first = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True)
    reply = a_comment(article, in_reply_to=first)
    actions.decide([reply], Status.APPROVED, moderator)
    actions.decide([Comment.objects.get(pk=reply.pk)], Status.REJECTED, moderator)
    assert not Notice.objects.exists()


def test_a_notice_waits_for_second_thoughts(article: Article, moderator: User) -> None:
    first = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True)
    reply = a_comment(article, in_reply_to=first)
    actions.decide([reply], Status.APPROVED, moderator)
    assert Notice.objects.count() == 1
    actions.undo(moderator)
    assert not Notice.objects.exists()
