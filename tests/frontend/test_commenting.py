"""The comment form through HTTP, without a browser: whatever fails, nobody who wrote in good faith loses a word."""

import json
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import altcha
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from rotative.comments import captcha, deciding, mailboxes, posting, queries
from rotative.comments.models import (
    Comment,
    CommentSettings,
    Complaint,
    Notice,
    Proof,
    SpentChallenge,
    Status,
    Unsubscription,
)
from rotative.content.models import Article
from tests.builders import a_comment, an_article

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
OURS = {"Sec-Fetch-Site": "same-origin"}
SCRIPT = {**OURS, "Accept": "application/json"}
WORDS = "Le pont est fermé.\r\n\r\n  Depuis « lundi » & <b>toujours</b> !\r\nEt puis ?"


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captcha, "NUMBERS", 50)


@pytest.fixture
def article() -> Article:
    return an_article("Le pont", published_at=timezone.now())


@pytest.fixture
def reader() -> Client:
    return Client(enforce_csrf_checks=True)


def send(reader: Client, article: Article, headers: dict[str, str] = OURS, **fields: str) -> Any:
    body = urlencode({"name": "Awa", "text": WORDS, **fields})
    return reader.post(f"/commentaires/envoyer/{article.pk}/", body, content_type=FORM, headers=headers)


def solve(reader: Client, article: Article) -> str:
    challenge = altcha.Challenge.from_dict(reader.get(f"/commentaires/defi/{article.pk}/").json())
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def given_back(answer: Any) -> dict[str, str]:
    """Return what stands in the fields of the form in an answer."""
    form = LexborHTMLParser(answer.content).css_first("form#commenter")
    assert form is not None, "the form is given back"
    fields = {field.attributes["name"]: field.attributes.get("value") or "" for field in form.css("input")}
    return {**fields, "text": form.css_first("textarea").text()}


def typed(text: str = WORDS) -> str:
    return text.replace("\r\n", "\n")


# --- what is taken


def test_a_comment_with_its_proof_arrives_and_is_told_so(reader: Client, article: Article) -> None:
    answer = send(reader, article, proof=solve(reader, article))
    assert answer.status_code == 202
    assert "bien arrivé" in answer.content.decode() and "Depuis" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store" and not answer.cookies
    comment = Comment.objects.get()
    assert (comment.proof, comment.status) == (Proof.SOLVED, Status.WAITING)
    assert comment.text == "Le pont est fermé.\n\n  Depuis « lundi » & <b>toujours</b> !\nEt puis ?"
    assert [reason["rule"] for reason in comment.reasons] == ["newcomer"]


def test_the_script_is_told_in_json(reader: Client, article: Article) -> None:
    answer = send(reader, article, SCRIPT)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")


def test_at_night_the_reader_is_told_when_somebody_reads_it(reader: Client, article: Article) -> None:
    CommentSettings.objects.create(pause_from=time(0), pause_until=time(23, 59, 59))
    assert "23:59" in send(reader, article).content.decode()


FAILING = {
    "no scripts": lambda reader, article: "",
    "an old telephone that sends rubbish": lambda reader, article: "undefined",
    "a proof of another article": lambda reader, article: solve(reader, an_article("Autre")),
    "half a proof": lambda reader, article: solve(reader, article)[:-40],
    "a proof that is far too long": lambda reader, article: "A" * 9000,
}


@pytest.mark.parametrize("way", FAILING)
def test_a_captcha_that_fails_costs_nobody_a_word(way: str, reader: Client, article: Article) -> None:
    answer = send(reader, article, proof=FAILING[way](reader, article))
    assert answer.status_code == 202
    comment = Comment.objects.get()
    assert comment.proof in {Proof.MISSING, Proof.WRONG} and comment.status == Status.WAITING


def test_a_proof_that_was_used_before_costs_nobody_a_word(reader: Client, article: Article) -> None:
    proof = solve(reader, article)
    assert [send(reader, article, text=text, proof=proof).status_code for text in ("Un", "Deux")] == [202, 202]
    assert list(Comment.objects.order_by("pk").values_list("proof", flat=True)) == [Proof.SOLVED, Proof.REPLAYED]
    assert SpentChallenge.objects.count() == 1


