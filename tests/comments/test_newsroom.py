"""The moderators' screens: what they show, what they do, and to whom they are closed."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser, LexborNode
from wagtail.models import ModelLogEntry

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.comments import actions, classifier, learning
from rotative.comments.models import Comment, Complaint, Decision, Lesson, ModerationDesk, Status
from rotative.comments.text import LONGEST_TEXT
from rotative.content.models import Edition, Section
from tests.builders import a_comment, a_section, an_article, an_edition
from tests.newsroom import a_client, a_person, messages_of, signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/redaction/commentaires/"
JSON = {"accept": "application/json"}


@pytest.fixture
def moderator() -> User:
    return a_person(roles.MODERATOR, first_name="Awa", last_name="Tossou")


@pytest.fixture
def client(moderator: User) -> Client:
    return signed_in(moderator)


def screen(client: Client, address: str = "") -> LexborHTMLParser:
    answer = client.get(QUEUE + address)
    assert answer.status_code == 200, address
    return LexborHTMLParser(answer.content.decode())


def numbers(client: Client, query: str = "") -> list[int]:
    """Return the comments that the queue shows, in its order."""
    return [number_of(card) for card in screen(client, query).css("article.moderation-card")]


def number_of(card: LexborNode) -> int:
    return int(card.attributes["data-number"] or 0)


def card(client: Client, comment: Comment, query: str = "") -> LexborNode:
    found = screen(client, query).css_first(f"#comment-{comment.pk}")
    assert found is not None
    return found


def words(node: Any) -> str:
    return " ".join(node.text().split())


def post(client: Client, address: str, fields: dict[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    answer = client.post(QUEUE + address, fields or {}, headers=JSON)
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def decide(
    client: Client, word: str, *comments: Comment, seen: str = Status.WAITING, query: str = "", status: int = 200
) -> dict[str, Any]:
    fields = {"decision": word, "comment": [comment.pk for comment in comments]}
    fields |= {f"seen-{comment.pk}": seen for comment in comments}
    return post(client, f"decision/{query}", fields, status)


def states(*comments: Comment) -> list[str]:
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def a_desk(user: User, sections: Iterable[Section] = (), editions: Iterable[Edition] = ()) -> None:
    desk = ModerationDesk(user=user)
    desk.sections = list(sections)
    desk.editions = list(editions)
    desk.save()


# --- what is seen


def test_what_waits_is_shown_oldest_first_and_newest_first_when_asked(client: Client) -> None:
    first, second = a_comment(), a_comment()
    a_comment(status=Status.APPROVED)

    assert numbers(client) == [first.pk, second.pk]
    assert numbers(client, "?order=newest") == [second.pk, first.pk]


def test_a_card_says_who_wrote_what_where_and_why_it_waits(client: Client) -> None:
    article = an_article("La crue du Niger", edition=an_edition("Niger"))
    first = a_comment(article, name="Inès", text="Qui paiera ?", status=Status.APPROVED)
    reasons = [{"rule": "links", "detail": "3"}, {"rule": "looks-like-spam", "detail": "97 % · gagné, WhatsApp"}]
    reply = a_comment(in_reply_to=first, name="Moussa", email="moussa@exemple.ne", reasons=reasons)

    shown = card(client, reply)

    assert shown.css_first("h2").text() == "Moussa"
    for expected in (
        "moussa@exemple.ne",
        "La crue du Niger",
        "Politique",
        "Niger",
        reply.text,
        "97 %",
        "gagné, WhatsApp",
    ):
        assert expected in words(shown), expected
    assert len(shown.css(".moderation-reasons li")) == 2
    assert words(shown.css_first("blockquote")) == "Inès Qui paiera ?"
    assert shown.css_first("[data-do=open]").attributes["href"] == f"{article.address}#commentaires"


def test_a_comment_that_is_online_is_linked_where_it_stands(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)

    link = card(client, comment, "?state=approved").css_first("[data-do=open]").attributes["href"]

    assert link == comment.link


def test_line_ends_of_a_comment_are_kept(client: Client) -> None:
    comment = a_comment(text="Un.\n\nDeux.\nTrois.")

    assert card(client, comment).css_first(".moderation-text").text() == "Un.\n\nDeux.\nTrois."


def test_complaints_bring_a_comment_into_the_tab_of_the_reported_with_their_words(client: Client) -> None:
    quiet, reported = a_comment(status=Status.APPROVED), a_comment(status=Status.APPROVED)
    actions.complain(reported, Complaint.Ground.INSULT, "Il m’insulte", "192.0.2.7")
    settled = a_comment(quiet.article, status=Status.APPROVED)
    actions.complain(settled, Complaint.Ground.SPAM, "", "192.0.2.7")
    Complaint.objects.filter(comment=settled).update(settled_at=timezone.now())

    assert numbers(client, "?state=reported") == [reported.pk]
    shown = card(client, reported, "?state=reported").css_first(".moderation-complaints")
    assert "Il m’insulte" in words(shown)
    assert str(Complaint.Ground.INSULT.label) in words(shown)


def test_what_was_reported_last_comes_last_however_old_the_comment_is(client: Client) -> None:
    older, newer = a_comment(status=Status.APPROVED), a_comment(status=Status.APPROVED)
    actions.complain(newer, Complaint.Ground.SPAM, "", "192.0.2.7")
    actions.complain(older, Complaint.Ground.SPAM, "", "192.0.2.7")
    actions.complain(newer, Complaint.Ground.SPAM, "", "198.51.100.7")

    assert numbers(client, "?state=reported") == [newer.pk, older.pk]


def test_a_card_counts_what_the_same_person_wrote_before_and_leads_to_it(client: Client) -> None:
    person = {"name": "Inès", "email": "ines@exemple.bj"}
    past = [a_comment(status=status, **person) for status in (Status.APPROVED, Status.APPROVED, Status.SPAM)]
    a_comment(name="Inès", email="une-autre@exemple.bj", status=Status.REJECTED)
    comment = a_comment(**person)

    link = card(client, comment).css_first(".moderation-past a")

    assert re.findall(r"\d+", words(link)) == ["2", "1"], "itself does not count"
    query = (link.attributes["href"] or "").partition("?")[2]
    assert numbers(client, f"?{query}") == [comment.pk]
    assert numbers(client, f"?state=approved&{query}") == [past[1].pk, past[0].pk]


def test_the_thread_around_a_comment_is_shown_in_order_with_this_one_marked(client: Client) -> None:
    first = a_comment(text="Le premier", status=Status.APPROVED)
    comment = a_comment(in_reply_to=first, text="Celui-ci")
    a_comment(in_reply_to=comment, text="Après", status=Status.SPAM)
    a_comment(first.article, text="Un autre fil")

    told = client.get(f"{QUEUE}{comment.pk}/fil/", headers=JSON).json()["html"]
    for markup in (told, client.get(f"{QUEUE}{comment.pk}/fil/").content.decode()):
        thread = LexborHTMLParser(markup)
        assert [text.text() for text in thread.css(".moderation-text")] == ["Le premier", "Celui-ci", "Après"]
        assert [words(node) for node in thread.css("li[aria-current] .moderation-text")] == ["Celui-ci"]


def test_a_very_long_thread_shows_its_first_comment_and_what_stands_nearest(client: Client) -> None:
    first = a_comment(text="Le premier", status=Status.APPROVED)
    replies = [a_comment(in_reply_to=first) for _number in range(60)]

    told = client.get(f"{QUEUE}{replies[40].pk}/fil/", headers=JSON).json()["html"]

    shown = [node.text() for node in LexborHTMLParser(told).css(".moderation-text")]
    assert shown == ["Le premier", *(reply.text for reply in replies[20:60])]


def test_the_queue_has_pages_of_fifty_without_scripts(client: Client) -> None:
    article = an_article()
    comments = [a_comment(article) for _number in range(53)]

    page = screen(client)
    follows = page.css_first("[data-next]").attributes["href"] or ""

    assert len(page.css("article.moderation-card")) == 50
    assert numbers(client, follows) == [comment.pk for comment in comments[50:]]
    told = client.get(f"{QUEUE}suite/?after={comments[49].pk}").json()
    assert told["html"].count("<article") == 3 and told["has_more"] is False


def test_a_comment_that_its_writer_took_back_is_nobodys_business(client: Client) -> None:
    comment = a_comment(email="ines@exemple.bj")
    a_comment(in_reply_to=comment)
    actions.delete_own([comment])

    assert comment.pk not in numbers(client, "?state=rejected")
    decide(client, "approve", comment, seen=Status.REJECTED, status=404)
    assert states(comment) == [Status.REJECTED]


def test_the_queue_costs_the_same_whatever_it_holds(client: Client) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(QUEUE + address).status_code == 200
        return len(captured)

    def fill(count: int) -> None:
        for number in range(count):
            # Each on an article of its own, in a section and an edition of its own.
            place = {
                "section": a_section(f"Rubrique {number}-{count}"),
                "edition": an_edition(f"Pays {number}-{count}"),
            }
            article = an_article(**place)
            first = a_comment(article, status=Status.APPROVED, email=f"{number}@exemple.bj")
            actions.complain(first, Complaint.Ground.OTHER, "", f"198.51.{number}.1")
            decided_by = a_person(None)
            a_comment(in_reply_to=first, decided_by=decided_by, decided_at=timezone.now(), reasons=[{"rule": "fast"}])

    addresses = ["", "suite/", "nouvelles/", "?state=reported", "?state=approved", "?reason=fast&section=3&article=x"]
    fill(2)
    cost("")  # the first request notes in the session that somebody is at work
    few = [cost(address) for address in addresses]
    fill(12)
    many = [cost(address) for address in addresses]

    assert many == few
    assert max(many) <= 32


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


def test_a_card_shows_five_complaints_and_says_how_many_there_are_more(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)
    for number in range(7):
        actions.complain(comment, Complaint.Ground.INSULT, f"Mot {number}", f"192.0.2.{number}")
    shown = card(client, comment, "?state=reported").css(".moderation-complaints li")
    assert len(shown) == 6
    assert shown[5].text() == "et 2 autres"


def test_the_queue_is_searched_by_words_name_and_email(client: Client) -> None:
    article = an_article("Le pont")
    by_words = a_comment(article, text="Au Bénin, l’œil du maître")
    by_name = a_comment(article, name="Benin Adjoa")
    by_email = a_comment(article, email="BENIN@lecteurs.example")
    a_comment(article, text="Rien à voir (c++)")
    found = client.get(f"{QUEUE}?words=b%C3%A9nin").content.decode()
    assert [f'id="comment-{made.pk}"' in found for made in Comment.objects.order_by("pk")] == [True] * 3 + [False]
    assert 'value="bénin"' in found
    for words, expected in (("L'OEIL du", [by_words]), ("adjoa", [by_name]), ("benin@", [by_email]), ("c++)", [])):
        answer = client.get(QUEUE, {"words": words}).content.decode()
        numbers = [made for made in (by_words, by_name, by_email) if f'id="comment-{made.pk}"' in answer]
        assert numbers == expected, words


def test_to_keep_what_was_reported_settles_the_complaints(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)
    actions.complain(comment, Complaint.Ground.INSULT, "", "192.0.2.7")

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
    actions.complain(comment, Complaint.Ground.INSULT, "", "192.0.2.7")
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
    entry = ModelLogEntry.objects.get(action=actions.EDIT)
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
    actions.edit(comment, "Deux", a_person(roles.MODERATOR))

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


# --- what is new


def test_a_small_answer_tells_what_is_new(client: Client) -> None:
    comment = a_comment()
    actions.complain(a_comment(status=Status.APPROVED), Complaint.Ground.SPAM, "", "192.0.2.7")

    told = client.get(f"{QUEUE}nouvelles/").json()

    assert (told["waiting"], told["reported"], told["newest"], told["decided"]) == (1, 1, comment.pk, [])
    assert told["token"]


def test_what_others_have_decided_is_told_once_and_ones_own_not(client: Client) -> None:
    comment, mine, before = a_comment(), a_comment(), a_comment()
    koffi = signed_in(a_person(roles.MODERATOR, first_name="Koffi"))
    decide(koffi, "reject", before)
    start = client.get(f"{QUEUE}nouvelles/").json()["decision"]
    decide(koffi, "spam", comment)
    decide(client, "approve", mine)

    told = client.get(f"{QUEUE}nouvelles/?decision={start}").json()

    assert [(one["number"], one["state"]) for one in told["decided"]] == [(comment.pk, "spam")]
    assert "Koffi" in told["decided"][0]["sentence"]
    assert client.get(f"{QUEUE}nouvelles/?decision={told['decision']}").json()["decided"] == []


def test_cards_that_came_in_since_are_given_newest_first(client: Client) -> None:
    comments = [a_comment() for _number in range(3)]

    told = client.get(f"{QUEUE}suite/?order=newest&newer={comments[0].pk}").json()

    cards = LexborHTMLParser(told["html"]).css("article.moderation-card")
    assert [number_of(node) for node in cards] == [comments[2].pk, comments[1].pk]


# --- what is chosen


def test_the_queue_is_chosen_by_section_edition_headline_reason_and_age(client: Client) -> None:
    desk = a_section("Infos")
    politics, sport = a_section("Politique", parent=desk), a_section("Sport")
    benin, niger = an_edition("Bénin"), an_edition("Niger")
    old = timezone.now() - timedelta(days=3)
    one = a_comment(
        an_article("Élection à Cotonou", politics, edition=benin),
        reasons=[{"rule": "links", "detail": '{"rule": "fast"'}],
    )
    two = a_comment(an_article("Match à Niamey", sport, edition=niger), created_at=old, reasons=[{"rule": "fast"}])
    three = a_comment(an_article("Le bac", sport, edition=benin, other_editions=[niger]), reasons=[])

    chosen = {
        f"section={desk.pk}": [one],
        f"section={politics.pk}": [one],
        f"section={sport.pk}": [two, three],
        f"edition={niger.pk}": [two, three],
        f"edition={benin.pk}": [one, three],
        "article=match": [two],
        "article=election+a": [one],
        "article=%C3%89lection": [one],
        "article=%25": [],
        f"story={three.article_id}": [three],
        "reason=links": [one],
        "reason=fast": [two],
        "age=last-day": [one, three],
        "age=before-day": [two],
        f"writer={two.writer}": [two],
        f"section={sport.pk}&age=before-day": [two],
    }
    for query, expected in chosen.items():
        assert numbers(client, f"?{query}") == [comment.pk for comment in expected], query


def test_a_choice_stays_in_the_links_of_the_screen(client: Client) -> None:
    comment = a_comment()
    query = f"?state=spam&section={comment.article.section_id}&age=last-day&order=oldest"
    comment.status = Status.SPAM
    comment.save()

    page = screen(client, query)

    root = page.css_first("#moderation").attributes
    for name in ("data-decide", "data-undo", "data-more", "data-news"):
        assert "section=" in (root[name] or "") and "age=last-day" in (root[name] or ""), name
    assert all("section=" in (link.attributes["href"] or "") for link in page.css(".moderation-tabs a"))
    assert page.css_first("#choice-age option[selected]").attributes["value"] == "last-day"


@pytest.mark.parametrize(
    "query",
    [
        "?state=explode&order=sideways&section=x&edition=-1&reason=';--&age=never&writer=a&after=z",
        "?section=99999999999999999999&after=99999999999999999999&story=0",
        "?article=%00%ff%E2%80%AE&writer=" + "é" * 64,
        "?article=%3Cscript%3Ealert(1)%3C/script%3E",
        "?section=²&after=٣",
    ],
)
def test_strange_addresses_are_no_error(query: str, client: Client) -> None:
    a_comment()

    for address in ("", "suite/", "nouvelles/"):
        assert client.get(f"{QUEUE}{address}{query}").status_code == 200, address
    assert "<script>alert" not in client.get(QUEUE + query).content.decode()


# --- whose it is


def everything(comment: Comment) -> list[tuple[str, str, dict[str, Any]]]:
    """Return each address that shows or changes one comment: its method, its path, its fields."""
    number = comment.pk
    return [
        ("post", "decision/", {"decision": "approve", "comment": number, f"seen-{number}": "waiting"}),
        ("post", "decision/", {"one": f"spam:{number}", f"seen-{number}": "waiting"}),
        ("post", f"{number}/epingle/", {"pinned": "yes"}),
        ("post", f"{number}/texte/", {"text": "Autre chose", "version": ""}),
        ("post", f"{number}/reponse/", {"name": "L’Essai", "text": "Merci", "seen": "waiting"}),
        ("get", f"{number}/texte/", {}),
        ("get", f"{number}/reponse/", {}),
        ("get", f"{number}/fil/", {}),
    ]


def test_who_reads_some_sections_sees_and_decides_those_alone(client: Client, moderator: User) -> None:
    desk = a_section("Infos")
    mine = a_comment(an_article(section=a_section("Politique", parent=desk)))
    theirs = a_comment(an_article(section=a_section("Sport")))
    a_desk(moderator, sections=[desk])

    assert numbers(client) == [mine.pk]
    assert client.get(f"{QUEUE}nouvelles/").json()["waiting"] == 1
    assert f"comment-{theirs.pk}" not in client.get(f"{QUEUE}suite/").json()["html"]
    for method, address, fields in everything(theirs):
        for headers in (JSON, {}):
            answer = getattr(client, method)(QUEUE + address, fields, headers=headers)
            assert answer.status_code == 404, address
    told = decide(client, "spam", mine, theirs)
    assert (told["decided"], told["gone"]) == ([mine.pk], [theirs.pk])
    theirs.refresh_from_db()
    assert (theirs.status, theirs.is_pinned, theirs.edited_at) == (Status.WAITING, False, None)


def test_who_reads_some_editions_sees_and_decides_those_alone(client: Client, moderator: User) -> None:
    benin, niger = an_edition("Bénin"), an_edition("Niger")
    mine = a_comment(an_article(edition=benin))
    shared = a_comment(an_article(edition=niger, other_editions=[benin]))
    theirs = a_comment(an_article(edition=niger))
    a_desk(moderator, editions=[benin])

    assert numbers(client) == [mine.pk, shared.pk]
    for method, address, fields in everything(theirs):
        assert getattr(client, method)(QUEUE + address, fields, headers=JSON).status_code == 404, address
    assert states(theirs) == [Status.WAITING]


def test_the_past_of_a_writer_and_the_tidings_say_nothing_of_other_desks(client: Client, moderator: User) -> None:
    politics, sport = a_section("Politique"), a_section("Sport")
    start = client.get(f"{QUEUE}nouvelles/").json()["decision"]
    elsewhere = a_comment(an_article(section=sport), name="Inès", email="ines@exemple.bj")
    decide(signed_in(a_person(roles.MODERATOR)), "spam", elsewhere)
    comment = a_comment(an_article(section=politics), name="Inès", email="ines@exemple.bj")
    a_desk(moderator, sections=[politics])

    assert card(client, comment).css_first(".moderation-past a") is None
    assert client.get(f"{QUEUE}nouvelles/?decision={start}").json()["decided"] == []


@pytest.mark.parametrize("role", [None, roles.REPORTER, roles.DESK_EDITOR, roles.ADVERTISING_MANAGER])
def test_who_does_not_moderate_is_refused_at_every_address(role: roles.Role | None) -> None:
    comment = a_comment()
    stranger = a_client(role)
    addresses = [*everything(comment), ("post", "annulation/", {}), ("get", "apprentissage/", {})]
    addresses += [("get", address, {}) for address in ("", "suite/", "nouvelles/")]

    for method, address, fields in addresses:
        answer = getattr(stranger, method)(QUEUE + address, fields, headers=JSON)
        assert answer.status_code in ({302} if role is None else {403}), address
        answer = getattr(stranger, method)(QUEUE + address, fields)
        assert answer.status_code == 302, address
    comment.refresh_from_db()
    assert (comment.status, comment.is_pinned, comment.edited_at) == (Status.WAITING, False, None)
    assert "commentaires/" not in stranger.get("/redaction/").content.decode()


def test_decisions_need_the_token_of_a_form(client: Client) -> None:
    comment = a_comment()
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client.cookies

    for method, address, fields in everything(comment):
        if method == "post":
            assert careful.post(QUEUE + address, fields, headers=JSON).status_code == 403, address
    assert careful.post(f"{QUEUE}annulation/", headers=JSON).status_code == 403
    assert states(comment) == [Status.WAITING]


@pytest.mark.parametrize("address", ["decision/", "annulation/"])
def test_nothing_is_decided_by_following_a_link(address: str, client: Client) -> None:
    assert client.get(QUEUE + address).status_code == 405


# --- what readers send never becomes markup

HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</template><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "<!-- --><style>*{display:none}</style>",
    "{{ 7|add:7 }}{% debug %}",
    "&lt;b&gt;&#60;i&#62;",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>ici</a>",
    "]]><x></script>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_readers_send_never_becomes_markup(hostile: str, client: Client) -> None:
    def shape(markup: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the elements of a page, with the names of their attributes."""
        return [
            (str(node.tag), tuple(sorted(node.attributes)))
            for node in LexborHTMLParser(markup).css("*")
            if "moderation" in str(node.attributes.get("class", ""))
            or node.tag in {"script", "style", "img", "svg", "a"}
        ]

    def pages(text: str, name: str) -> list[str]:
        first = a_comment(an_article(text), name=name, text=text, status=Status.APPROVED)
        actions.complain(first, Complaint.Ground.OTHER, text, "192.0.2.7")
        reply = a_comment(
            in_reply_to=first, name=name, text=text, reasons=[{"rule": "suspect", "detail": text}, {"rule": text}]
        )
        found = [
            client.get(QUEUE + address).content.decode()
            for address in ("", "?state=reported", f"{reply.pk}/fil/", f"{reply.pk}/texte/", f"{reply.pk}/reponse/")
        ]
        found.append(client.get(f"{QUEUE}suite/").json()["html"])
        found.append(client.get(f"{QUEUE}{reply.pk}/fil/", headers=JSON).json()["html"])
        found.append(post(client, f"{first.pk}/epingle/", {"pinned": "yes"})["html"])
        decide(client, "spam", reply)
        found.append(post(client, "annulation/")["restored"][0]["html"])
        Comment.objects.all().delete()
        return found

    harmless, harmed = pages("Bonjour", "Inès"), pages(hostile, hostile[:60])

    assert [shape(page) for page in harmed] == [shape(page) for page in harmless]
    assert all(LexborHTMLParser(page).css_first(".moderation-text").text() == hostile for page in harmed)


