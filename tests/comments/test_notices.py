import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from rotative.accounts.models import User
from rotative.comments import chores, deciding, mailboxes, notices, outbox, privacy
from rotative.comments.models import Comment, CommentSettings, Mailbox, Notice, Status, Unsubscription
from rotative.content.models import Article
from tests.builders import a_comment, an_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return an_article("Le pont")


@pytest.fixture
def moderator() -> User:
    return User.objects.create_superuser("moderatrice", "moderatrice@essai.example", "un mot de passe bien long")


def asked(article: Article, *, is_confirmed: bool = True) -> Comment:
    """Make a comment whose writer asked to be told of replies."""
    if is_confirmed:
        mailboxes.confirm(mailboxes.mailbox_of("awa@lecteurs.example"))
    return a_comment(article, status=Status.APPROVED, email="awa@lecteurs.example", wants_replies=True, name="Awa")


def after(**much: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**much), tick=False)


class Server(BaseEmailBackend):
    """A mail server that does what the test says."""

    refuses_to_open: Exception | None = None
    refuses: Exception | None = None
    sent = 0

    def open(self) -> bool:
        if Server.refuses_to_open:
            raise Server.refuses_to_open
        return True

    def send_messages(self, messages: Any) -> int:
        if Server.refuses:
            raise Server.refuses
        Server.sent += len(messages)
        return len(messages)


@pytest.fixture
def server(settings: Any) -> type[Server]:
    Server.refuses_to_open = Server.refuses = None
    Server.sent = 0
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    return Server


def a_notice(**fields: Any) -> Notice:
    known = {"event": "reply:1", "to": "awa@lecteurs.example", "subject": "s", "body": "b", "due_at": timezone.now()}
    return Notice.objects.create(**{**known, **fields})


def test_the_writer_of_what_was_answered_is_told_once_with_a_way_out(article: Article, moderator: User) -> None:
    first = asked(article)
    reply = a_comment(article, in_reply_to=first, name="Koffi", text="Oui\n<b>mais</b>")
    deciding.decide([reply], Status.APPROVED, moderator)
    assert outbox.send_due() == 0, "the moderator may have pressed the wrong key"
    with after(minutes=3):
        assert outbox.send_due() == 1
        deciding.decide([Comment.objects.get(pk=reply.pk)], Status.REJECTED, moderator)
        deciding.decide([Comment.objects.get(pk=reply.pk)], Status.APPROVED, moderator)
    with after(minutes=9):
        assert outbox.send_due() == 0
    (message,) = mail.outbox
    assert message.to == ["awa@lecteurs.example"]
    assert message.subject == "Koffi vous a répondu"
    assert f"/commentaires/{reply.pk}/" in message.body
    assert "> Oui\n> <b>mais</b>" in message.body
    assert message.content_subtype == "plain"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_answers_themselves_or_did_not_ask_is_not_told(article: Article, moderator: User) -> None:
    first = asked(article)
    own = a_comment(article, in_reply_to=first, name="Awa", email="awa@lecteurs.example")
    silent = a_comment(article, status=Status.APPROVED, email="autre@lecteurs.example")
    deciding.decide([own, a_comment(article, in_reply_to=silent)], Status.APPROVED, moderator)
    assert not Notice.objects.exists()


def test_a_name_cannot_add_a_line_to_a_mail(article: Article, moderator: User) -> None:
    reply = a_comment(article, in_reply_to=asked(article), name="Koffi\nBcc: tous@lecteurs.example")
    deciding.decide([reply], Status.APPROVED, moderator)
    with after(minutes=3):
        assert outbox.send_due() == 1
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["awa@lecteurs.example"]


def replies_to(comment: Comment, moderator: User, count: int) -> list[Comment]:
    made = [a_comment(comment.article, in_reply_to=comment, name="Koffi") for _number in range(count)]
    for reply in made:
        deciding.decide([reply], Status.APPROVED, moderator)
    return made