def test_two_taps_and_a_reload_make_one_comment(reader: Client, article: Article) -> None:
    assert {send(reader, article).status_code for _tap in range(3)} == {202}
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"text=%FF%FE%E9&name=%E9",
        b"text=a%00b&name=%00",
        b"text=x&text=y&name=a&name=b",
        b"text=%ED%A0%80x",
        "text=é".encode("latin-1"),
    ],
)
def test_bytes_that_are_no_text_are_taken_as_they_can_be_read(body: bytes, reader: Client, article: Article) -> None:
    address = f"/commentaires/envoyer/{article.pk}/"
    assert reader.generic("POST", address, body, FORM, headers=OURS).status_code == 202
    assert Comment.objects.get().text


def test_a_form_sent_as_multipart_is_a_form(reader: Client, article: Article) -> None:
    fields = {"name": "Awa", "text": WORDS}
    assert reader.post(f"/commentaires/envoyer/{article.pk}/", fields, headers=OURS).status_code == 202
    assert Comment.objects.get().name == "Awa"


def test_a_wrong_email_is_told_and_costs_nothing(reader: Client, article: Article) -> None:
    answer = send(reader, article, SCRIPT, email="awa@", wants_replies="1")
    assert "adresse e-mail" in answer.json()["message"]
    assert Comment.objects.get().email == ""


# --- what is refused, with the text given back


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"text": "  "}, "c-text"), ({"text": "é" * 5001}, "c-text"), ({"name": "x" * 61}, "c-name")],
)
def test_errors_stand_beside_their_field_and_keep_what_was_typed(
    fields: dict[str, str], wrong: str, reader: Client, article: Article
) -> None:
    sent = {"name": "Awa", "text": WORDS, "email": "awa@lecteurs.example", "wants_replies": "1", **fields}
    answer = send(reader, article, **sent)
    assert answer.status_code == 422
    html = LexborHTMLParser(answer.content)
    field = html.css_first(f"#{wrong}")
    assert field.attributes["aria-invalid"] == "true"
    assert f"{wrong}-error" in field.attributes["aria-describedby"]
    assert html.css_first(f"#{wrong}-error").text()
    back = given_back(answer)
    assert back["text"].strip() == typed(sent["text"]).strip() and back["name"] == sent["name"]
    assert back["email"] == sent["email"]
    assert send(reader, article, SCRIPT, **sent).json()["errors"].keys() == {wrong.removeprefix("c-")}
    assert not Comment.objects.exists()


def test_when_comments_have_closed_meanwhile_the_text_is_given_back(reader: Client, article: Article) -> None:
    CommentSettings.objects.create(is_closed=True)
    answer = send(reader, article)
    assert answer.status_code == 403 and "fermés" in answer.content.decode()
    assert given_back(answer)["text"] == typed()
    assert send(reader, article, SCRIPT).json()["state"] == "closed"


def test_when_the_story_was_taken_back_meanwhile_the_text_is_given_back(reader: Client, article: Article) -> None:
    article.unpublish()
    answer = send(reader, article)
    assert answer.status_code == 404
    assert given_back(answer)["text"] == typed()


def test_far_too_long_a_text_is_given_back_as_far_as_it_was_read(reader: Client, article: Article) -> None:
    answer = send(reader, article, text="mot " * 300_000)
    assert answer.status_code == 413
    assert len(given_back(answer)["text"]) > 900_000
    assert send(reader, article, SCRIPT, text="mot " * 300_000).status_code == 413


def test_emoji_up_to_the_limit_are_not_too_long(reader: Client, article: Article) -> None:
    assert send(reader, article, text="🦁" * 5000).status_code == 202


