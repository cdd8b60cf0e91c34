import pytest

from rotative.accounts.models import User
from rotative.comments import deciding, privacy
from rotative.comments.errors import InvalidError
from rotative.comments.models import (
    Comment,
    Decision,
    Discussion,
    Notice,
    Status,
)
from rotative.content.models import Article
from tests.builders import a_comment

pytestmark = pytest.mark.django_db


# --- moderators


def test_what_was_decided_is_undone_with_one_key(article: Article, moderator: User) -> None:
    one, two = a_comment(article), a_comment(article)
    deciding.decide([one, two], Status.SPAM, moderator)
    three = a_comment(article)
    deciding.decide([three], Status.APPROVED, moderator)
    assert [comment.pk for comment in deciding.undo(moderator)] == [three.pk]
    assert {comment.pk for comment in deciding.undo(moderator)} == {one.pk, two.pk}
    assert deciding.undo(moderator) == []
    assert set(Comment.objects.values_list("status", "decided_by")) == {(Status.WAITING, None)}
    assert not Discussion.objects.exists()


def test_undoing_leaves_alone_what_somebody_else_decided_since(article: Article, moderator: User) -> None:
    other = User.objects.create_user("autre")
    comment = a_comment(article)
    deciding.decide([comment], Status.SPAM, moderator)
    deciding.decide([Comment.objects.get(pk=comment.pk)], Status.APPROVED, other)
    assert deciding.undo(moderator) == []
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED


def test_undoing_gives_a_decision_back_to_whoever_made_it(article: Article, moderator: User) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    deciding.decide([comment], Status.REJECTED, moderator)
    deciding.undo(moderator)
    restored = Comment.objects.get(pk=comment.pk)
    assert (restored.status, restored.decided_by, restored.decided_at) == (Status.APPROVED, None, None)


def test_each_decision_is_kept_with_who_made_it(article: Article, moderator: User) -> None:
    comment = a_comment(article)
    deciding.decide([comment], Status.REJECTED, moderator)
    decision = Decision.objects.get()
    assert (decision.before, decision.after, decision.made_by) == (Status.WAITING, Status.REJECTED, moderator)


def test_the_count_follows_what_is_approved(article: Article, moderator: User) -> None:
    comments = [a_comment(article) for _number in range(3)]
    deciding.decide(comments, Status.APPROVED, moderator)
    assert Discussion.objects.get().count == 3
    deciding.decide([Comment.objects.get(pk=comments[0].pk)], Status.REJECTED, moderator)
    assert Discussion.objects.get().count == 2
    Comment.objects.get(pk=comments[1].pk).delete()
    assert Discussion.objects.get().count == 1
    privacy.delete_all_on(article.pk)
    assert not Discussion.objects.exists() and not Comment.objects.exists()


def test_an_answer_of_the_newsroom_approves_what_it_answers(article: Article, moderator: User) -> None:
    comment = a_comment(article)
    made = deciding.answer(comment, "Merci de votre lecture.", "L’Essai", moderator)
    assert Comment.objects.get(pk=comment.pk).status == Status.APPROVED
    assert made and made.is_newsroom and made.thread == comment and made.status == Status.APPROVED
    assert deciding.answer(comment, "Merci de votre lecture.", "L’Essai", moderator) == made
    with pytest.raises(InvalidError):
        deciding.answer(comment, "  ", "L’Essai", moderator)


def test_only_the_first_of_a_thread_can_be_pinned(article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED)
    reply = a_comment(article, status=Status.APPROVED, in_reply_to=first)
    deciding.pin(first, True)
    deciding.pin(reply, True)
    assert set(Comment.objects.filter(is_pinned=True)) == {first}


def test_a_mark_says_that_words_were_changed_and_the_old_ones_are_kept(article: Article, moderator: User) -> None:
    from wagtail.models import ModelLogEntry

    comment = a_comment(article, status=Status.APPROVED, text="Avant")
    deciding.edit(comment, "Après", moderator, None)
    assert Comment.objects.get().edited_at
    assert ModelLogEntry.objects.get(action=deciding.EDIT).data == {"before": "Avant", "after": "Après"}
    with pytest.raises(InvalidError):
        deciding.edit(comment, "\u200b", moderator, comment.edited_at)


# --- readers


def test_a_reply_that_is_refused_after_all_is_not_told_of(article: Article, moderator: User) -> None:
    first = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True)
    reply = a_comment(article, in_reply_to=first)
    deciding.decide([reply], Status.APPROVED, moderator)
    deciding.decide([Comment.objects.get(pk=reply.pk)], Status.REJECTED, moderator)
    assert not Notice.objects.exists()


def test_a_notice_waits_for_second_thoughts(article: Article, moderator: User) -> None:
    first = a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True)
    reply = a_comment(article, in_reply_to=first)
    deciding.decide([reply], Status.APPROVED, moderator)
    assert Notice.objects.count() == 1
    deciding.undo(moderator)
    assert not Notice.objects.exists()
