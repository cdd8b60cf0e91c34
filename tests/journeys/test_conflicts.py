"""Two people write in one page: whoever comes second gets both versions, and nothing of either is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from wagtail.models import PageLogEntry, Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from rotative.accounts import roles
from rotative.content import actions, queries
from rotative.content.models import Article, Section
from tests.builders import a_section, an_article, an_author, an_edition
from tests.newsroom import a_client, article_form, messages_of, opened

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BODY = [("text", "<p>Premier paragraphe.</p><p>Deuxième paragraphe.</p>"), ("quotation", {"text": "Nous tiendrons."})]


@pytest.fixture
def article() -> Article:
    section = a_section("Politique", a_section("News – Infos"))
    return an_article("Le barrage cède", section, slug="le-barrage", place="Cotonou", body=BODY)


def edit_path(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_of(
    article: Article, first: str = "Premier paragraphe.", second: str = "Deuxième paragraphe.", **changes: Any
) -> Any:
    """Return the form of `article` as a browser sends it, with the words of its two paragraphs."""
    blocks = Article.objects.get(pk=article.pk).body.raw_data
    body = streamfield([
        ("text", rich_text(f"<p>{first}</p><p>{second}</p>")),
        ("quotation", {"text": "Nous tiendrons.", "attribution": ""}),
    ])  # fmt: skip
    body |= {f"{number}": {**body[f"{number}"], "id": blocks[number]["id"]} for number in range(2)}
    form = article_form(
        changes.pop("edition", article.edition),
        changes.pop("title", "Le barrage cède"),
        slug="le-barrage",
        **{"place": "Cotonou", **changes},
    )
    return {name: value for name, value in form.items() if not name.startswith("body")} | nested_form_data(
        {"body": body}
    )


def send(client: Client, page: Any, form: Any, button: str = "publish") -> Any:
    pressed = {f"action-{button}": f"action-{button}"} if button else {}
    return client.post(edit_path(page), form | pressed, follow=True)


def choose(client: Client, screen: Any, take: str, **choices: str) -> Any:
    """Send the form of the screen with two versions: what it carries, the choices, and one of its buttons."""
    tree = html.fromstring(screen.content)
    form = {field.get("name"): field.get("value", "") for field in tree.xpath("//form//input[@type='hidden']")}
    form |= {field.get("name"): field.get("value") for field in tree.xpath("//form//input[@type='radio'][@checked]")}
    form |= {f"passage-{name.replace('__', '-')}": side for name, side in choices.items()}
    path, query = screen.request["PATH_INFO"], screen.request["QUERY_STRING"]
    return client.post(f"{path}?{query}", form | {"take": take}, follow=True)


def stored_fields(client: Client, path: str, *names: str) -> dict[str, str]:
    """Return what a screen's form carries in its hidden fields."""
    tree = html.fromstring(client.get(path).content)
    return {name: tree.xpath(f"//input[@name='{name}']/@value")[0] for name in names}


def is_choice(screen: Any) -> bool:
    return "conflit" in screen.request["PATH_INFO"]


def stored(article: Article) -> Any:
    """Return the article as readers have it."""
    return Article.objects.get(pk=article.pk)


def words_of(article: Any) -> str:
    return str(article.body)


def two_editors() -> tuple[Client, Client]:
    return a_client(roles.DESK_EDITOR), a_client(roles.DESK_EDITOR)


def test_the_second_to_publish_gets_both_versions_and_replaces_nothing(article: Article) -> None:
    awa, koffi = two_editors()
    hers, his = opened(article), opened(article)
    send(awa, article, hers | form_of(article, first="Le fleuve monte."))

    screen = send(koffi, article, his | form_of(article, first="Le fleuve baisse."))

    assert is_choice(screen)
    text = screen.content.decode()
    assert "monte" in text
    assert "baisse" in text
    assert "Deux versions" in text
    assert "Le fleuve monte." in words_of(stored(article))


