from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from rotative.accounts.models import User
from rotative.comments import deciding, posting, queries
from rotative.comments.captcha import Solution
from rotative.comments.errors import ClosedError, InvalidError, QueueFullError
from rotative.comments.models import (
    Comment,
    CommentSettings,
    Complaint,
    Proof,
    SpentChallenge,
    Status,
)
from rotative.comments.posting import Post
from rotative.content.models import Article
from rotative.publishing.models import Invalidation
from tests.builders import a_comment, a_section, an_article

pytestmark = pytest.mark.django_db


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
    comment = posting.submit(article, a_post(**fields)).comment
    deciding.decide([comment], Status.APPROVED, moderator)
    return Comment.objects.get(pk=comment.pk)


# --- what comes in


def test_a_first_comment_waits_and_touches_no_page(article: Article) -> None:
    touched()
    comment = posting.submit(article, a_post()).comment
    assert comment.status == Status.WAITING
    assert [reason["rule"] for reason in comment.reasons] == ["newcomer"]
    assert touched() == set()


def test_an_approved_comment_touches_its_article_and_the_counts_alone(article: Article, moderator: User) -> None:
    comment = posting.submit(article, a_post()).comment
    touched()
    deciding.decide([comment], Status.APPROVED, moderator)
    assert touched() == {f"article:{article.pk}/comments", "site:comment-counts"}
    deciding.edit(comment, "Bonsoir", moderator, None)
    assert touched() == {f"article:{article.pk}/comments"}
    deciding.decide([Comment.objects.get(pk=comment.pk)], Status.APPROVED, moderator)
    assert touched() == set(), "nothing that readers see is another"


def test_who_was_approved_appears_at_once_the_next_time(article: Article, moderator: User) -> None:
    approved_once(article, moderator, email="awa@lecteurs.example")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        again = a_post(text="Encore", email="AWA@lecteurs.example", name="awa", solution=a_solution("n2"))
        assert posting.submit(article, again).comment.status == Status.APPROVED
        stranger = a_post(text="Moi aussi", email="autre@lecteurs.example", solution=a_solution("n3"))
        assert posting.submit(article, stranger).comment.status == Status.WAITING


def test_a_name_alone_is_known_only_where_it_was_approved_from(article: Article, moderator: User) -> None:
    approved_once(article, moderator)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        near = a_post(text="Encore", address="41.85.160.99", solution=a_solution("n2"))
        assert posting.submit(article, near).comment.status == Status.APPROVED
        far = a_post(text="Un imposteur", address="102.64.1.1", solution=a_solution("n3"))
        assert posting.submit(article, far).comment.status == Status.WAITING


def test_who_was_refused_since_is_read_first_again(article: Article, moderator: User) -> None:
    approved_once(article, moderator)
    a_comment(article, name="Awa", network="41.85.160.0/24", status=Status.REJECTED)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        post = a_post(text="Encore", solution=a_solution("n2"))
        assert posting.submit(article, post).comment.status == Status.WAITING


def test_what_the_program_approved_earns_no_trust(article: Article) -> None:
    a_comment(article, name="Awa", network="41.85.160.0/24", status=Status.APPROVED)
    assert posting.submit(article, a_post()).comment.status == Status.WAITING


def test_a_proof_is_spent_once_and_the_second_comment_waits(article: Article, moderator: User) -> None:
    approved_once(article, moderator)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        replayed = posting.submit(article, a_post(text="Autre chose")).comment
    assert (replayed.status, replayed.proof) == (Status.WAITING, Proof.REPLAYED)
    assert SpentChallenge.objects.count() == 1


def test_two_taps_make_one_comment_and_spend_one_proof(article: Article) -> None:
    first = posting.submit(article, a_post()).comment
    second = posting.submit(article, a_post(solution=a_solution("n2"))).comment
    assert first.pk == second.pk
    assert Comment.objects.count() == SpentChallenge.objects.count() == 1


