"""The queue: what it shows of comments, in which order, and what was chosen of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from rotative.accounts import roles
from rotative.comments import posting, privacy
from rotative.comments.models import Comment, Complaint, Status
from tests.builders import a_comment, a_section, an_article, an_edition
from tests.comments.moderating import JSON, QUEUE, card, decide, number_of, numbers, screen, states, words
from tests.newsroom import a_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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
    posting.complain(reported, Complaint.Ground.INSULT, "Il m’insulte", "192.0.2.7")
    settled = a_comment(quiet.article, status=Status.APPROVED)
    posting.complain(settled, Complaint.Ground.SPAM, "", "192.0.2.7")
    Complaint.objects.filter(comment=settled).update(settled_at=timezone.now())

    assert numbers(client, "?state=reported") == [reported.pk]
    shown = card(client, reported, "?state=reported").css_first(".moderation-complaints")
    assert "Il m’insulte" in words(shown)
    assert str(Complaint.Ground.INSULT.label) in words(shown)


def test_what_was_reported_last_comes_last_however_old_the_comment_is(client: Client) -> None:
    older, newer = a_comment(status=Status.APPROVED), a_comment(status=Status.APPROVED)
    posting.complain(newer, Complaint.Ground.SPAM, "", "192.0.2.7")
    posting.complain(older, Complaint.Ground.SPAM, "", "192.0.2.7")
    posting.complain(newer, Complaint.Ground.SPAM, "", "198.51.100.7")

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
    privacy.delete_own([comment])

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
            posting.complain(first, Complaint.Ground.OTHER, "", f"198.51.{number}.1")
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


def test_a_card_shows_five_complaints_and_says_how_many_there_are_more(client: Client) -> None:
    comment = a_comment(status=Status.APPROVED)
    for number in range(7):
        posting.complain(comment, Complaint.Ground.INSULT, f"Mot {number}", f"192.0.2.{number}")
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
    for typed, expected in (("L'OEIL du", [by_words]), ("adjoa", [by_name]), ("benin@", [by_email]), ("c++)", [])):
        answer = client.get(QUEUE, {"words": typed}).content.decode()
        numbers = [made for made in (by_words, by_name, by_email) if f'id="comment-{made.pk}"' in answer]
        assert numbers == expected, typed


# --- what is new


def test_a_small_answer_tells_what_is_new(client: Client) -> None:
    comment = a_comment()
    posting.complain(a_comment(status=Status.APPROVED), Complaint.Ground.SPAM, "", "192.0.2.7")

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