def test_the_version_that_came_too_late_is_in_the_history_and_is_not_the_newest(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Le barrage tient"))
    newest = stored(article).latest_revision

    send(koffi, article, his | form_of(article, title="Le barrage a cédé"))

    kept = Revision.objects.get(object_str="Le barrage a cédé")
    assert kept.as_object().title == "Le barrage a cédé"
    assert stored(article).latest_revision == newest
    assert newest.is_latest_revision()
    assert PageLogEntry.objects.get(action=actions.KEEP_BESIDE).revision == kept
    history = koffi.get(reverse("wagtailadmin_pages:history", args=[article.pk])).content.decode()
    assert "une autre avait été enregistrée" in history
    taken_up = koffi.get(reverse("wagtailadmin_pages:revisions_revert", args=[article.pk, kept.pk]))
    assert "Le barrage a cédé" in taken_up.content.decode()


def test_two_paragraphs_changed_by_two_people_are_both_published(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, first="Le fleuve monte."))
    screen = send(koffi, article, his | form_of(article, second="Personne n'est blessé.", title="Alerte au barrage"))

    answer = choose(koffi, screen, "choices")  # as it was suggested: each changed what the other did not

    published = stored(article)
    assert published.title == "Alerte au barrage"
    assert "Le fleuve monte." in words_of(published)
    assert "Personne n'est blessé." in words_of(published)
    assert "Nous tiendrons." in words_of(published)
    assert [block.block_type for block in published.body] == ["text", "quotation"]
    assert "publié" in messages_of(answer)


def test_where_both_changed_one_passage_a_choice_is_asked_for_each(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, first="Le fleuve monte.", title="Titre d'Awa"))
    screen = send(koffi, article, his | form_of(article, first="Le fleuve baisse.", title="Titre de Koffi"))

    unanswered = choose(koffi, screen, "choices")
    assert unanswered.status_code == 409
    assert "Choisissez une version pour chaque passage" in unanswered.content.decode()
    assert stored(article).title == "Titre d'Awa"

    choose(koffi, screen, "choices", title="theirs", body__0="mine")
    assert stored(article).title == "Titre d'Awa"
    assert "Le fleuve baisse." in words_of(stored(article))


@pytest.mark.parametrize(("take", "title"), [("mine", "Titre de Koffi"), ("theirs", "Titre d'Awa")])
def test_the_whole_of_one_side_can_be_taken(take: str, title: str, article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))
    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi"))
    choose(koffi, screen, take)
    assert stored(article).title == title


def test_a_third_version_that_comes_while_one_chooses_is_shown_as_well(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))
    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi"))
    send(awa, article, opened(article) | form_of(article, title="Deuxième titre d'Awa"))

    again = choose(koffi, screen, "mine")

    assert again.status_code == 409
    assert "Deuxième" in again.content.decode()
    assert stored(article).title == "Deuxième titre d'Awa"
    choose(koffi, again, "mine")
    assert stored(article).title == "Titre de Koffi"


@pytest.mark.parametrize("button", ["", "submit", "publish"])
def test_every_button_asks(button: str, article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"), "")
    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi"), button)
    assert is_choice(screen)
    choose(koffi, screen, "mine")
    page = stored(article)
    assert page.get_latest_revision_as_object().title == "Titre de Koffi"
    assert page.title == ("Titre de Koffi" if button == "publish" else "Le barrage cède")
    assert bool(page.current_workflow_state) == (button == "submit")


def test_a_page_without_versions_that_got_one_meanwhile_is_not_overwritten(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(latest_revision=None)
    awa, koffi = two_editors()
    his = opened(article)
    assert "loaded_revision_id" not in his
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))
    assert is_choice(send(koffi, article, his | form_of(article, title="Titre de Koffi")))
    assert stored(article).title == "Titre d'Awa"