def test_the_same_words_elsewhere_are_another_comment_and_wait(article: Article, moderator: User) -> None:
    text = "Une opinion que je porte de page en page."
    approved_once(article, moderator, text=text)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        other = posting.submit(an_article("Autre"), a_post(text=text, solution=a_solution("n2"))).comment
    assert [reason["rule"] for reason in other.reasons] == ["twin"]


@pytest.mark.parametrize(("text", "days", "rules"), [("x" * 20, 29, ["twin"]), ("x" * 20, 31, []), ("x" * 19, 1, [])])
def test_words_are_the_same_for_thirty_days_and_from_twenty_characters(
    text: str, days: int, rules: list[str], article: Article, moderator: User
) -> None:
    approved_once(article, moderator)
    a_comment(article, text=text, status=Status.APPROVED, created_at=timezone.now() - timedelta(days=days))
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        again = posting.submit(article, a_post(text=text, solution=a_solution("n2"))).comment
    assert [reason["rule"] for reason in again.reasons] == rules


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"text": ""}, {"text"}), ({"text": "x" * 5001}, {"text"}), ({"name": "x" * 61}, {"name"})],
)
def test_only_what_is_empty_or_too_long_is_refused(fields: dict[str, str], wrong: set[str], article: Article) -> None:
    with pytest.raises(InvalidError) as caught:
        posting.submit(article, a_post(**fields))
    assert set(caught.value.errors) == wrong
    assert posting.submit(article, a_post(text="x" * 5000, name="x" * 60)).comment.pk


def test_a_wrong_email_costs_the_mail_and_not_the_comment(article: Article) -> None:
    receipt = posting.submit(article, a_post(email="awa@", wants_replies=True))
    assert receipt.has_bad_email
    assert (receipt.comment.email, receipt.comment.wants_replies) == ("", False)


def test_who_gives_no_name_is_anonymous() -> None:
    post = posting.make_post({"text": "x", "name": " \u200b "}, a_solution(), "")
    assert post.name == "Anonyme"


@pytest.mark.parametrize("answered", ["", "x", "0", "9" * 18, "9" * 19, "9" * 23, "-1", "1; DROP"])
def test_a_reply_to_nothing_is_a_comment(answered: str, article: Article) -> None:
    post = posting.make_post({"text": "Oui", "in_reply_to": answered}, a_solution(), "")
    assert posting.submit(article, post).comment.thread is None


def test_a_reply_to_a_reply_stands_in_the_thread(article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED)
    second = a_comment(article, status=Status.APPROVED, in_reply_to=first)
    third = posting.submit(article, a_post(in_reply_to=second.pk)).comment
    assert (third.thread, third.in_reply_to) == (first, second)


def test_nobody_replies_to_what_is_not_online_or_stands_elsewhere(article: Article) -> None:
    for hidden in (a_comment(article), a_comment(an_article("Autre"), status=Status.APPROVED)):
        post = a_post(text=f"À {hidden.pk}", in_reply_to=hidden.pk)
        assert posting.submit(article, post).comment.thread is None


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
        posting.submit(Article.objects.get(pk=article.pk), a_post())
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
    deciding.edit(comment, "Le pont est fermé depuis lundi matin", moderator, None)
    deciding.decide([comment], Status.SPAM, moderator)
    again = posting.submit(article, a_post(text="Le pont est fermé depuis lundi matin")).comment
    assert again.status == Status.SPAM


# --- under a flood


def test_the_queue_is_bounded_and_a_proof_passes_all_the_same(article: Article, monkeypatch: Any) -> None:
    monkeypatch.setattr(posting, "MOST_UNPROVED", 3)
    unproved = Solution(Proof.MISSING)
    for number in range(3):
        posting.submit(article, a_post(text=f"Flot {number}", solution=unproved))
    with pytest.raises(QueueFullError):
        posting.submit(article, a_post(text="Flot 4", solution=unproved))
    assert Comment.objects.count() == 3
    assert posting.submit(article, a_post(text="Une vraie lectrice")).comment.pk