# --- the rest of the newsroom


def test_the_menu_leads_moderators_to_the_queue_with_the_number_that_waits(client: Client) -> None:
    for _number in range(3):
        a_comment()

    assert "Commentaires (3)" in client.get("/redaction/").content.decode()
    assert "Commentaires (" not in a_client(roles.REPORTER).get("/redaction/").content.decode()


def test_an_article_leads_to_its_comments() -> None:
    comment = a_comment(status=Status.APPROVED)
    a_comment(an_article(), status=Status.APPROVED)
    chief = a_client(roles.EDITOR_IN_CHIEF)

    page = LexborHTMLParser(chief.get(f"/redaction/pages/{comment.article_id}/edit/").content.decode())
    link = next(node.attributes["href"] for node in page.css("a") if QUEUE in (node.attributes.get("href") or ""))

    assert numbers(chief, (link or "").removeprefix(QUEUE)) == [comment.pk]
    editor = a_client(roles.DESK_EDITOR).get(f"/redaction/pages/{comment.article_id}/edit/").content.decode()
    assert QUEUE not in editor


def test_the_editor_in_chief_sets_the_rules_and_who_moderates_what(moderator: User) -> None:
    chief, section = a_client(roles.EDITOR_IN_CHIEF), a_section("Sport")

    assert chief.get("/redaction/settings/comments/commentsettings/", follow=True).status_code == 200
    form = {"user": moderator.pk, "sections": [section.pk], "editions": []}
    chief.post("/redaction/snippets/comments/moderationdesk/add/", form)

    desk = ModerationDesk.objects.get()
    assert (desk.user, list(desk.sections.all())) == (moderator, [section])
    assert str(moderator) in chief.get("/redaction/snippets/comments/moderationdesk/").content.decode()


