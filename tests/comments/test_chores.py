from datetime import timedelta

import pytest
from django.utils import timezone

from rotative.comments import chores, posting
from rotative.comments.models import Comment, Complaint, Notice, SpentChallenge, Status
from tests.builders import a_comment, an_article

pytestmark = pytest.mark.django_db


def days_ago(days: float) -> dict[str, object]:
    return {"created_at": timezone.now() - timedelta(days=days)}


def test_after_seven_days_only_the_network_of_an_address_is_kept() -> None:
    article = an_article()
    place = {"address": "41.85.160.7", "network": "41.85.160.0/24"}
    old = a_comment(article, **place, **days_ago(7.1))
    new = a_comment(article, **place, **days_ago(6.9))
    assert [chores.shorten_addresses(), chores.shorten_addresses()] == [1, 0]
    assert Comment.objects.get(pk=old.pk).address == "41.85.160.0/24"
    assert Comment.objects.get(pk=new.pk).address == "41.85.160.7"
    posting.complain(new, Complaint.Ground.SPAM, "", "41.85.160.7")
    assert chores.shorten_addresses() == 0
    Complaint.objects.update(made_at=timezone.now() - timedelta(days=7.1))
    assert [chores.shorten_addresses(), chores.shorten_addresses()] == [1, 0]
    assert Complaint.objects.get().address == "41.85.160.0/24"


def test_spent_challenges_are_kept_as_long_as_they_could_be_spent() -> None:
    now = timezone.now()
    SpentChallenge.objects.create(nonce="old", expires_at=now - timedelta(seconds=1))
    SpentChallenge.objects.create(nonce="new", expires_at=now + timedelta(minutes=1))
    chores.forget_challenges()
    assert SpentChallenge.objects.get().nonce == "new"


def test_old_spam_goes_and_what_others_replied_to_stays() -> None:
    article = an_article()
    spam = a_comment(article, status=Status.SPAM, **days_ago(61))
    young = a_comment(article, status=Status.SPAM, **days_ago(59))
    answered = a_comment(article, status=Status.SPAM, **days_ago(61))
    reply = a_comment(article, status=Status.APPROVED, in_reply_to=answered)
    assert chores.forget_spam() == 1
    assert set(Comment.objects.all()) == {young, answered, reply}
    assert spam not in Comment.objects.all()


def test_of_a_flood_of_spam_the_oldest_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "KEPT_SPAM", 2)
    article = an_article()
    spam = [a_comment(article, status=Status.SPAM) for _number in range(5)]
    assert chores.forget_spam() == 3
    assert set(Comment.objects.all()) == set(spam[3:])


def test_mails_that_were_settled_long_ago_are_forgotten() -> None:
    long_ago = timezone.now() - timedelta(days=100)
    month_ago = timezone.now() - timedelta(days=31)
    for event, due_at, state in (
        ("sent", long_ago, Notice.State.SENT),
        ("sent lately", month_ago, Notice.State.SENT),
        ("due", long_ago, Notice.State.DUE),
        ("nobody confirmed it", month_ago, Notice.State.HELD),
        ("held", timezone.now(), Notice.State.HELD),
    ):
        Notice.objects.create(event=event, to="a@a.example", subject="", body="", due_at=due_at, state=state)
    assert chores.forget_notices() == 2
    assert set(Notice.objects.values_list("event", flat=True)) == {"sent lately", "due", "held"}