def test_the_work_rises_where_much_is_written(article: Article) -> None:
    before = posting.work_for("41.85.160.7")
    for _number in range(25):
        a_comment(article, network="41.85.160.0/24")
    assert before == 0
    assert posting.work_for("41.85.160.200") == 1
    assert posting.work_for("102.64.1.1") == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert posting.work_for("41.85.160.7") == 0


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
    assert posting.network_of(address) == network


def test_a_flood_of_what_is_put_aside_as_spam_is_bounded_too(article: Article, monkeypatch: Any) -> None:
    monkeypatch.setattr(posting, "MOST_SPAM", 2)
    posts = [a_post(text=f"Flot {number}", trap="x", solution=Solution(Proof.MISSING)) for number in range(3)]
    for post in posts[:2]:
        posting.submit(article, post)
    with pytest.raises(QueueFullError):
        posting.submit(article, posts[2])
    unproved = a_post(text="Une lectrice sans script", solution=Solution(Proof.MISSING))
    assert posting.submit(article, unproved).comment.pk, "the others have room of their own"


def test_who_says_later_what_was_refused_once_is_heard(article: Article, moderator: User) -> None:
    refused = posting.submit(article, a_post(text="Merci")).comment
    deciding.decide([refused], Status.SPAM, moderator)
    assert posting.submit(article, a_post(text="Merci")).comment.pk == refused.pk, "a second tap"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        again = posting.submit(article, a_post(text="Merci", solution=a_solution("n2"))).comment
        assert again.pk != refused.pk and again.status == Status.WAITING
        assert posting.submit(article, a_post(text="Merci")).comment.pk == again.pk
    other = a_post(text="Merci", email="autre@lecteurs.example", solution=a_solution("n3"))
    assert posting.submit(article, other).comment.email == "autre@lecteurs.example"


# --- moderators


def test_why_a_comment_waited_is_remembered_after_the_decision(article: Article, moderator: User) -> None:
    comment = posting.submit(article, a_post()).comment
    deciding.decide([comment], Status.APPROVED, moderator)
    assert Comment.objects.get().reasons == comment.reasons != []


# --- readers


MERCI = {"name": "", "text": "Merci !"}


def thank(article: Article, device: str, **fields: str) -> Comment:
    return posting.submit(article, posting.make_post({**MERCI, **fields}, posting.UNPROVED, device)).comment


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
    look, seen = posting._find_same, iter([(first.fingerprint, None)])
    monkeypatch.setattr(posting, "_find_same", lambda *what: next(seen, None) or look(*what))
    assert thank(article, "41.85.160.2") != first
    assert Comment.objects.count() == 2


def test_the_same_words_of_very_many_are_taken_for_the_last(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "MOST_TURNS", 3)
    made = [thank(article, f"41.85.160.{number}") for number in range(5)]
    assert [comment.pk for comment in made[2:]] == [made[2].pk] * 3


def test_each_complaint_is_heard_but_a_second_tap_and_a_decision_settles_them(
    article: Article, moderator: User
) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    assert posting.complain(comment, Complaint.Ground.INSULT, "<b>mot</b>\nsuite", "41.85.160.7")
    assert posting.complain(comment, Complaint.Ground.INSULT, "<b>mot</b> suite", "41.85.160.7")
    assert posting.complain(comment, Complaint.Ground.FALSE, "encore", "41.85.160.7")
    assert posting.complain(comment, Complaint.Ground.FALSE, "encore", "41.85.160.8")
    assert Complaint.objects.filter(settled_at=None, network="41.85.160.0/24").count() == 3
    deciding.decide([comment], Status.APPROVED, moderator)
    assert not Complaint.objects.filter(settled_at=None).exists()
    settled = set(Complaint.objects.values_list("settled_at", flat=True))
    deciding.decide([comment], Status.APPROVED, moderator)
    assert set(Complaint.objects.values_list("settled_at", flat=True)) == settled, (
        "each by the decision that settled it"
    )
    assert posting.complain(comment, Complaint.Ground.FALSE, "encore", "41.85.160.8")
    assert Complaint.objects.filter(settled_at=None).count() == 1