def test_under_a_flood_the_text_is_given_back_for_later(reader: Client, article: Article, monkeypatch: Any) -> None:
    monkeypatch.setattr(posting, "MOST_UNPROVED", 0)
    answer = send(reader, article)
    assert answer.status_code == 503 and given_back(answer)["text"] == typed()
    told = send(reader, article, SCRIPT).json()
    assert told["state"] == "later" and told["retry_after"] > 0
    assert send(reader, article, proof=solve(reader, article)).status_code == 202


@pytest.fixture
def broken_database() -> Iterator[None]:
    with mock.patch.object(queries, "find_article", side_effect=OperationalError("gone")):
        yield


def test_when_the_database_is_down_the_text_is_given_back(
    broken_database: None, reader: Client, article: Article, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = send(reader, article)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert given_back(answer)["text"] == typed()
    assert LexborHTMLParser(answer.content).css_first("form").attributes["action"] == answer.request["PATH_INFO"]
    assert send(reader, article, SCRIPT).json()["state"] == "later"


# --- from where it was sent


def test_an_old_browser_confirms_in_a_second_step(reader: Client, article: Article) -> None:
    first = send(reader, article, {})
    assert first.status_code == 200 and not Comment.objects.exists()
    fields = given_back(first)
    assert fields["text"] == typed()
    answer = reader.post(f"/commentaires/envoyer/{article.pk}/", urlencode(fields), content_type=FORM)
    assert answer.status_code == 202
    assert Comment.objects.get().proof == Proof.MISSING


def test_a_script_that_cannot_say_where_it_stands_leaves_it_to_the_browser(reader: Client, article: Article) -> None:
    """Whatever is below 400 would be taken for received, and the draft forgotten."""
    answer = send(reader, article, {"Accept": "application/json"})
    assert (answer.status_code, answer.json()["state"]) == (428, "confirm")
    assert not Comment.objects.exists()


def test_a_ticket_is_of_no_use_elsewhere(reader: Client, article: Article) -> None:
    fields = given_back(send(reader, article, {}))
    other = an_article("Autre")
    assert send(reader, other, {}, **fields).status_code == 200
    assert send(reader, article, {"Origin": "https://ailleurs.example"}, **fields).status_code == 403
    elsewhere = urlencode(fields)
    address = f"/commentaires/envoyer/{article.pk}/"
    assert reader.post(address, elsewhere, content_type=FORM, REMOTE_ADDR="102.64.1.1").status_code == 200
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://ailleurs.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_what_another_site_sends_is_refused_and_given_back(
    headers: dict[str, str], reader: Client, article: Article
) -> None:
    answer = send(reader, article, headers)
    assert answer.status_code == 403 and not Comment.objects.exists()
    assert given_back(answer)["text"] == typed()
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


# --- other small pages


def test_a_reply_has_a_form_of_its_own_without_scripts(reader: Client, article: Article) -> None:
    comment = a_comment(article, status=Status.APPROVED, text="Qu’en dites-vous ?")
    answer = reader.get(f"/commentaires/repondre/{comment.pk}/")
    assert "Qu’en dites-vous" in answer.content.decode()
    fields = {**given_back(answer), "text": "Du bien."}
    body = urlencode(fields)
    assert reader.post(f"/commentaires/envoyer/{article.pk}/", body, content_type=FORM, headers=OURS).status_code == 202
    assert Comment.objects.get(text="Du bien.").in_reply_to == comment
    for hidden in (a_comment(article), a_comment(article, status=Status.SPAM)):
        assert reader.get(f"/commentaires/repondre/{hidden.pk}/").status_code == 404


def test_a_comment_has_an_address_that_leads_to_the_page_where_it_stands(reader: Client, article: Article) -> None:
    first = a_comment(article, status=Status.APPROVED)
    others = [a_comment(article, status=Status.APPROVED) for _number in range(60)]
    assert reader.get(first.link).headers["Location"] == f"{article.address}#{first.anchor}"
    last = f"/discussions/{article.pk}/2/#{others[-1].anchor}"
    assert reader.get(others[-1].link).headers["Location"] == last
    assert reader.get(a_comment(article).link).status_code == 404