def link_in(body: str, path: str) -> str:
    (link,) = [word for word in body.split() if f"/commentaires/{path}/" in word]
    return link.rstrip("/").rpartition("/")[2]


def test_an_address_that_nobody_confirmed_gets_one_mail_without_a_word_of_others(
    article: Article, moderator: User
) -> None:
    asked(article, is_confirmed=False)
    for number in range(3):
        other = a_comment(
            article,
            status=Status.APPROVED,
            email="AWA@lecteurs.example",
            wants_replies=True,
            name=f"Acheté ici {number}",
        )
        replies_to(other, moderator, 4)
    with after(minutes=3):
        assert [notices.ask_owners(), notices.ask_owners(), outbox.send_due()] == [1, 0, 1]
    (message,) = mail.outbox
    assert message.to == ["AWA@lecteurs.example"]
    assert "Koffi" not in message.body and "Acheté" not in message.body and "avis" not in message.body
    assert "Le pont" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with after(days=2):
        replies_to(Comment.objects.get(name="Acheté ici 0"), moderator, 3)
        assert notices.ask_owners() == 0
    with after(days=2, hours=1):
        assert [notices.ask_owners(), outbox.send_due()] == [0, 0], "asked once, for a month"


def test_what_was_held_is_sent_once_the_owner_has_confirmed(article: Article, moderator: User) -> None:
    first = asked(article, is_confirmed=False)
    replies_to(first, moderator, 2)
    with after(minutes=3):
        notices.ask_owners()
        outbox.send_due()
        mailbox = mailboxes.find_to_confirm(link_in(mail.outbox[0].body, "confirmer"))
        assert mailbox is not None and mailboxes.find_to_confirm("1:faux") is None
        mailboxes.confirm(mailbox)
        assert outbox.send_due() == 2
    with after(minutes=9):
        replies_to(first, moderator, 1)
    with after(minutes=12):
        assert [notices.ask_owners(), outbox.send_due()] == [0, 1]
        mailboxes.confirm(mailbox)
        assert outbox.send_due() == 0
    assert [message.subject for message in mail.outbox[1:]] == ["Koffi vous a répondu"] * 3


def test_a_reply_that_was_taken_back_asks_nobody(article: Article, moderator: User) -> None:
    replies_to(asked(article, is_confirmed=False), moderator, 1)
    deciding.undo(moderator)
    with after(minutes=3):
        assert [notices.ask_owners(), outbox.send_due()] == [0, 0]


def test_who_says_never_is_not_asked_again(article: Article, moderator: User) -> None:
    first = asked(article, is_confirmed=False)
    replies_to(first, moderator, 1)
    with after(minutes=3):
        notices.ask_owners()
        outbox.send_due()
    email = mailboxes.find_email_to_unsubscribe(link_in(mail.outbox[0].body, "desabonner"))
    assert email is not None
    mailboxes.unsubscribe(email)
    with after(days=40):
        replies_to(asked(article, is_confirmed=False), moderator, 1)
    with after(days=40, minutes=3):
        assert [notices.ask_owners(), outbox.send_due()] == [0, 0]


def test_one_address_gets_ten_mails_about_replies_in_a_day_and_the_tenth_says_so(
    article: Article, moderator: User
) -> None:
    replies_to(asked(article), moderator, 12)
    with after(minutes=3):
        assert outbox.send_due() == notices.MOST_REPLIES == 10
    last = "dernier courriel"
    assert [last in message.body for message in mail.outbox] == [False] * 9 + [True]
    with after(hours=25):
        replies_to(asked(article), moderator, 1)
    with after(hours=26):
        assert outbox.send_due() == 1


def test_no_more_is_held_for_an_address_than_a_day_has(article: Article, moderator: User) -> None:
    first = asked(article, is_confirmed=False)
    for day in range(3):
        with after(days=day):
            replies_to(first, moderator, 6)
    assert Notice.objects.filter(state=Notice.State.HELD).count() == 10


