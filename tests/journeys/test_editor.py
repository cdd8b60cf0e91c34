"""An article's life in the newsroom, from the first word to its withdrawal, through the screens that people use."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from rotative.accounts import roles
from rotative.content import queries
from rotative.content.models import Article, Edition, Section
from rotative.content.taken_down import was_taken_down_since
from rotative.management import schedule
from rotative.publishing import page_types
from tests.builders import a_section, a_topic, an_article, an_author, an_edition
from tests.newsroom import PASSWORD, a_client, a_person, article_form, messages_of, opened, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def sign_in(username: str) -> Client:
    client = Client()
    form = {"username": username, "password": PASSWORD, "next": "/redaction/"}
    assert client.post(reverse("wagtailadmin_login"), form).url == "/redaction/"
    return client


def page(name: str, *arguments: Any) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=arguments)


def write(client: Client, section: Section, form: dict[str, Any], action: str = "") -> Article:
    """Send the form of a new article; `action` is the button: nothing (save), submit, publish."""
    buttons = {f"action-{action}": "1"} if action else {}
    response = client.post(page("add", "content", "article", section.pk), form | buttons, follow=True)
    assert response.status_code == 200
    found = Article.objects.filter(slug=form["slug"]).first()
    assert found, response.context["form"].errors
    return found


def correct(client: Client, article: Article, form: dict[str, Any], action: str = "", **headers: str) -> Any:
    buttons = {f"action-{action}": "1"} if action else {}
    return client.post(page("edit", article.pk), opened(article) | form | buttons, follow=True, headers=headers)


def form_of(article: Article, **changes: Any) -> dict[str, Any]:
    """Return the form of an article that is stored already, with its bylines."""
    bylines = [
        {"id": byline.pk, "author": byline.author_id or "", "guest": byline.guest} for byline in article.bylines.all()
    ]
    form = article_form(
        article.edition, article.title, slug=article.slug, topics=article.topics.all(),
        bylines=inline_formset(bylines, initial=len(bylines)),
    )  # fmt: skip
    return form | nested_form_data(changes)


@pytest.fixture
def section() -> Section:
    return a_section("Politique", a_section("News – Infos"))


@pytest.fixture
def edition() -> Edition:
    return an_edition("Bénin")


@pytest.fixture
def mails_leave(django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commit after each request, as no transaction of a test does."""
    post = Client.post

    def post_and_commit(client: Client, *args: Any, **options: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return post(client, *args, **options)

    monkeypatch.setattr(Client, "post", post_and_commit)


@pytest.mark.usefixtures("mails_leave")
def test_from_the_first_word_to_the_front_page(section: Section, edition: Edition) -> None:
    a_person(roles.REPORTER, "awa", email="awa@estuaire.example")
    a_person(roles.DESK_EDITOR, "koffi", email="koffi@estuaire.example")
    author, topic = an_author(), a_topic()
    reporter, editor = sign_in("awa"), sign_in("koffi")

    article = write(reporter, section, article_form(edition, authors=[author], topics=[topic]))
    assert not article.live
    assert queries.latest("paper", 5) == []

    correct(reporter, article, form_of(article, kicker="Commerce"), "submit")
    state = WorkflowState.objects.get(status=WorkflowState.STATUS_IN_PROGRESS)
    assert [message.to for message in mail.outbox] == [["koffi@estuaire.example"]]
    assert "action-publish" not in reporter.get(page("edit", article.pk)).content.decode()

    assert article.title in editor.get("/redaction/").content.decode(), "it waits on the editor's first screen"
    editor.post(page("workflow_action", article.pk, "approve", state.current_task_state.pk), follow=True)

    published = Article.objects.get(pk=article.pk)
    assert published.live
    assert published.kicker == "Commerce"
    assert published.published_at is not None
    for collection in ("paper", *(one.collection_key for one in (section, section.desk, edition, author, topic))):
        assert queries.latest(collection, 5) == [published], collection
    assert queries.front_of(queries.get_home()).lead == published
    assert any(message.to == ["awa@estuaire.example"] for message in mail.outbox), "the reporter is told"


def test_approving_with_a_correction_publishes_the_corrected_words_and_speaks_of_readers(
    section: Section, edition: Edition
) -> None:
    article = write(a_client(roles.REPORTER), section, article_form(edition), "submit")
    form = form_of(article, title="Le titre corrigé") | {"workflow-action-name": "approve"}
    response = correct(a_client(roles.DESK_EDITOR), article, form, "workflow-action")
    published = Article.objects.get(pk=article.pk)
    assert (published.live, published.title) == (True, "Le titre corrigé")
    assert "data-online" in messages_of(response)


def test_approving_from_the_list_speaks_of_readers_too(section: Section, edition: Edition) -> None:
    article = write(a_client(roles.REPORTER), section, article_form(edition), "submit")
    state = article.current_workflow_task_state
    response = a_client(roles.DESK_EDITOR).post(page("workflow_action", article.pk, "approve", state.pk), follow=True)
    assert "data-online" in messages_of(response)


def test_a_refusal_does_not_speak_of_readers(section: Section, edition: Edition) -> None:
    article = write(a_client(roles.REPORTER), section, article_form(edition), "submit")
    state = article.current_workflow_task_state
    path = page("workflow_action", article.pk, "reject", state.pk)
    assert "data-online" not in messages_of(a_client(roles.DESK_EDITOR).post(path, {"comment": "Non."}, follow=True))


@pytest.mark.usefixtures("mails_leave")
def test_mails_of_the_workflow_lead_to_the_paper(section: Section, edition: Edition, settings: Any) -> None:
    settings.SITE_URL = settings.WAGTAILADMIN_BASE_URL = "https://estuaire.example"
    a_person(roles.REPORTER, "awa", email="awa@estuaire.example")
    article = write(sign_in("awa"), section, article_form(edition), "submit")
    state = article.current_workflow_task_state
    a_client(roles.DESK_EDITOR).post(page("workflow_action", article.pk, "approve", state.pk))
    written = "".join(str(message.message()) for message in mail.outbox)
    assert f"https://estuaire.example{article.address}" in written
    assert "localhost" not in written.replace("@localhost", "")


def test_an_editor_sends_an_article_back_with_a_reason(section: Section, edition: Edition) -> None:
    reporter, editor = a_client(roles.REPORTER), a_client(roles.DESK_EDITOR)
    article = write(reporter, section, article_form(edition), "submit")
    task = article.current_workflow_task_state
    editor.post(page("workflow_action", article.pk, "reject", task.pk), {"comment": "Il manque une source."})
    assert not Article.objects.get().live
    assert "Il manque une source." in reporter.get(page("edit", article.pk)).content.decode()
    correct(reporter, article, form_of(article), "submit")
    assert Article.objects.get().workflow_in_progress


def test_while_an_editor_reads_the_reporter_cannot_change_the_article(section: Section, edition: Edition) -> None:
    reporter = a_client(roles.REPORTER)
    article = write(reporter, section, article_form(edition), "submit")
    response = correct(reporter, article, form_of(article, title="Autre chose"))
    assert "verrouillé" in messages_of(response)
    assert Article.objects.get().get_latest_revision_as_object().title == article.title


def test_the_draft_is_previewed_as_readers_would_see_it(section: Section, edition: Edition) -> None:
    if Article not in page_types._previews:
        pytest.skip("frontend registers no preview of articles yet")
    reporter = a_client(roles.REPORTER)
    form = article_form(edition, title="Le pont de Malanville")
    path = page("preview_on_add", "content", "article", section.pk)
    assert reporter.post(path, form).json()["is_valid"]
    assert "Le pont de Malanville" in reporter.get(path).content.decode()
    article = write(reporter, section, form)
    path = page("preview_on_edit", article.pk)
    reporter.post(path, form_of(article, title="Le pont rouvre"))
    assert "Le pont rouvre" in reporter.get(path).content.decode()
    assert Article.objects.get().title == "Le pont de Malanville", "a preview stores nothing"


def test_two_versions_are_compared(section: Section, edition: Edition) -> None:
    editor = a_client(roles.DESK_EDITOR)
    article = write(editor, section, article_form(edition), "publish")
    correct(editor, article, form_of(article, title="Le marché de Dantokpa rouvre ses portes lundi"))
    compared = editor.get(page("revisions_compare", article.pk, "earliest", "latest")).content.decode()
    assert '<span class="addition">lundi</span>' in re.sub(r">\s+", ">", compared)


def test_a_lock_keeps_others_out_and_is_told(section: Section, edition: Edition) -> None:
    holder, other = a_client(roles.DESK_EDITOR), a_client(roles.DESK_EDITOR)
    article = write(holder, section, article_form(edition))
    holder.post(page("lock", article.pk))
    response = correct(other, article, form_of(article, title="Par-dessus"))
    assert "verrouillé" in messages_of(response)
    assert Article.objects.get().get_latest_revision_as_object().title == article.title
    holder.post(page("unlock", article.pk))
    correct(other, article, form_of(article, title="Après le verrou"))
    assert Article.objects.get().get_latest_revision_as_object().title == "Après le verrou"


def autosave(client: Client, path: str, form: dict[str, Any]) -> Any:
    """Send what the editor's script sends a moment after each change."""
    return client.post(path, form, headers={"accept": "application/json"})


def test_what_is_typed_is_stored_without_a_button(section: Section, edition: Edition) -> None:
    reporter = a_client(roles.REPORTER)
    first = autosave(reporter, page("add", "content", "article", section.pk), article_form(None, body="")).json()
    assert first["success"]
    article = Article.objects.get()
    again = {"title": "Deux mots de plus", "overwrite_revision_id": first["revision_id"]}
    second = autosave(reporter, page("edit", article.pk), form_of(article, **again)).json()
    assert second["success"]
    assert second["revision_id"] == first["revision_id"], "the same version is written over, not one a second"
    assert article.get_latest_revision_as_object().title == "Deux mots de plus"


def test_a_button_clicked_while_the_first_storing_is_on_its_way_is_not_refused(
    section: Section, edition: Edition
) -> None:
    reporter = a_client(roles.REPORTER)
    autosave(reporter, page("add", "content", "article", section.pk), article_form(edition))
    article = write(reporter, section, article_form(edition, body="<p>Tout est là.</p>"))
    assert Article.objects.count() == 1
    assert "Tout est là." in str(article.get_latest_revision_as_object().body)


def test_a_refused_publication_leaves_the_draft_that_was_stored_by_itself(section: Section, edition: Edition) -> None:
    editor = a_client(roles.DESK_EDITOR)
    path = page("add", "content", "article", section.pk)
    autosave(editor, path, article_form(None, body="<p>Les premiers mots.</p>"))
    stored = Article.objects.get()

    form = article_form(None, body="<p>Les premiers mots, et deux de plus.</p>") | {"action-publish": "1"}
    response = editor.post(path, form)

    assert "edition" in response.context["form"].errors
    assert "et deux de plus." in response.content.decode()
    assert Article.objects.get() == stored
    assert "Les premiers mots." in str(stored.get_latest_revision_as_object().body)


@pytest.mark.parametrize("minutes", [0, 5])
def test_a_form_that_was_refused_over_the_stored_draft_is_taken_once_it_is_mended(
    minutes: int, section: Section, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = a_client(roles.DESK_EDITOR)
    path = page("add", "content", "article", section.pk)
    autosave(editor, path, article_form(None))
    editor.post(path, article_form(None) | {"action-publish": "1"})
    now = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr("rotative.content.wagtail_hooks.autosave.timezone.now", lambda: now)

    author = an_author()
    write(editor, section, article_form(edition, "Un autre titre", authors=[author]), "publish")

    published = Article.objects.get()
    assert (published.live, published.title) == (True, "Un autre titre")
    assert [byline.author for byline in published.bylines.all()] == [author]


def test_a_refused_form_goes_on_being_stored_without_a_button(section: Section, edition: Edition) -> None:
    editor = a_client(roles.DESK_EDITOR)
    path = page("add", "content", "article", section.pk)
    autosave(editor, path, article_form(None))
    editor.post(path, article_form(None) | {"action-publish": "1"})
    assert autosave(editor, path, article_form(edition, body="<p>Plus tard.</p>")).json()["success"]
    assert "Plus tard." in str(Article.objects.get().get_latest_revision_as_object().body)


def test_a_draft_that_was_changed_since_is_not_replaced_by_the_form_that_was_refused_over_it(
    section: Section, edition: Edition
) -> None:
    editor = a_client(roles.DESK_EDITOR)
    path = page("add", "content", "article", section.pk)
    autosave(editor, path, article_form(None))
    editor.post(path, article_form(None) | {"action-publish": "1"})
    correct(editor, Article.objects.get(), form_of(Article.objects.get(), title="Dans un autre onglet"))
    response = editor.post(path, article_form(edition))
    assert "slug" in response.context["form"].errors
    assert Article.objects.get().get_latest_revision_as_object().title == "Dans un autre onglet"


def test_an_address_taken_by_another_article_is_still_refused_with_its_words_kept(
    section: Section, edition: Edition
) -> None:
    write(a_client(roles.REPORTER), section, article_form(edition))
    form = article_form(edition, body="<p>Rien ne se perd.</p>")
    response = a_client(roles.REPORTER).post(page("add", "content", "article", section.pk), form)
    assert "slug" in response.context["form"].errors
    assert "Rien ne se perd." in response.content.decode()


def test_storing_by_itself_never_overwrites_what_a_colleague_saved(section: Section, edition: Edition) -> None:
    first, second = a_client(roles.DESK_EDITOR), a_client(roles.DESK_EDITOR)
    article = write(first, section, article_form(edition))
    loaded = article.latest_revision
    correct(second, article, form_of(article, title="La version du collègue"))
    stale = {
        "title": "La vieille version",
        "loaded_revision_id": loaded.pk,
        "loaded_revision_created_at": loaded.created_at.isoformat(),
    }
    answer = autosave(first, page("edit", article.pk), form_of(article, **stale))
    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_revision")
    assert Article.objects.get().get_latest_revision_as_object().title == "La version du collègue"


def test_an_hour_that_was_promised_is_kept(section: Section, edition: Edition) -> None:
    editor = a_client(roles.DESK_EDITOR)
    soon = timezone.localtime() + timedelta(hours=1)
    article = write(editor, section, article_form(edition, go_live_at=soon.strftime("%Y-%m-%d %H:%M")), "publish")
    assert not article.live
    call_command("publish_scheduled")
    assert not Article.objects.get().live
    revision = article.scheduled_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert queries.latest("paper", 5) == [article]


def test_an_article_is_taken_back(section: Section, edition: Edition) -> None:
    editor = a_client(roles.DESK_EDITOR)
    article = write(editor, section, article_form(edition), "publish")
    assert queries.latest("paper", 5) == [article]
    editor.post(page("unpublish", article.pk))
    assert not Article.objects.get().live
    for collection in ("paper", section.collection_key, edition.collection_key):
        assert queries.latest(collection, 5) == []


def test_an_article_that_changes_its_address_leaves_a_redirect(
    section: Section, edition: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    editor = a_client(roles.DESK_EDITOR)
    article = write(editor, section, article_form(edition), "publish")
    with django_capture_on_commit_callbacks(execute=True):
        correct(editor, article, form_of(article, slug="dantokpa-rouvre"), "publish")
    redirect = Redirect.objects.get()
    assert redirect.old_path == "/news-infos/politique/le-marche-rouvre"
    assert redirect.redirect_page.specific == Article.objects.get(slug="dantokpa-rouvre")


def test_a_correction_is_dated_and_shown(section: Section, edition: Edition) -> None:
    editor = a_client(roles.DESK_EDITOR)
    article = an_article(section=section, edition=edition, published_at=timezone.now() - timedelta(days=2))
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    corrections = inline_formset([{"made_at": now, "text": "Le marché rouvre lundi, et non mardi."}])
    response = correct(
        editor, article, form_of(article, corrections=corrections, published_at="2026-01-02 08:00"), "publish"
    )
    assert response.status_code == 200
    corrected = Article.objects.get(pk=article.pk)
    assert [str(correction) for correction in corrected.corrections.all()] == ["Le marché rouvre lundi, et non mardi."]
    assert corrected.shown_update is not None


def test_the_editor_in_chief_arranges_the_front_page() -> None:
    chief = a_client(roles.EDITOR_IN_CHIEF)
    older, newer = an_article("Le plus ancien"), an_article("Le plus récent")
    home = queries.get_home()
    assert queries.front_of(home).lead == newer
    form = nested_form_data({
        "title": home.title, "slug": home.slug, "search_description": "", "go_live_at": "", "expire_at": "",
        "stories": inline_formset([{"story": older.pk}]), "comments": inline_formset([]),
    })  # fmt: skip
    chief.post(page("edit", home.pk), opened(home) | form | {"action-publish": "1"})
    assert queries.front_of(queries.get_home()).lead == older


def test_a_desk_editor_does_not_arrange_the_front_page() -> None:
    an_article()
    response = signed_in(a_person(roles.DESK_EDITOR)).get(page("edit", queries.get_home().pk), follow=True)
    assert response.request["PATH_INFO"] == "/redaction/"


# --- nobody puts back what was taken down, without having seen that it was


def an_update_in_review_of_what_is_taken_down(section: Section, edition: Edition) -> tuple[Article, int]:
    """Make a live article with an update in review, taken down by a chief meanwhile; return it and its task."""
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    correct(a_client(roles.DESK_EDITOR), article, form_of(article, title="La mise à jour"), "submit")
    state = Article.objects.get(pk=article.pk).current_workflow_task_state
    form = {"kind": "gone", "reason": "Une plainte"}
    a_client(roles.EDITOR_IN_CHIEF).post(reverse("take_down", args=[article.pk]), form)
    assert not Article.objects.get(pk=article.pk).live
    return article, state.pk


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}], ids=["list", "window"])
def test_an_approval_from_the_list_does_not_put_back_what_was_taken_down(
    section: Section, edition: Edition, headers: dict[str, str]
) -> None:
    article, state = an_update_in_review_of_what_is_taken_down(section, edition)
    client = a_client(roles.DESK_EDITOR)
    form, edit = {"comment": "Très bien."}, page("edit", article.pk)
    answer = client.post(page("workflow_action", article.pk, "approve", state), form, headers=headers)
    assert answer.json() == {"step": "success", "redirect": edit} if headers else answer["Location"] == edit
    assert not Article.objects.get(pk=article.pk).live
    screen = client.get(page("edit", article.pk)).content.decode()
    for words in ("a été retiré depuis", "Une plainte", "Très bien."):
        assert words in screen
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_what_was_down_already_when_somebody_took_it_down_is_not_put_back_either(
    section: Section, edition: Edition
) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    a_client(roles.DESK_EDITOR).post(page("unpublish", article.pk))
    correct(a_client(roles.DESK_EDITOR), article, form_of(article, title="La mise à jour"), "submit")
    state = Article.objects.get(pk=article.pk).current_workflow_task_state
    a_client(roles.EDITOR_IN_CHIEF).post(reverse("take_down", args=[article.pk]), {"kind": "gone"})
    a_client(roles.DESK_EDITOR).post(page("workflow_action", article.pk, "approve", state.pk), {"comment": ""})
    assert not Article.objects.get(pk=article.pk).live


