"""The moderators' screens: to whom they are closed, and what leads to them."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.comments import classifier, learning, posting
from rotative.comments.models import Comment, Complaint, Lesson, ModerationDesk, Status
from rotative.content.models import Edition, Section
from tests.builders import a_comment, a_section, an_article, an_edition
from tests.comments.moderating import JSON, QUEUE, card, decide, numbers, post, screen, states, words
from tests.newsroom import a_client, a_person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def a_desk(user: User, sections: Iterable[Section] = (), editions: Iterable[Edition] = ()) -> None:
    desk = ModerationDesk(user=user)
    desk.sections = list(sections)
    desk.editions = list(editions)
    desk.save()


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
        posting.complain(first, Complaint.Ground.OTHER, text, "192.0.2.7")
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