def test_who_wants_no_more_mails_gets_none(article: Article, moderator: User) -> None:
    first = asked(article)
    token = mailboxes.unsubscribe_url(mailboxes.mailbox_of(first.email)).rstrip("/").rpartition("/")[2]
    email = mailboxes.find_email_to_unsubscribe(token)
    assert email == "awa@lecteurs.example"
    deciding.decide([a_comment(article, in_reply_to=first)], Status.APPROVED, moderator)
    shouted = a_comment(article, email="AWA@lecteurs.example", wants_replies=True)
    mailboxes.unsubscribe(email)
    shouted.refresh_from_db()
    assert not shouted.wants_replies
    assert not Notice.objects.exists() and Unsubscription.objects.count() == 1
    deciding.decide([a_comment(article, in_reply_to=asked(article))], Status.APPROVED, moderator)
    assert not Notice.objects.exists()
    assert mailboxes.find_email_to_unsubscribe(token + "x") is None


def test_the_way_to_ones_own_comments_comes_by_mail_and_ends_after_a_day(article: Article) -> None:
    newest = asked(article)
    for _again in range(5):
        notices.send_way_to_own("AWA@lecteurs.example")
    notices.send_way_to_own("inconnue@lecteurs.example")
    assert Notice.objects.count() == 1, "nobody is flooded with mails by somebody else"
    token = link_in(Notice.objects.get().body, "les-miens")
    assert mailboxes.find_owner(token) == "awa@lecteurs.example"
    privacy.delete_own([newest])
    assert mailboxes.find_owner(token) == "awa@lecteurs.example", "the link is not the comment's"
    assert mailboxes.find_owner(token[:-1]) is None
    with after(hours=25):
        assert mailboxes.find_owner(token) is None


def test_the_way_to_ones_own_comments_is_sent_once_an_hour_and_three_times_a_day(article: Article) -> None:
    asked(article)
    for minutes in range(0, 20 * 60, 20):
        with after(minutes=minutes):
            notices.send_way_to_own("awa@lecteurs.example")
    assert Notice.objects.count() == notices.MOST_OWN == 3
    with after(hours=26):
        notices.send_way_to_own("awa@lecteurs.example")
    assert Notice.objects.count() == 4


def test_a_mail_that_no_server_took_does_not_keep_the_next_one_back(article: Article) -> None:
    asked(article)
    notices.send_way_to_own("awa@lecteurs.example")
    Notice.objects.update(state=Notice.State.FAILED)
    with after(minutes=5):
        notices.send_way_to_own("awa@lecteurs.example")
    assert Notice.objects.filter(state=Notice.State.DUE).count() == 1


def test_who_deletes_a_comment_is_told_of_no_reply_to_it(article: Article, moderator: User) -> None:
    first = asked(article)
    replies_to(first, moderator, 1)
    privacy.delete_own([first])
    with after(minutes=3):
        assert outbox.send_due() == 0


def test_an_address_is_forgotten_some_time_after_its_last_comment(article: Article) -> None:
    comment = asked(article)
    mailboxes.mailbox_of("autre@lecteurs.example")
    with after(days=89):
        assert chores.forget_mailboxes() == 0
    with after(days=91):
        assert chores.forget_mailboxes() == 1
        assert Mailbox.objects.get().email == comment.email


def test_moderators_are_told_once_a_period_what_waits_for_them(article: Article, moderator: User) -> None:
    User.objects.create_user("lectrice", "lectrice@essai.example")
    User.objects.create_superuser("partie", "partie@essai.example", is_active=False)
    User.objects.create_superuser("sans-adresse", "")
    assert notices.tell_moderators() == 0, "nothing waits"
    a_comment(article)
    assert [notices.tell_moderators(), notices.tell_moderators()] == [1, 0]
    assert Notice.objects.get().to == moderator.email
    with after(hours=4, minutes=1):
        assert notices.tell_moderators() == 1
    CommentSettings.objects.create(digest_hours=0)
    with after(hours=9):
        assert notices.tell_moderators() == 0


