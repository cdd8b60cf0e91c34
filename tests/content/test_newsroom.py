"""The newsroom's screens: what they show, and what they answer to mistakes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
import wagtail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext
from wagtail.models import PageViewRestriction
from wagtail.users.models import UserProfile

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.content.alphabet import SortKey, unaccented
from rotative.content.models import Edition, Home, Topic
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition
from tests.newsroom import a_client, a_person, messages_of, signed_in

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return re.sub(r"[ \n]+", " ", response.content.decode())


def labels(client: Client) -> list[str]:
    """Return the words of the menu, in order."""
    page = client.get("/redaction/").content.decode()
    found = re.findall(r'wagtail\.sidebar\.(?:Link|Sub|PageExplorer)MenuItem", "_args": \[\{"name": "([a-z-]+)"', page)
    return [
        name
        for name in found
        if name
        in {
            "articles",
            "explorer",
            "images",
            "documents",
            "authors",
            "topics",
            "reports",
            "settings",
            "help",
            "snippets",
        }
    ]


# --- first screen, menu


def test_the_first_screen_welcomes_in_french_with_the_paper_s_name() -> None:
    a_newspaper("L’Estuaire")
    page = text_of(signed_in(a_person(roles.REPORTER, first_name="Awa")).get("/redaction/"))
    assert "Bonjour, Awa" in page
    assert "Voici la rédaction de L’Estuaire." in page
    assert "Écrire un article" in page
    assert "La une" not in page
    assert "Document" not in page, "Wagtail's counters are gone"


def test_the_editor_in_chief_finds_the_fronts_on_the_first_screen() -> None:
    an_edition("Bénin")
    page = text_of(a_client(roles.EDITOR_IN_CHIEF).get("/redaction/"))
    assert reverse("wagtailadmin_pages:edit", args=[Home.objects.get().pk]) in page
    assert reverse("wagtailadmin_pages:edit", args=[Edition.objects.get().pk]) in page


def test_the_first_screen_offers_four_ways_however_many_editions_there_are() -> None:
    for country in ("Bénin", "Niger", "Togo", "Mali", "Ghana"):
        an_edition(country)
    page = text_of(a_client(roles.ADMINISTRATOR).get("/redaction/"))
    assert page.partition("newsroom-welcome__ways")[2].partition("</ul>")[0].count("<li>") == 4
    assert all(f">{country}</a>" in page for country in ("Bénin", "Niger", "Togo", "Mali", "Ghana"))


def test_after_the_front_was_published_the_paper_s_sections_are_shown() -> None:
    home, client = a_newspaper(), signed_in(a_superuser())
    stories = {f"stories-{name}": number for name, number in TOTALS.items()}
    form = {"title": home.title, "slug": home.slug, "search_description": "", "action-publish": "1", **stories}
    form |= {f"comments-{name}": number for name, number in TOTALS.items()}
    edited = client.post(reverse("wagtailadmin_pages:edit", args=[home.pk]), form, follow=True)
    for response in (edited, client.get(reverse("wagtailadmin_explore_root"), follow=True)):
        assert response.redirect_chain[-1][0] == reverse("wagtailadmin_explore", args=[home.pk])
        assert "installation de Wagtail" not in text_of(response)
        assert "Root" not in text_of(response)


TOTALS = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}


def a_superuser() -> User:
    return a_person(roles.ADMINISTRATOR, is_superuser=True)


def test_yes_and_no_are_words_of_the_newsroom() -> None:
    client = signed_in(a_superuser())
    for path in (f"{reverse('wagtailusers_users:index')}?is_active=true", f"{reverse('articles:index')}?live=true"):
        page = text_of(client.get(path))
        assert "Oui" in page
        assert not re.search(r">\s*(True|False)\s*<", page)


def test_what_is_said_of_a_page_is_french() -> None:
    """Wagtail’s catalogue says « Ce(tte) page »."""
    catalogues = Path(wagtail.__file__).parent.glob("**/locale/fr/LC_MESSAGES/django.mo")
    found = [entry for path in catalogues for entry in both_genders(path)]
    assert len(found) > 10
    with translation.override("fr"):
        left = [msgid for msgid in found if "e(tte)" in ngettext(msgid, msgid, 1)]
    assert left == []


def both_genders(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        catalogue = GNUTranslations(file)._catalog  # type: ignore[attr-defined] # there is no public way to all of it
    for msgid, msgstr in catalogue.items():
        if isinstance(msgid, str) and "e(tte)" in msgstr:
            yield msgid


def test_no_panel_promises_checks_that_do_not_run() -> None:
    article = an_article()
    page = text_of(a_client(roles.DESK_EDITOR).get(reverse("wagtailadmin_pages:edit", args=[article.pk])))
    assert "data-checks-panel" not in page
    assert 'data-side-panel-toggle="preview"' in page
    assert 'data-side-panel-toggle="checks"' not in page


# --- the front page stays


AWAY = {
    "unpublished": "/redaction/pages/{home}/unpublish/",
    "deleted": "/redaction/pages/{home}/delete/",
    "moved": "/redaction/pages/{home}/move/",
    "moved below a section": "/redaction/pages/{home}/move/{section}/confirm/",
    "deleted with others": "/redaction/bulk/wagtailcore/page/delete/?id={home}",
}
AWAY_IN_SILENCE = {
    "unpublished with others": "/redaction/bulk/wagtailcore/page/unpublish/?id={home}",
    "moved with others": "/redaction/bulk/wagtailcore/page/move/?id={home}",
    "unpublished through the internal interface": "/redaction/api/main/pages/{home}/action/unpublish/",
    "deleted through the internal interface": "/redaction/api/main/pages/{home}/action/delete/",
    "moved through the internal interface": "/redaction/api/main/pages/{home}/action/move/",
}


@pytest.mark.parametrize("way", AWAY | AWAY_IN_SILENCE)
def test_the_front_page_stays_where_it_is(way: str) -> None:
    home, section = a_newspaper(), a_section()
    form = {"include_descendants": "on", "chooser": section.pk, "destination_page_id": section.pk}
    response = signed_in(a_superuser()).post(
        (AWAY | AWAY_IN_SILENCE)[way].format(home=home.pk, section=section.pk), form, follow=True
    )
    after = Home.objects.get()
    assert (after.live, after.url_path, after.depth) == (True, home.url_path, home.depth)
    if way in AWAY:
        assert "La une reste où elle est" in messages_of(response)


def test_the_front_page_does_not_expire() -> None:
    home = a_newspaper()
    home.expire_at = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError, match="expire"):
        home.full_clean()


def test_who_may_not_arrange_the_front_learns_nothing_of_it() -> None:
    home = a_newspaper()
    response = a_client(roles.REPORTER).post(f"/redaction/pages/{home.pk}/unpublish/", follow=True)
    assert "La une reste" not in messages_of(response)


def test_who_has_nothing_to_do_yet_is_offered_nothing() -> None:
    client = a_client(roles.MODERATOR)
    assert "Écrire un article" not in text_of(client.get("/redaction/"))
    assert set(labels(client)) <= {"reports"}


def test_the_menu_follows_the_work() -> None:
    menu = labels(a_client(roles.EDITOR_IN_CHIEF))
    assert menu == ["articles", "explorer", "images", "documents", "authors", "topics", "reports", "settings"]


def test_all_articles_stand_in_one_list_that_can_be_searched() -> None:
    an_article("Le marché rouvre")
    an_article("La crue arrive", section=a_section("Environnement"))
    page = text_of(a_client(roles.REPORTER).get(reverse("articles:index")))
    assert "Le marché rouvre" in page
    assert "La crue arrive" in page
    assert "Environnement" in page


# --- language


@pytest.mark.parametrize(("language", "label"), [("", "Surtitre"), ("fr", "Surtitre"), ("en", "Kicker")])
def test_the_edit_screen_speaks_french_or_english_as_the_person_chose(language: str, label: str) -> None:
    section, person = a_section(), a_person(roles.REPORTER)
    UserProfile.objects.create(user=person, preferred_language=language)
    page = text_of(signed_in(person).get(reverse("wagtailadmin_pages:add", args=["content", "article", section.pk])))
    assert f"{label} </" in page or f">{label}<" in page or label in page
    assert ("Kicker" in page) == (language == "en")


def test_a_person_chooses_the_language_in_the_account_settings() -> None:
    person = a_person(roles.REPORTER)
    client = signed_in(person)
    assert "locale-preferred_language" in client.get(reverse("wagtailadmin_account")).content.decode()
    client.post(
        reverse("wagtailadmin_account"),
        {"name_email-first_name": "Awa", "name_email-last_name": "Tossou", "name_email-email": "awa@estuaire.example",
         "locale-preferred_language": "en", "locale-current_time_zone": "Africa/Porto-Novo",
         "theme-theme": "system", "theme-density": "default", "theme-contrast": "system"},
    )  # fmt: skip
    person.refresh_from_db()
    assert UserProfile.objects.get(user=person).preferred_language == "en"


def test_every_field_of_an_article_has_a_french_label() -> None:
    section = a_section()
    page = text_of(
        a_client(roles.REPORTER).get(reverse("wagtailadmin_pages:add", args=["content", "article", section.pk]))
    )
    for english in ("Standfirst", "Bylines", "Lead image", "Where it appears", "Handling", "Happening now", "Related"):
        assert english not in page, english
    for french in ("Chapô", "Signatures", "Image principale", "Où il paraît", "En cours", "Sensible", "Sujets"):
        assert french in page, french


# --- choosing topics


def test_a_long_list_of_topics_can_be_filtered_and_shows_the_chosen_first() -> None:
    for number in range(15):
        a_topic(f"Sujet {number:02}")
    chosen = Topic.objects.last()
    article = an_article(topics=[chosen])
    page = a_client(roles.EDITOR_IN_CHIEF).get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()
    assert "content/checkbox-list.js" in page
    assert "Tapez pour raccourcir la liste" in page
    boxes = re.findall(r'name="topics" value="(\d+)"', page)
    assert boxes[0] == str(chosen.pk)
    assert len(boxes) == 15


NAMES = ("Zones humides", "Éducation", "eau", "Œuvres", "Élections", "Sport")
SORTED = ["eau", "Éducation", "Élections", "Œuvres", "Sport", "Zones humides"]


def test_topics_stand_in_the_order_of_the_alphabet() -> None:
    for name in NAMES:
        a_topic(name)
    client, article = a_client(roles.EDITOR_IN_CHIEF), an_article()
    form = text_of(client.get(reverse("wagtailadmin_pages:edit", args=[article.pk])))
    listing = reverse("wagtailsnippets_content_topic:list")
    assert topics_in(form.partition('name="topics"')[2]) == SORTED
    assert topics_in(text_of(client.get(listing))) == SORTED
    assert topics_in(text_of(client.get(f"{listing}?ordering=-name"))) == SORTED[::-1]


def topics_in(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf"[> ]({'|'.join(NAMES)}) ?<", page)))


def test_databases_sort_as_python_does() -> None:
    for name in NAMES:
        a_topic(name)
    assert [topic.name for topic in Topic.objects.order_by(SortKey("name"))] == sorted(NAMES, key=unaccented)


# --- mistakes: a sentence, nothing lost


def test_nobody_makes_a_page_private_which_would_not_keep_it_from_anybody() -> None:
    path = reverse("wagtailadmin_pages:set_privacy", args=[an_article().pk])
    response: Any = a_client(roles.ADMINISTRATOR).post(path, {"restriction_type": "login"})
    assert response.url == "/redaction/"
    assert not PageViewRestriction.objects.exists()


def test_authors_are_found_by_name() -> None:
    an_author("Awa Tossou")
    an_author("Koffi Adjovi")
    page = text_of(a_client(roles.EDITOR_IN_CHIEF).get(reverse("wagtailsnippets_content_author:list") + "?q=koffi"))
    assert "Koffi Adjovi" in page
    assert "Awa Tossou" not in page
