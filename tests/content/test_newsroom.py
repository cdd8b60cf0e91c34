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
from wagtail.test.utils.form_data import nested_form_data
from wagtail.users.models import UserProfile

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.content import queries
from rotative.content.alphabet import SortKey, unaccented
from rotative.content.models import Article, Byline, Edition, Home, Section, Topic
from tests.builders import a_newspaper, a_section, a_topic, an_article, an_author, an_edition
from tests.newsroom import a_client, a_person, article_form, messages_of, signed_in

pytestmark = pytest.mark.django_db
NB = "\N{NO-BREAK SPACE}"


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


def add(client: Client, model: str, parent: Any, form: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:add", args=["content", model, parent.pk]), form, follow=True)


def test_missing_fields_at_publication_are_named_and_nothing_typed_is_lost() -> None:
    section = a_section()
    form = article_form(None, title="La crue arrive", standfirst="Un chapô soigné") | {"action-publish": "1"}
    page = text_of(add(a_client(roles.DESK_EDITOR), "article", section, form))
    assert "erreurs de validation" in page
    assert "Champ requis." in page
    assert "La crue arrive" in page
    assert "Un chapô soigné" in page
    assert not Article.objects.exists()


def test_a_missing_headline_is_refused_and_the_body_is_not_lost() -> None:
    section, edition = a_section(), an_edition()
    page = text_of(add(a_client(roles.REPORTER), "article", section, article_form(edition, title="")))
    assert "Champ requis." in page
    assert "Les vendeuses sont revenues" in page


def test_a_duplicate_slug_is_explained() -> None:
    section, edition = a_section(), an_edition()
    an_article("Ancien", section=section, slug="le-marche-rouvre", edition=edition)
    page = text_of(add(a_client(roles.REPORTER), "article", section, article_form(edition)))
    assert re.search(r"slug.{1,40}(déjà utilisé|déjà)", page.replace("&#x27;", "’"))
    assert "Les vendeuses sont revenues" in page
    assert Article.objects.count() == 1


def test_a_reserved_address_is_refused() -> None:
    a_newspaper()
    form = nested_form_data({"title": "Sujets", "slug": "sujets", "description": "", "search_description": "",
                             "comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0})  # fmt: skip
    page = text_of(add(a_client(roles.EDITOR_IN_CHIEF), "section", a_newspaper(), form | {"action-publish": "1"}))
    assert f"L’adresse «{NB}sujets{NB}» est prise par le système" in page
    assert not Section.objects.exists()


def test_a_byline_needs_an_author_or_a_guest_but_not_both() -> None:
    section, edition, author = a_section(), an_edition(), an_author()
    form = article_form(edition, authors=[author])
    form["bylines-0-guest"] = "Une invitée"
    page = text_of(add(a_client(roles.REPORTER), "article", section, form))
    assert "l’un des deux" in page
    assert not Article.objects.exists()


def section_form(title: str = "Troisième", slug: str = "troisieme") -> dict[str, Any]:
    blank = dict.fromkeys(("description", "search_description", "go_live_at", "expire_at"), "")
    return {"title": title, "slug": slug, **blank, "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}


def test_a_section_of_a_third_level_is_refused_without_a_trace() -> None:
    section = a_section("Politique", a_section("News"))
    response = add(a_client(roles.EDITOR_IN_CHIEF), "section", section, section_form())
    assert response.status_code == 200
    assert messages_of(response)
    assert Section.objects.count() == 2


def move(client: Client, page: Any, destination: Any) -> Any:
    path = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk])
    return client.post(path, follow=True)


def test_a_section_cannot_be_moved_below_itself_or_below_its_own_sections() -> None:
    desk = a_section("News")
    section = a_section("Politique", desk)
    client = a_client(roles.EDITOR_IN_CHIEF)
    for destination in (desk, section):
        response = move(client, desk, destination)
        assert f"«{NB}News{NB}» ne peut pas être déplacé sous lui-même." in messages_of(response)
        assert response.status_code == 200
    assert Section.objects.get(pk=section.pk).desk == desk


def test_a_section_cannot_be_moved_to_a_third_level() -> None:
    desk, other = a_section("News"), a_section("Économie")
    section = a_section("Politique", desk)
    client = a_client(roles.EDITOR_IN_CHIEF)
    assert "Les rubriques ont deux niveaux" in messages_of(move(client, other, section))
    assert "Les rubriques ont deux niveaux" in messages_of(move(client, desk, other))
    assert Section.objects.filter(desk=None).count() == 2


def test_an_article_cannot_be_moved_to_the_front_page() -> None:
    article = an_article()
    response = move(a_client(roles.DESK_EDITOR), article, Home.objects.get())
    assert "les articles se trouvent dans les rubriques" in messages_of(response)
    assert Article.objects.get().section == article.section


def test_a_section_that_moves_takes_its_articles_to_the_lists_of_its_new_desk() -> None:
    news, economy = a_section("News"), a_section("Économie")
    article = an_article(section=a_section("Politique", news))
    move(a_client(roles.EDITOR_IN_CHIEF), article.section, economy)
    assert Section.objects.get(pk=article.section.pk).desk == economy
    assert queries.latest(economy.collection_key, 5) == [article]


def test_an_article_moves_to_another_section() -> None:
    article, target = an_article(), a_section("Économie")
    move(a_client(roles.DESK_EDITOR), article, target)
    assert Article.objects.get().section == target


def test_a_second_place_for_the_same_article_is_refused() -> None:
    article, other = an_article(), a_section("Économie")
    form = {"new_title": "x", "new_slug": "x", "new_parent_page": other.pk, "alias": "on"}
    response = a_client(roles.DESK_EDITOR).post(
        reverse("wagtailadmin_pages:copy", args=[article.pk]), form, follow=True
    )
    assert "Un article a une seule adresse" in messages_of(response)
    assert Article.objects.count() == 1


def test_a_copied_article_is_a_draft_of_its_own() -> None:
    article = an_article(authors=[an_author()], topics=[a_topic()])
    form = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": article.section.pk}
    a_client(roles.DESK_EDITOR).post(reverse("wagtailadmin_pages:copy", args=[article.pk]), form)
    copy = Article.objects.get(slug="copie")
    assert (copy.live, copy.section, copy.published_at) == (False, article.section, None)


def delete(client: Client, page: Any) -> Any:
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)


def delete_many(client: Client, *pages: Any) -> Any:
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    return client.post(f"{path}?{'&'.join(f'id={page.pk}' for page in pages)}", follow=True)


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_a_section_is_not_deleted_from_above_its_articles(remove: Any) -> None:
    desk = a_section("News")
    section = a_section("Politique", desk)
    an_article(section=section)
    an_article(section=section).unpublish()
    chief = a_client(roles.EDITOR_IN_CHIEF)
    for page in (desk, section):
        response = remove(chief, page)
        assert response.status_code == 200
        assert "2 article" in messages_of(response)
        assert page.title in messages_of(response)
    assert Section.objects.count() == 2


def test_the_reason_is_told_before_anybody_confirms() -> None:
    section = a_section()
    an_article(section=section)
    path = reverse("wagtailadmin_pages:delete", args=[section.pk])
    assert "1 article" in messages_of(a_client(roles.EDITOR_IN_CHIEF).get(path, follow=True))


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_a_section_without_articles_is_deleted(remove: Any) -> None:
    desk = a_section("News")
    a_section("Politique", desk)
    remove(a_client(roles.EDITOR_IN_CHIEF), desk)
    assert not Section.objects.exists()


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_a_section_whose_articles_were_moved_is_deleted_and_they_open(remove: Any) -> None:
    article, target = an_article(section=a_section("Politique")), a_section("Économie")
    chief = a_client(roles.EDITOR_IN_CHIEF)
    move(chief, article, target)
    remove(chief, article.section)
    assert list(Section.objects.all()) == [target]
    assert chief.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_an_edition_with_articles_is_not_deleted_from_under_them(remove: Any) -> None:
    edition = an_edition()
    an_article(edition=edition)
    response = remove(a_client(roles.EDITOR_IN_CHIEF), edition)
    assert response.status_code == 200
    assert "1 article" in messages_of(response)
    assert Edition.objects.filter(pk=edition.pk).exists()


@pytest.mark.parametrize("remove", [delete, delete_many])
def test_an_edition_that_only_an_older_version_names_is_kept_for_it(remove: Any) -> None:
    old, new = an_edition("Bénin"), an_edition("Togo")
    article = an_article(edition=old)
    article.edition = new
    article.save_revision().publish()
    chief = a_client(roles.EDITOR_IN_CHIEF)
    assert "1 article" in messages_of(remove(chief, old))
    assert Edition.objects.count() == 2
    article.revisions.order_by("pk").first().as_object()


def test_an_edition_that_nobody_names_is_deleted() -> None:
    an_article(edition=an_edition("Togo"))
    delete(a_client(roles.EDITOR_IN_CHIEF), an_edition("Bénin"))
    assert [edition.title for edition in Edition.objects.all()] == ["Togo"]


def delete_author(client: Client, author: Any) -> Any:
    return client.post(reverse("wagtailsnippets_content_author:delete", args=[author.pk]), follow=True)


def delete_authors(client: Client, *authors: Any) -> Any:
    path = reverse("wagtail_bulk_action", args=["content", "author", "delete"])
    return client.post(f"{path}?{'&'.join(f'id={author.pk}' for author in authors)}", follow=True)


@pytest.mark.parametrize("remove", [delete_author, delete_authors])
def test_an_author_with_articles_is_not_deleted_from_under_them(remove: Any) -> None:
    author = an_author()
    an_article(authors=[author])
    response = remove(a_client(roles.EDITOR_IN_CHIEF), author)
    assert response.status_code == 200
    assert "1 article" in messages_of(response)
    assert type(author).objects.filter(pk=author.pk).exists()


@pytest.mark.parametrize("remove", [delete_author, delete_authors])
def test_an_author_whom_only_a_draft_names_is_kept_so_that_the_draft_can_be_opened(remove: Any) -> None:
    article, other, author = an_article(), an_author("Koffi Adjovi"), an_author("Awa Tossou")
    article.bylines = [Byline(author=other), Byline(author=author)]
    article.save_revision()
    chief = a_client(roles.EDITOR_IN_CHIEF)
    assert "1 article" in messages_of(remove(chief, author))
    assert chief.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200


@pytest.mark.parametrize("remove", [delete_author, delete_authors])
def test_an_author_whom_nobody_names_is_deleted(remove: Any) -> None:
    named, author = an_author("Koffi Adjovi", pk=11), an_author("Awa Tossou", pk=1)
    an_article(authors=[named])
    remove(a_client(roles.EDITOR_IN_CHIEF), author)
    assert list(type(author).objects.all()) == [named]


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