def test_a_server_that_does_not_answer_is_asked_again_later(server: type[Server]) -> None:
    a_notice()
    server.refuses_to_open = ConnectionRefusedError("no")
    assert outbox.send_due() == 0
    assert Notice.objects.get().state == Notice.State.DUE
    server.refuses_to_open = None
    assert outbox.send_due() == 0, "not at once"
    with after(minutes=2):
        assert outbox.send_due() == 1
    assert (server.sent, Notice.objects.get().state) == (1, Notice.State.SENT)
    assert Notice.objects.get().body == "", "what somebody wrote is kept in one place"


def test_a_server_that_goes_on_refusing_is_asked_ever_more_rarely(server: type[Server]) -> None:
    a_notice()
    server.refuses_to_open = ConnectionRefusedError("no")
    waits = []
    for attempt in range(1, 4):
        due_at = Notice.objects.get().due_at
        with time_machine.travel(due_at, tick=False):
            outbox.send_due()
            notice = Notice.objects.get()
            assert notice.attempts == attempt
            waits.append(notice.due_at - due_at)
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]


def test_the_oldest_mails_are_sent_first_and_so_many_at_a_time(server: type[Server]) -> None:
    for number in range(3):
        a_notice(event=f"reply:{number}", due_at=timezone.now() - timedelta(minutes=number))
    assert outbox.send_due(limit=2) == 2
    assert Notice.objects.get(state=Notice.State.DUE).event == "reply:0"


def test_a_mail_that_no_server_takes_is_given_up(server: type[Server]) -> None:
    a_notice()
    server.refuses = smtplib.SMTPRecipientsRefused({"awa@lecteurs.example": (550, b"unknown")})
    outbox.send_due()
    assert Notice.objects.get().state == Notice.State.FAILED
    a_notice(event="reply:0")
    server.refuses = smtplib.SMTPDataError(500, "never")
    outbox.send_due()
    assert Notice.objects.get(event="reply:0").state == Notice.State.FAILED
    a_notice(event="reply:2")
    server.refuses = smtplib.SMTPDataError(451, "later")
    outbox.send_due()
    assert Notice.objects.get(event="reply:2").state == Notice.State.DUE
    Notice.objects.filter(event="reply:2").update(attempts=outbox.MOST_ATTEMPTS - 1, due_at=timezone.now())
    outbox.send_due()
    assert Notice.objects.get(event="reply:2").state == Notice.State.FAILED


@pytest.mark.parametrize("error", [TimeoutError("slow"), smtplib.SMTPServerDisconnected("gone")])
def test_what_may_have_arrived_is_not_sent_again(error: Exception, server: type[Server]) -> None:
    a_notice()
    server.refuses = error
    outbox.send_due()
    server.refuses = None
    with after(days=2):
        assert outbox.send_due() == 0
    assert Notice.objects.get().state == Notice.State.UNCERTAIN


def test_a_process_that_died_while_it_sent_leaves_no_second_mail(server: type[Server]) -> None:
    a_notice(state=Notice.State.SENDING, due_at=timezone.now() + outbox.LEASE)
    with after(minutes=30):
        assert outbox.send_due() == 0
    assert (server.sent, Notice.objects.get().state) == (0, Notice.State.UNCERTAIN)


def test_two_workers_send_a_mail_once(server: type[Server]) -> None:
    notice = a_notice()
    stale = Notice.objects.get()
    assert outbox._send(notice)
    assert not outbox._send(stale)
    assert server.sent == 1


def test_an_address_that_cannot_stand_in_a_mail_holds_up_nobody(settings: Any) -> None:
    a_notice(to="awa@lecteurs.example\nBcc: x@x.example")
    a_notice(event="reply:2")
    assert outbox.send_due() == 1
    assert Notice.objects.get(event="reply:1").state == Notice.State.FAILED
