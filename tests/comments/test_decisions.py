"""What moderators do in the queue: decide, undo, edit, pin, answer, with scripts and without."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser
from wagtail.models import ModelLogEntry

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.comments import deciding, posting
from rotative.comments.models import Comment, Complaint, Decision, Status
from rotative.comments.text import LONGEST_TEXT
from tests.builders import a_comment
from tests.comments.moderating import QUEUE, card, decide, numbers, post, screen, states, words
from tests.newsroom import a_person, messages_of, signed_in

pytestmark = pytest.mark.django_db


# --- decisions


@pytest.mark.parametrize(
    ("word", "state"), [("approve", Status.APPROVED), ("reject", Status.REJECTED), ("spam", Status.SPAM)]
)
def test_one_key_decides(word: str, state: str, client: Client, moderator: User) -> None:
    comment = a_comment(name="Inès")

    told = decide(client, word, comment)

    assert told["decided"] == [comment.pk] and "Inès" in told["sentence"]
    comment.refresh_from_db()
    assert (comment.status, comment.decided_by) == (state, moderator)
    assert numbers(client) == []
    assert numbers(client, f"?state={state}") == [comment.pk]


def test_to_keep_what_was_reported_settles_the_complaints(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)
    posting.complain(comment, Complaint.Ground.INSULT, "", "192.0.2.7")

    decide(client, "approve", comment, seen=Status.APPROVED)

    assert states(comment) == [Status.APPROVED]
    assert numbers(client, "?state=reported") == []


def test_without_scripts_the_buttons_of_a_card_decide_and_lead_back_to_what_was_chosen(client: Client) -> None:
    kept, comment = a_comment(text="Reste"), a_comment(text="Part")
    query = f"?edition={comment.article.edition_id}&reason=&age=last-day"

    answer = press(client, screen(client, query), f"#comment-{comment.pk} [data-do=reject]", query)

    assert states(kept, comment) == [Status.WAITING, Status.REJECTED]
    assert answer.redirect_chain[-1][0] == f"{QUEUE}?edition={comment.article.edition_id}&age=last-day"
    assert comment.name in messages_of(answer)


def test_without_scripts_many_are_ticked_and_decided_at_once(client: Client) -> None:
    comments = [a_comment() for _number in range(4)]

    answer = press(client, screen(client), "[data-do=spam-selected]", ticked=comments[1:3])

    assert states(*comments) == [Status.WAITING, Status.SPAM, Status.SPAM, Status.WAITING]
    assert "2" in messages_of(answer)


def test_without_scripts_a_button_takes_the_last_decision_back(client: Client) -> None:
    comment = a_comment()
    decide(client, "spam", comment)

    press(client, screen(client), "[data-do=undo]")

    assert states(comment) == [Status.WAITING]
    assert "disabled" in screen(client).css_first(".moderation-ways [data-do=undo]").attributes


def test_nothing_ticked_is_answered_with_a_sentence(client: Client) -> None:
    a_comment()

    answer = press(client, screen(client), "[data-do=spam-selected]")

    assert len(messages_of(answer)) > 20
    assert post(client, "decision/", {"decision": "spam"}, 400)["sentence"]
    assert post(client, "decision/", {"decision": "explode", "comment": "1"}, 400)["sentence"]
    assert not Decision.objects.exists()


def press(client: Client, page: LexborHTMLParser, button: str, query: str = "", ticked: Iterable[Comment] = ()) -> Any:
    """Send the form of the queue by one of its buttons, as a browser without scripts does."""
    pressed = page.css_first(button)
    assert pressed is not None and pressed.attributes["form"] == "queue"
    fields: dict[str, Any] = {
        field.attributes["name"]: field.attributes.get("value") for field in page.css("input[type=hidden][form=queue]")
    }
    fields["comment"] = [comment.pk for comment in ticked]
    if pressed.attributes.get("name"):
        fields[pressed.attributes["name"]] = pressed.attributes["value"]
    action = pressed.attributes.get("formaction") or page.css_first("#queue").attributes["action"] or ""
    return client.post(action, fields, follow=True)


def test_undo_brings_a_comment_back_with_its_reasons(client: Client) -> None:
    comment = a_comment(reasons=[{"rule": "links", "detail": "7"}])
    decide(client, "spam", comment)

    told = post(client, "annulation/")

    assert [one["number"] for one in told["restored"]] == [comment.pk]
    assert f"comment-{comment.pk}" in told["restored"][0]["html"]
    assert "7" in words(card(client, comment).css_first(".moderation-reasons"))
    assert Comment.objects.get().decided_by is None


def test_undo_takes_back_at_once_what_was_decided_at_once(client: Client) -> None:
    single, comments = a_comment(), [a_comment() for _number in range(3)]
    decide(client, "approve", single)
    decide(client, "reject", *comments)

    assert len(post(client, "annulation/")["restored"]) == 3
    assert states(single, *comments) == [Status.APPROVED] + [Status.WAITING] * 3
    post(client, "annulation/")
    assert states(single) == [Status.WAITING]
    post(client, "annulation/", status=409)


def test_undo_opens_the_complaints_again_that_the_decision_settled(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)
    posting.complain(comment, Complaint.Ground.INSULT, "", "192.0.2.7")
    decide(client, "approve", comment, seen=Status.APPROVED)

    told = post(client, "annulation/?state=reported")

    assert f"comment-{comment.pk}" in told["restored"][0]["html"]
    assert numbers(client, "?state=reported") == [comment.pk]


def test_undo_takes_nothing_back_that_somebody_else_decided(client: Client) -> None:
    comment = a_comment()
    decide(signed_in(a_person(roles.MODERATOR)), "spam", comment)

    post(client, "annulation/", status=409)

    assert states(comment) == [Status.SPAM]


def test_a_decision_on_what_somebody_else_has_decided_meanwhile_says_so_and_changes_nothing(client: Client) -> None:
    comment, other = a_comment(), a_comment()
    decide(signed_in(a_person(roles.MODERATOR, first_name="Koffi", last_name="Mensah")), "approve", comment)

    told = decide(client, "spam", comment, other)

    assert told["decided"] == [other.pk]
    assert [one["number"] for one in told["overtaken"]] == [comment.pk]
    assert "Koffi Mensah" in told["overtaken"][0]["sentence"]
    assert 'data-state="approved"' in told["overtaken"][0]["html"]
    assert states(comment) == [Status.APPROVED]
    decide(client, "spam", comment, seen=Status.APPROVED)
    assert states(comment) == [Status.SPAM], "whoever has seen it may overrule"


def test_without_scripts_a_decision_that_came_too_late_says_so_as_well(client: Client) -> None:
    comment = a_comment()
    page = screen(client)
    decide(signed_in(a_person(roles.MODERATOR, first_name="Koffi")), "approve", comment)

    answer = press(client, page, f"#comment-{comment.pk} [data-do=spam]")

    assert "Koffi" in messages_of(answer)
    assert states(comment) == [Status.APPROVED]


def test_a_decision_whose_answer_was_lost_may_be_sent_again(client: Client) -> None:
    comment = a_comment()
    decide(client, "spam", comment)

    told = decide(client, "spam", comment)

    assert told["decided"] == [comment.pk] and told["overtaken"] == []
    assert Decision.objects.count() == 1


def test_a_comment_that_is_gone_is_told(client: Client) -> None:
    comment, other = a_comment(), a_comment()
    gone = comment.pk
    comment.delete()
    comment.pk = gone

    assert decide(client, "approve", comment, status=404)["sentence"]
    told = decide(client, "approve", comment, other)
    assert (told["decided"], told["gone"]) == ([other.pk], [gone]) and told["gone_sentence"]


# --- editing, pinning, answering


def test_an_edited_comment_says_so_and_the_history_keeps_what_was_written(client: Client, moderator: User) -> None:
    comment = a_comment(text="Ce pouri de maire")

    told = post(client, f"{comment.pk}/texte/", {"text": "Ce maire", "version": ""})

    comment.refresh_from_db()
    assert comment.text == "Ce maire" and comment.edited_at is not None
    assert "Ce maire" in told["html"]
    entry = ModelLogEntry.objects.get(action=deciding.EDIT)
    assert (entry.user, entry.data["before"]) == (moderator, "Ce pouri de maire")
    assert entry.formatter is not None and "Ce pouri de maire → Ce maire" in entry.formatter.format_comment(entry)


@pytest.mark.parametrize("text", ["", " \n\t ", "é" * (LONGEST_TEXT + 1), "\u200b\u202e"])
def test_words_that_cannot_be_saved_are_refused_with_a_sentence_and_kept(text: str, client: Client) -> None:
    comment = a_comment()
    address, fields = f"{comment.pk}/texte/", {"text": text, "version": ""}

    told = post(client, address, fields, 422)
    page = client.post(QUEUE + address, fields)

    assert told["errors"]["text"]
    assert page.status_code == 422
    form = LexborHTMLParser(page.content.decode())
    assert form.css_first("textarea").text().strip() == text.strip()
    assert words(form.css_first("[data-error=text]")) == " ".join(told["errors"]["text"].split())
    assert Comment.objects.get().text == comment.text


def test_an_edit_does_not_write_over_that_of_somebody_else(client: Client) -> None:
    comment = a_comment(text="Un")
    deciding.edit(comment, "Deux", a_person(roles.MODERATOR), None)

    told = post(client, f"{comment.pk}/texte/", {"text": "Trois", "version": ""}, 409)

    assert told["errors"]["text"] and told["values"]["text"] == "Trois"
    assert Comment.objects.get().text == "Deux"
    post(client, f"{comment.pk}/texte/", {"text": "Trois", "version": told["values"]["version"]})
    assert Comment.objects.get().text == "Trois"


def test_without_scripts_a_text_is_edited_on_a_page_of_its_own(client: Client) -> None:
    comment = a_comment(text="Avant")
    page = screen(client, f"{comment.pk}/texte/?reason=fast")
    fields = {field.attributes["name"]: field.attributes.get("value", "") for field in page.css("form input")}

    assert page.css_first("textarea").text() == "Avant"
    answer = client.post(f"{QUEUE}{comment.pk}/texte/?reason=fast", {**fields, "text": "Après"})

    assert answer["Location"] == f"{QUEUE}?reason=fast"
    assert Comment.objects.get().text == "Après"


def test_a_first_comment_is_pinned_and_its_pin_taken_off(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)

    told = post(client, f"{comment.pk}/epingle/", {"pinned": "yes"})
    assert Comment.objects.get().is_pinned and 'value="no"' in told["html"]

    press(client, screen(client, "?state=approved"), f"#comment-{comment.pk} [data-do=pin]")
    assert not Comment.objects.get().is_pinned


def test_a_reply_cannot_be_pinned(client: Client) -> None:
    reply = a_comment(in_reply_to=a_comment(status=Status.APPROVED))

    assert card(client, reply).css_first("[data-do=pin]") is None
    assert post(client, f"{reply.pk}/epingle/", {"pinned": "yes"}, 400)["sentence"]
    assert not Comment.objects.filter(is_pinned=True).exists()


def test_an_answer_of_the_newsroom_approves_what_it_answers(client: Client, moderator: User) -> None:
    comment = a_comment(name="Inès")
    page = screen(client, f"{comment.pk}/reponse/")
    assert page.css_first("[name=name]").attributes["value"] == "L’Essai"

    post(client, f"{comment.pk}/reponse/", {"name": "L’Essai", "text": "Merci.", "seen": Status.WAITING})

    answer = Comment.objects.get(is_newsroom=True)
    assert (answer.text, answer.in_reply_to, answer.written_by) == ("Merci.", comment, moderator)
    assert states(comment, answer) == [Status.APPROVED, Status.APPROVED]


def test_an_answer_is_undone_together_with_the_approval_and_can_be_given_again(client: Client) -> None:
    earlier, comment = a_comment(), a_comment()
    decide(client, "spam", earlier)
    fields = {"name": "L’Essai", "text": "Merci.", "seen": Status.WAITING}
    post(client, f"{comment.pk}/reponse/", fields)
    answer = Comment.objects.get(is_newsroom=True)

    post(client, "annulation/")
    assert states(comment, answer, earlier) == [Status.WAITING, Status.WAITING, Status.SPAM]

    post(client, f"{comment.pk}/reponse/", fields)
    assert states(comment, answer) == [Status.APPROVED, Status.APPROVED]
    assert Comment.objects.filter(is_newsroom=True).count() == 1


def test_an_answer_to_what_is_online_is_undone_alone(client: Client) -> None:
    earlier, comment = a_comment(), a_comment(status=Status.APPROVED)
    decide(client, "spam", earlier)
    post(client, f"{comment.pk}/reponse/", {"name": "L’Essai", "text": "Merci.", "seen": Status.APPROVED})

    post(client, "annulation/")

    assert states(comment, Comment.objects.get(is_newsroom=True), earlier) == ["approved", "waiting", "spam"]


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"name": "  "}, {"text": "é" * (LONGEST_TEXT + 1)}], ids=["no text", "no name", "too long"]
)
def test_an_answer_that_cannot_be_sent_keeps_its_words(fields: dict[str, str], client: Client) -> None:
    comment = a_comment()
    sent = {"name": "La rédaction", "text": "Merci de votre lettre.", "seen": "waiting"} | fields

    told = post(client, f"{comment.pk}/reponse/", sent, 422)
    page = client.post(f"{QUEUE}{comment.pk}/reponse/", sent)

    assert set(told["errors"]) == {"text" if "text" in fields else "name"}
    assert page.status_code == 422
    form = LexborHTMLParser(page.content.decode())
    assert form.css_first("textarea").text() == sent["text"]
    assert form.css_first("[name=name]").attributes["value"] == sent["name"]
    assert states(comment) == [Status.WAITING]


def test_an_answer_to_what_somebody_has_refused_meanwhile_is_not_sent(client: Client) -> None:
    comment = a_comment()
    decide(signed_in(a_person(roles.MODERATOR, first_name="Koffi")), "reject", comment)

    told = post(client, f"{comment.pk}/reponse/", {"name": "L’Essai", "text": "Merci.", "seen": "waiting"}, 409)

    assert "Koffi" in told["errors"]["text"] and told["values"]["text"] == "Merci."
    assert Comment.objects.get().status == Status.REJECTED
    post(client, f"{comment.pk}/reponse/", {"name": "L’Essai", "text": "Merci.", "seen": told["values"]["seen"]})
    assert states(comment) == [Status.APPROVED]