def test_a_moderator_sets_neither_the_rules_nor_the_desks(client: Client) -> None:
    client.post("/redaction/snippets/comments/moderationdesk/add/", {"user": a_person(None).pk})

    assert not ModerationDesk.objects.exists()
    assert (
        client.get("/redaction/settings/comments/commentsettings/", follow=True).redirect_chain[-1][0] == "/redaction/"
    )
    assert "commentsettings" not in client.get(QUEUE).content.decode()


# --- what was learned


def test_before_the_first_lesson_the_report_says_how_many_decisions_are_missing(client: Client) -> None:
    decide(client, "spam", a_comment(), a_comment())

    assert "78" in words(screen(client, "apprentissage/").css_first(".moderation-verdict"))


def test_the_report_tells_the_honest_figures_of_each_judge(client: Client) -> None:
    spam = classifier.Report("spam", 800, 200, 50, 0.96, 0.82, 0.71, True, None)
    abuse = classifier.Report("abuse", 800, 200, 2, 0.0, 0.0, 1.0, False, "too_few_decisions", 31)
    judge = classifier.Judge("spam", 0.0, {"gagnez": 2.0})
    Lesson.objects.create(model=classifier.Model((spam, abuse), (judge,)).to_json(), decisions=1000)
    learning._read.cache_clear()  # numbers of rows begin again with each test

    page = screen(client, "apprentissage/")

    figures = [words(node) for node in page.css(".moderation-judge")]
    assert len(figures) == 2
    for figure in ("800", "200", "96 %", "82 %", "71 %", "50"):
        assert figure in figures[0], figure
    assert "31" in figures[1] and "0 %" not in figures[1], "a figure that nobody could measure is not told"