def test_a_reader_reports_a_comment(reader: Client, article: Article) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    address = f"/commentaires/signaler/{comment.pk}/"
    page = LexborHTMLParser(reader.get(address).content)
    fields = {field.attributes["name"]: field.attributes.get("value") or "" for field in page.css("main form input")}
    body = urlencode({**fields, "ground": "insult", "words": "Des menaces"})
    assert reader.post(address, body, content_type=FORM, headers={"Origin": "https://x.example"}).status_code == 200
    assert not Complaint.objects.exists(), "another site does not speak for the reader"
    assert "modérateur" in reader.post(address, body, content_type=FORM).content.decode()
    complaint = Complaint.objects.get()
    assert (complaint.comment, complaint.ground, complaint.words) == (comment, "insult", "Des menaces")
    assert reader.post(address, urlencode({"ground": "x"}), content_type=FORM, headers=OURS).status_code == 200
    assert Complaint.objects.count() == 1


def complain(reader: Client, comment: Comment, device: str, words: str = "") -> str:
    body = urlencode({"ground": "insult", "words": words})
    address = f"/commentaires/signaler/{comment.pk}/"
    answer = reader.post(address, body, content_type=FORM, headers=OURS, REMOTE_ADDR=device)
    return answer.content.decode()


def test_seven_people_behind_one_operator_are_heard_seven_times(reader: Client, article: Article) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    for number in range(7):
        for _tap in range(2):
            assert "Merci" in complain(reader, comment, f"41.85.163.{number}")
    assert Complaint.objects.filter(settled_at=None).count() == 7


def test_after_the_newsroom_has_kept_a_comment_the_next_complaint_is_heard(
    reader: Client, article: Article, django_user_model: Any
) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    complain(reader, comment, "41.85.163.1")
    deciding.decide([comment], Status.APPROVED, django_user_model.objects.create_user("moderatrice"))
    assert not Complaint.objects.filter(settled_at=None).exists()
    assert "Merci" in complain(reader, comment, "41.85.163.1")
    assert Complaint.objects.filter(settled_at=None).count() == 1


def test_a_flood_of_complaints_is_not_thanked_for_what_is_not_kept(
    reader: Client, article: Article, monkeypatch: Any
) -> None:
    comment = a_comment(article, status=Status.APPROVED)
    monkeypatch.setattr(posting, "MOST_OF_NETWORK", 2)
    monkeypatch.setattr(posting, "MOST_COMPLAINTS", 3)
    answers = [complain(reader, comment, f"41.85.163.{number}") for number in range(3)]
    assert ["Merci" in answer for answer in answers] == [True, True, False]
    assert "n’a pas été ajouté" in answers[2]
    assert ["Merci" in complain(reader, comment, f"102.64.{number}.1") for number in range(2)] == [True, False]
    assert Complaint.objects.count() == 3


def test_a_reader_sees_and_deletes_their_own_comments_by_a_mail(reader: Client, article: Article) -> None:
    mine = [a_comment(article, email="awa@lecteurs.example", text=f"Mot {number}") for number in range(3)]
    other = a_comment(article, email="autre@lecteurs.example", text="D’une autre")
    wrong = reader.post("/commentaires/les-miens/", "email=awa", content_type=FORM, headers=OURS)
    assert wrong.status_code == 422 and b'value="awa"' in wrong.content
    for email in ("awa@lecteurs.example", "inconnue@lecteurs.example"):
        answer = reader.post("/commentaires/les-miens/", urlencode({"email": email}), content_type=FORM, headers=OURS)
        assert answer.status_code == 200 and email in answer.content.decode()
        assert "par heure" in answer.content.decode(), "whoever asks twice is told why one mail comes"
    link = next(word for word in Notice.objects.get().body.split() if word.startswith("http"))
    address = "/" + link.split("/", 3)[3]
    page = reader.get(address)
    assert "Mot 2" in page.content.decode() and "D’une autre" not in page.content.decode()
    assert page.headers["Referrer-Policy"] in {"no-referrer", "same-origin", "strict-origin-when-cross-origin"}
    reader.post(address, f"comment={other.pk}", content_type=FORM, headers=OURS)
    reader.post(address, f"comment={mine[0].pk}", content_type=FORM, headers={"Origin": "https://x.example"})
    assert Comment.objects.count() == 4
    reader.post(address, f"comment={mine[0].pk}", content_type=FORM, headers=OURS)
    assert Comment.objects.count() == 3
    newest = reader.post(address, f"comment={mine[2].pk}", content_type=FORM, headers=OURS)
    assert "Mot 1" in newest.content.decode() and "Mot 2" not in newest.content.decode()
    assert reader.get(address).status_code == 200, "the link outlives the newest comment"
    emptied = reader.post(address, "all=1", content_type=FORM, headers=OURS).content.decode()
    assert "1 commentaire a été supprimé" in emptied and "Mot 1" not in emptied
    assert list(Comment.objects.all()) == [other]
    assert "Mot 1" not in reader.get(address).content.decode()
    assert reader.get("/commentaires/les-miens/faux/").status_code == 410