def test_an_approval_from_the_list_does_not_put_back_what_has_expired(section: Section, edition: Edition) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    correct(a_client(roles.DESK_EDITOR), article, form_of(article, title="La mise à jour"), "submit")
    state = Article.objects.get(pk=article.pk).current_workflow_task_state
    Article.objects.filter(pk=article.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert schedule.publish_due() == 1
    a_client(roles.DESK_EDITOR).post(page("workflow_action", article.pk, "approve", state.pk), {"comment": ""})
    assert not Article.objects.get(pk=article.pk).live


def test_what_readers_see_again_is_not_taken_down(section: Section, edition: Edition) -> None:
    before = timezone.now()
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    a_client(roles.EDITOR_IN_CHIEF).post(reverse("take_down", args=[article.pk]), {"kind": "gone"})
    assert was_taken_down_since(Article.objects.get(pk=article.pk), before)
    correct(a_client(roles.DESK_EDITOR), article, form_of(article), "publish")
    assert not was_taken_down_since(Article.objects.get(pk=article.pk), before)


def test_who_has_seen_that_it_was_taken_down_may_send_it_back_or_publish_it(section: Section, edition: Edition) -> None:
    article, state = an_update_in_review_of_what_is_taken_down(section, edition)
    client = a_client(roles.DESK_EDITOR)
    client.post(page("workflow_action", article.pk, "reject", state), {"comment": "Non."})
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    correct(client, article, form_of(article), "publish")
    assert Article.objects.get(pk=article.pk).live


def test_what_is_submitted_after_it_was_taken_down_may_be_approved_from_the_list(
    section: Section, edition: Edition
) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    a_client(roles.EDITOR_IN_CHIEF).post(reverse("take_down", args=[article.pk]), {"kind": "gone"})
    correct(a_client(roles.DESK_EDITOR), article, form_of(article, title="Sans l’erreur"), "submit")
    state = Article.objects.get(pk=article.pk).current_workflow_task_state
    a_client(roles.DESK_EDITOR).post(page("workflow_action", article.pk, "approve", state.pk))
    assert Article.objects.get(pk=article.pk).live


@pytest.mark.parametrize("below", [False, True], ids=["itself", "with what is below"])
def test_publishing_many_at_once_does_not_put_back_what_was_taken_down(
    section: Section, edition: Edition, below: bool
) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    chief = a_client(roles.EDITOR_IN_CHIEF)
    chief.post(reverse("take_down", args=[article.pk]), {"kind": "gone", "reason": "Une plainte"})
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    form = {"include_descendants": "on"} if below else {}
    response = chief.post(f"{address}?id={section.pk if below else article.pk}", form, follow=True)
    assert not Article.objects.get(pk=article.pk).live
    assert "a été retiré" in messages_of(response)
    assert "Une plainte" in messages_of(response)


def test_publishing_many_at_once_does_not_put_back_what_was_taken_down_and_moved(
    section: Section, edition: Edition
) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition), "publish")
    chief = a_client(roles.EDITOR_IN_CHIEF)
    chief.post(reverse("take_down", args=[article.pk]), {"kind": "gone"})
    chief.post(page("move_confirm", article.pk, a_section("Ailleurs").pk))
    assert Article.objects.get(pk=article.pk).address != article.address
    chief.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={article.pk}")
    assert not Article.objects.get(pk=article.pk).live


@pytest.mark.parametrize("action", ["publish", "move", "create_alias", "copy", "revert_to_page_revision"])
def test_wagtails_interface_for_programs_goes_round_no_refusal(section: Section, edition: Edition, action: str) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition))
    address = reverse("wagtailadmin_api:pages:action", args=[article.pk, action])
    form = {"destination_page_id": a_section("Ailleurs").pk}
    assert a_client(roles.EDITOR_IN_CHIEF).post(address, form).status_code == 404
    assert Article.objects.get() == article
    assert not Article.objects.get().live


def test_a_draft_is_still_published_with_others(section: Section, edition: Edition) -> None:
    article = write(a_client(roles.DESK_EDITOR), section, article_form(edition))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    a_client(roles.EDITOR_IN_CHIEF).post(f"{address}?id={article.pk}")
    assert Article.objects.get(pk=article.pk).live