def test_a_form_that_does_not_say_what_it_was_made_from_has_seen_nothing(article: Article) -> None:
    form = form_of(article, title="Par-dessus") | {"loaded_revision_id": ""}
    assert is_choice(send(a_client(roles.DESK_EDITOR), article, form))
    assert stored(article).title == "Le barrage cède"


def test_a_version_that_says_the_same_stands_in_nobodys_way(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Même titre", first="Même phrase."))
    answer = send(koffi, article, his | form_of(article, title="Même titre", first="Même phrase."))
    assert not is_choice(answer)
    assert "publié" in messages_of(answer)


def test_what_autosave_stored_of_a_form_stands_not_in_the_way_of_that_form(article: Article) -> None:
    editor = a_client(roles.DESK_EDITOR)
    form = opened(article) | form_of(article, title="Un premier mot")
    autosaved = editor.post(edit_path(article), form, headers={"accept": "application/json"}).json()
    assert autosaved["success"]
    # The button was pressed before the answer came: the form still says what it was opened from.
    answer = send(editor, article, form | form_of(article, title="Un premier mot, puis un autre"))
    assert not is_choice(answer)
    assert stored(article).title == "Un premier mot, puis un autre"


def test_a_new_story_is_published_from_the_form_that_autosave_made_a_page_of(article: Article) -> None:
    editor, section = a_client(roles.DESK_EDITOR), article.section
    path = reverse("wagtailadmin_pages:add", args=["content", "article", section.pk])
    carried = stored_fields(editor, path, "written_in", "seen_state")
    form = article_form(article.edition, "Un nouveau titre", slug="nouveau") | carried
    assert editor.post(path, form, headers={"accept": "application/json"}).json()["success"]
    story = Article.objects.get(slug="nouveau")
    answer = send(editor, story, form)  # before the browser has heard of the page's first version
    assert not is_choice(answer)
    assert stored(story).live


def test_what_autosave_stored_of_a_colleagues_form_does(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    form = opened(article) | form_of(article, title="Un premier mot")
    assert awa.post(edit_path(article), form, headers={"accept": "application/json"}).json()["success"]
    assert is_choice(send(koffi, article, his | form_of(article, title="Titre de Koffi")))
    refused = koffi.post(
        edit_path(article), his | form_of(article, title="Encore"), headers={"accept": "application/json"}
    )
    assert refused.json()["error_code"] == "invalid_revision"


def test_a_refused_form_that_has_mistakes_does_not_pass_for_one_that_has_seen_the_newer_version(
    article: Article,
) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))

    screen = send(koffi, article, his | form_of(article, title="", first="Ses mots."))
    fields = html.fromstring(screen.content).xpath("//form[@id='page-edit-form']//input[@name='loaded_revision_id']")
    assert [field.get("value") for field in fields] == [his["loaded_revision_id"]]
    assert "Ses mots." in screen.content.decode()

    assert is_choice(send(koffi, article, his | form_of(article, title="Titre de Koffi")))


def test_what_was_taken_back_meanwhile_is_not_put_before_readers_again_unasked(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    awa.post(reverse("wagtailadmin_pages:unpublish", args=[article.pk]))

    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi"))

    assert "retirée aux lecteurs" in screen.content.decode()
    assert not stored(article).live
    choose(koffi, screen, "mine")
    assert (stored(article).live, stored(article).title) == (True, "Titre de Koffi")


def test_bylines_and_added_blocks_are_passages_too(article: Article) -> None:
    awa, koffi = two_editors()
    author, other = an_author("Awa Tossou"), an_author("Koffi Mensah")
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, bylines=inline_formset([{"author": author.pk, "guest": ""}])))
    form = form_of(article, bylines=inline_formset([{"author": other.pk, "guest": ""}]))
    form |= {
        "body-count": "3", "body-2-type": "quotation", "body-2-order": "2", "body-2-deleted": "",
        "body-2-id": "", "body-2-value-text": "Un mot de plus.", "body-2-value-attribution": "",
    }  # fmt: skip
    screen = send(koffi, article, his | form)
    text = screen.content.decode()
    assert "Mensah" in text
    assert "Un mot de plus." in text
    choose(koffi, screen, "choices", bylines="theirs", body__0="mine")
    assert [byline.author for byline in stored(article).bylines.all()] == [author]
    assert [block.block_type for block in stored(article).body] == ["text", "quotation", "quotation"]


