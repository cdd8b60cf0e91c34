"""Two people fill in one form, of a topic or of settings: nothing is replaced unseen (optimistic locking)."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from rotative.accounts import roles
from rotative.comments.models import CommentSettings, ModerationDesk
from rotative.content.models import MenuItem, Newspaper, Topic
from tests.builders import a_newspaper, a_section, a_topic
from tests.newsroom import a_client, a_person

pytestmark = pytest.mark.django_db


def stored_form(client: Client, path: str) -> dict[str, str]:
    """Return the fields of a form as the browser that opens it now would send them."""
    return fields_of(client.get(path))


def fields_of(screen: Any) -> dict[str, str]:
    tree = html.fromstring(screen.content)
    form = next(
        form
        for form in tree.xpath("//form[@method='POST' or @method='post']")
        if form.xpath(".//*[@name='seen_state']")
    )
    fields = {
        field.get("name"): field.get("value", "")
        for field in form.xpath(".//input[@name]")
        if field.get("type") != "checkbox"
    }
    texts = {field.get("name"): field.text or "" for field in form.xpath(".//textarea[@name]")}
    return fields | {name: text.removeprefix("\n") for name, text in texts.items()}


def test_a_topic_that_somebody_changed_meanwhile_is_not_replaced_unseen() -> None:
    topic = a_topic("Eau potable")
    path = reverse("wagtailsnippets_content_topic:edit", args=[topic.pk])
    awa, koffi = a_client(roles.EDITOR_IN_CHIEF), a_client(roles.EDITOR_IN_CHIEF)
    hers, his = stored_form(awa, path), stored_form(koffi, path)
    assert awa.post(path, hers | {"description": "De l'eau d'Awa."}).status_code == 302

    screen = koffi.post(path, his | {"description": "De l'eau de Koffi."})

    text = screen.content.decode()
    assert "rien n’a été remplacé" in text
    assert "De l&#x27;eau d&#x27;Awa." in text
    assert "De l&#x27;eau de Koffi." in text
    assert Topic.objects.get().description == "De l'eau d'Awa."
    seen = {"seen_state": screen.context["form"]["seen_state"].value()}
    assert koffi.post(path, his | seen | {"description": "De l'eau de Koffi."}).status_code == 302
    assert Topic.objects.get().description == "De l'eau de Koffi."


def test_what_autosave_stored_of_a_topics_form_stands_not_in_its_way() -> None:
    path = reverse("wagtailsnippets_content_topic:edit", args=[a_topic("Eau potable").pk])
    editor = a_client(roles.EDITOR_IN_CHIEF)
    form = stored_form(editor, path)
    sent = editor.post(path, form | {"description": "Un mot."}, headers={"accept": "application/json"})
    assert sent.json()["success"]
    assert editor.post(path, form | {"description": "Un mot de plus."}).status_code == 302


def test_the_papers_settings_are_not_replaced_unseen() -> None:
    a_newspaper()
    path = reverse("wagtailsettings:edit", args=["content", "newspaper", Newspaper.load().pk])
    awa, koffi = a_client(roles.ADMINISTRATOR), a_client(roles.ADMINISTRATOR)
    hers, his = stored_form(awa, path), stored_form(koffi, path)
    assert awa.post(path, hers | {"motto": "La devise d'Awa"}).status_code == 302
    screen = koffi.post(path, his | {"motto": "La devise de Koffi"})
    assert "La devise d&#x27;Awa" in screen.content.decode()
    assert Newspaper.load().motto == "La devise d'Awa"


def test_what_stands_is_said_of_a_field_that_is_refused_too() -> None:
    a_newspaper()
    path = reverse("wagtailsettings:edit", args=["content", "newspaper", Newspaper.load().pk])
    awa, koffi = a_client(roles.ADMINISTRATOR), a_client(roles.ADMINISTRATOR)
    hers, his = stored_form(awa, path), stored_form(koffi, path)
    assert awa.post(path, hers | {"name": "Le Delta", "motto": ""}).status_code == 302
    screen = koffi.post(path, his | {"name": "", "motto": "La devise de Koffi"}).content.decode()
    for sentence in ("Enregistré maintenant : « Le Delta »", "Enregistré maintenant : rien"):
        assert sentence in screen.replace("\u00a0", " ")


def menu_of(*rows: tuple[int | str, str, str]) -> dict[str, str]:
    """Return the menu as a browser sends it: number, label and path of each row."""
    items = [{"id": number, "page": "", "label": label, "path": path} for number, label, path in rows]
    known = sum(1 for number, _label, _path in rows if number)
    return nested_form_data({"menu_items": inline_formset(items, initial=known)})


@pytest.mark.parametrize("is_deleted", [False, True], ids=["renamed", "deleted"])
def test_rows_that_somebody_changed_meanwhile_stand_beside_those_that_were_sent(is_deleted: bool) -> None:
    a_newspaper()
    paper = Newspaper.load()
    first = MenuItem.objects.create(newspaper=paper, label="Afrique", path="/afrique/", sort_order=0)
    second = MenuItem.objects.create(newspaper=paper, label="Lomé", path="/lome/", sort_order=1)
    path = reverse("wagtailsettings:edit", args=["content", "newspaper", paper.pk])
    awa, koffi = a_client(roles.ADMINISTRATOR), a_client(roles.ADMINISTRATOR)
    hers, his = stored_form(awa, path), stored_form(koffi, path)
    seen = menu_of((first.pk, "Afrique", "/afrique/"), (second.pk, "Lomé", "/lome/"))
    if is_deleted:
        hers |= seen | {"menu_items-1-DELETE": "1"}
    else:
        hers |= menu_of((first.pk, "Le continent", "/afrique/"), (second.pk, "Lomé", "/lome/"))
    assert awa.post(path, hers).status_code == 302

    screen = koffi.post(path, his | seen | {"motto": "La devise de Koffi"})

    stored = "Afrique, /afrique/" if is_deleted else "Le continent, /afrique/ · Lomé, /lome/"
    assert f"Enregistré maintenant : « {stored} »" in unescape(screen.content.decode()).replace("\xa0", " ")
    assert not screen.context["form"].formsets["social_accounts"].non_form_errors()
    assert Newspaper.load().motto == ""
    taken = {"menu_items-0-label": "Le continent"}
    assert koffi.post(path, fields_of(screen) | taken).status_code == 302
    assert Newspaper.load().motto == "La devise de Koffi"
    assert [item.label for item in Newspaper.load().menu_items.all()] == ["Le continent", "Lomé"]


@pytest.mark.parametrize(
    "mine",
    [{"menu_items-0-ORDER": "2", "menu_items-1-ORDER": "1"}, {"menu_items-1-DELETE": "1"}],
    ids=["moved", "deleted"],
)
def test_rows_that_were_moved_or_deleted_differ_from_those_that_stand(mine: dict[str, str]) -> None:
    a_newspaper()
    paper = Newspaper.load()
    first = MenuItem.objects.create(newspaper=paper, label="Afrique", path="/afrique/", sort_order=0)
    second = MenuItem.objects.create(newspaper=paper, label="Lomé", path="/lome/", sort_order=1)
    path = reverse("wagtailsettings:edit", args=["content", "newspaper", paper.pk])
    awa, koffi = a_client(roles.ADMINISTRATOR), a_client(roles.ADMINISTRATOR)
    seen = menu_of((first.pk, "Afrique", "/afrique/"), (second.pk, "Lomé", "/lome/"))
    hers, his = stored_form(awa, path) | seen, stored_form(koffi, path) | seen
    assert awa.post(path, hers | {"motto": "La devise d'Awa"}).status_code == 302

    screen = koffi.post(path, his | mine).content.decode()

    assert "Enregistré maintenant : « Afrique, /afrique/ · Lomé, /lome/ »" in unescape(screen).replace("\u00a0", " ")
    assert [item.label for item in Newspaper.load().menu_items.all()] == ["Afrique", "Lomé"]


def test_the_rules_for_comments_are_not_replaced_unseen() -> None:
    a_newspaper()
    path = reverse("wagtailsettings:edit", args=["comments", "commentsettings", CommentSettings.load().pk])
    awa, koffi = a_client(roles.EDITOR_IN_CHIEF), a_client(roles.EDITOR_IN_CHIEF)
    hers, his = stored_form(awa, path), stored_form(koffi, path)
    assert awa.post(path, hers | {"banned_words": "chien\r\nâne", "is_closed": "on"}).status_code == 302

    screen = koffi.post(path, his | {"banned_words": "mouton"})

    text = unescape(screen.content.decode()).replace("\xa0", " ")
    assert "Enregistré maintenant : « chien · âne »" in text
    assert "Enregistré maintenant : « oui »" in text
    assert screen.context["form"].errors.keys() == {"__all__", "banned_words", "is_closed"}
    assert CommentSettings.load().banned_words.split() == ["chien", "âne"]
    seen = {"seen_state": screen.context["form"]["seen_state"].value()}
    assert koffi.post(path, his | seen | {"banned_words": "mouton"}).status_code == 302
    assert CommentSettings.load().banned_words == "mouton"


def test_a_moderation_desk_is_not_replaced_unseen() -> None:
    a_newspaper()
    politics, sport = a_section("Politique"), a_section("Sport")
    awa, koffi = a_client(roles.EDITOR_IN_CHIEF), a_client(roles.EDITOR_IN_CHIEF)
    desk = ModerationDesk.objects.create(user=a_person(roles.MODERATOR))
    path = reverse("wagtailsnippets_comments_moderationdesk:edit", args=[desk.pk])
    hers, his = ({**stored_form(one, path), "user": desk.user_id} for one in (awa, koffi))
    assert awa.post(path, hers | {"sections": [politics.pk, sport.pk]}).status_code == 302

    screen = koffi.post(path, his | {"sections": [sport.pk]})

    text = unescape(screen.content.decode()).replace("\xa0", " ")
    assert "Enregistré maintenant : « Politique, Sport »" in text
    assert screen.context["form"].errors.keys() == {"__all__", "sections"}
    seen = {"seen_state": screen.context["form"]["seen_state"].value()}
    assert koffi.post(path, his | seen | {"sections": [sport.pk]}).status_code == 302
    assert [one.title for one in ModerationDesk.objects.get().sections.all()] == ["Sport"]
