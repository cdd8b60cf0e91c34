import pytest

from rotative.accounts.models import User
from rotative.comments import deciding, privacy, queries
from rotative.comments.models import (
    Comment,
    Discussion,
    Notice,
    Status,
)
from rotative.content.models import Article
from tests.builders import a_comment

pytestmark = pytest.mark.django_db


def test_who_deletes_their_words_leaves_the_replies_of_others(article: Article) -> None:
    place = {"address": "41.85.160.7", "network": "41.85.160.0/24"}
    known = {"email": "awa@lecteurs.example", "name": "Awa", "text": "Mon secret", **place}
    first = a_comment(article, status=Status.APPROVED, reasons=[{"rule": "suspect", "detail": "secret"}], **known)
    reply = a_comment(article, status=Status.APPROVED, in_reply_to=first)
    alone = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example")
    assert privacy.delete_own(queries.own_comments("AWA@lecteurs.example")) == 2
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
    deciding.edit(reply, "Mon grand secret", moderator, None)
    deciding.decide([reply], Status.APPROVED, moderator)
    privacy.delete_own(queries.own_comments("koffi@lecteurs.example"))
    assert not ModelLogEntry.objects.exists() and not Notice.objects.exists()
    assert set(Comment.objects.all()) == {first}