def test_the_choice_is_refused_to_whoever_may_not_edit_the_page(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))
    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi"))
    path = screen.request["PATH_INFO"]
    refused = a_client(roles.MODERATOR).post(path, {"take": "mine"})
    assert (refused.status_code, refused.url) == (302, "/redaction/")
    assert Client().post(path, {"take": "mine"}).status_code == 403
    assert koffi.get(reverse("choose_passages", args=[article.pk, 999_999])).status_code == 404
    assert stored(article).title == "Titre d'Awa"


def test_a_version_of_another_page_is_not_taken(article: Article) -> None:
    other = an_article("Autre chose")
    editor = a_client(roles.DESK_EDITOR)
    path = reverse("choose_passages", args=[article.pk, other.latest_revision.pk])
    assert editor.get(path).status_code == 404


def test_a_choice_that_lacks_what_a_publication_needs_is_not_published(article: Article) -> None:
    awa, koffi = two_editors()
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa", edition=None), "")
    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi"))
    answer = choose(koffi, screen, "choices", title="mine", edition="theirs")
    assert answer.status_code == 409
    assert "Édition" in answer.content.decode()
    assert stored(article).title == "Le barrage cède"


@pytest.mark.parametrize("kind", ["section", "home"])
def test_pages_of_every_kind_are_guarded(kind: str) -> None:
    older, newer = an_article("Le plus ancien"), an_article("Le plus récent")
    page: Any = Section.objects.first() if kind == "section" else queries.get_home()
    first, second = a_client(roles.EDITOR_IN_CHIEF), a_client(roles.EDITOR_IN_CHIEF)
    form: Any = {
        "title": page.title, "slug": page.slug, "search_description": "", "go_live_at": "", "expire_at": "",
        "description": "", "comments": inline_formset([]), "stories": inline_formset([]),
    }  # fmt: skip
    his = opened(page)
    hers = {"title": "Le titre d'Awa"} | ({"stories": inline_formset([{"story": older.pk}])} if kind == "home" else {})
    send(first, page, opened(page) | nested_form_data(form | hers))
    mine = {"title": "Le titre de Koffi"} | (
        {"stories": inline_formset([{"story": newer.pk}])} if kind == "home" else {}
    )
    screen = send(second, page, his | nested_form_data(form | mine))
    assert is_choice(screen)
    assert type(page).objects.get(pk=page.pk).title == "Le titre d'Awa"
    choose(second, screen, "mine")
    assert type(page).objects.get(pk=page.pk).title == "Le titre de Koffi"


def test_an_older_version_is_not_taken_up_over_one_that_was_not_seen(article: Article) -> None:
    awa, koffi = two_editors()
    old = article.latest_revision
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))
    path = reverse("wagtailadmin_pages:revisions_revert", args=[article.pk, old.pk])
    answer = koffi.post(path, his | form_of(article, title="D'avant") | {"action-publish": "1"}, follow=True)
    assert is_choice(answer)
    assert stored(article).title == "Titre d'Awa"


def test_an_edition_that_is_gone_does_not_break_the_screen(article: Article) -> None:
    awa, koffi = two_editors()
    edition = an_edition("Togo")
    his = opened(article)
    send(awa, article, opened(article) | form_of(article, title="Titre d'Awa"))
    screen = send(koffi, article, his | form_of(article, title="Titre de Koffi", edition=edition))
    edition.delete()
    path, query = screen.request["PATH_INFO"], screen.request["QUERY_STRING"]
    assert koffi.get(f"{path}?{query}").status_code == 200