def test_a_mail_program_unsubscribes_with_one_click(reader: Client, article: Article) -> None:
    comment = a_comment(article, email="awa@lecteurs.example", wants_replies=True)
    address = "/" + mailboxes.unsubscribe_url(mailboxes.mailbox_of(comment.email)).split("/", 3)[3]
    assert reader.get(address).status_code == 200 and not Unsubscription.objects.exists()
    reader.post(address, "List-Unsubscribe=One-Click", content_type=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert Unsubscription.objects.get().email == "awa@lecteurs.example"
    assert reader.post("/commentaires/desabonner/7:faux/", "", content_type=FORM).status_code == 404


def test_an_address_is_confirmed_by_a_button_and_not_by_whoever_opens_the_link(
    reader: Client, article: Article
) -> None:
    mailbox = mailboxes.mailbox_of("Awa@lecteurs.example")
    address = "/" + mailboxes.confirm_url(mailbox).split("/", 3)[3]
    page = reader.get(address).content.decode()
    assert "awa@lecteurs.example" in page and "<button" in page
    reader.head(address)
    mailbox.refresh_from_db()
    assert mailbox.confirmed_at is None
    assert "Merci" in reader.post(address, "done=1", content_type=FORM).content.decode()
    mailbox.refresh_from_db()
    assert mailbox.confirmed_at
    assert reader.post("/commentaires/confirmer/1:faux/", "", content_type=FORM).status_code == 404


def test_a_challenge_is_for_one_reader_now(reader: Client, article: Article) -> None:
    answer = reader.get(f"/commentaires/defi/{article.pk}/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["parameters"]["data"] == {"article": article.pk}


@pytest.mark.parametrize(
    "path", ["envoyer/1/", "signaler/99/", "repondre/99/", "envoyer/99999999999999999999999/", "x/"]
)
def test_what_is_not_there_is_said_calmly(path: str, reader: Client) -> None:
    an_article()
    assert reader.get(f"/commentaires/{path}").status_code == 404


def test_other_methods_are_refused(reader: Client, article: Article) -> None:
    assert reader.put(f"/commentaires/envoyer/{article.pk}/").status_code == 405
    assert reader.post(f"/commentaires/defi/{article.pk}/").status_code == 405
    assert reader.get(f"/commentaires/envoyer/{article.pk}/").headers["Location"] == f"{article.address}#commenter"


def test_trust_puts_a_comment_online_at_once(reader: Client, article: Article) -> None:
    a_comment(
        article,
        name="Awa",
        email="awa@lecteurs.example",
        status=Status.APPROVED,
        created_at=timezone.now() - timedelta(days=1),
        decided_by=Comment.decided_by.field.related_model.objects.create_user("moderatrice"),
    )
    answer = send(reader, article, SCRIPT, email="awa@lecteurs.example", proof=solve(reader, article))
    assert (answer.status_code, answer.json()["state"]) == (200, "published")
