"""Every address of the newsroom × everybody who might ask for it, frozen in permissions.txt.

A new address, from Wagtail or from us, fails here until a person has judged who may have it and written its line.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Site, Task, Workflow

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.comments.models import ModerationDesk
from rotative.content.models import Article, MediaFile, Newspaper
from rotative.importers.models import ImportJob, Wire
from tests.builders import a_comment, a_draft, a_newspaper, a_picture, a_section, a_topic, an_author, an_edition
from tests.newsroom import PASSWORD, a_client, a_person, article_form, messages_of, signed_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.usefixtures("files_collected"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TABLE = Path(__file__).with_name("permissions.txt")
PREFIX = "redaction/"
COLUMNS = (
    "anonymous",
    "outsider",
    "moderator",
    "advertising_manager",
    "reporter",
    "desk_editor",
    "editor_in_chief",
    "administrator",
)
ANSWERED, REFUSED, MISSING = "+", "-", "?"


@dataclass(frozen=True)
class Address:
    """One route of the newsroom, as Django's resolver knows it."""

    name: str
    route: str
    arguments: tuple[str, ...]


def newsroom_addresses() -> list[Address]:
    found = [address for address in _walk(get_resolver(), "", ()) if address.route.startswith(PREFIX)]
    # Signing out comes last: after it nobody gets an answer.
    return sorted(found, key=lambda address: (address.name == "wagtailadmin_logout", address.route))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, (*namespaces, *([pattern.namespace] if pattern.namespace else [])))
        elif isinstance(pattern, URLPattern):
            names = tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)
            yield Address(":".join((*namespaces, pattern.name or "")), route, names)


@pytest.fixture
def world() -> dict[str, Any]:
    """Return what stands in the place of each argument: an article that a colleague submitted, and so on."""
    a_newspaper()
    colleague = a_person(roles.REPORTER, "collegue")
    section = a_section()
    article = a_draft("Le pont de Malanville", authors=[an_author()], topics=[a_topic()])
    article.owner, article.live = colleague, False
    section.add_child(instance=article)
    revision = article.save_revision(user=colleague)
    article.get_workflow().start(article, colleague)
    state = article.current_workflow_state
    for snippet in (an_author(), a_topic()):
        snippet.save_revision()
    redirect = Redirect.objects.create(old_path="/avant", redirect_link="/apres")
    picture = a_picture()
    media = MediaFile.objects.create(title="Reportage", file=ContentFile(b"ID3", "reportage.mp3"))
    return {
        "page_id": article.pk,
        "page_pk": a_newspaper().pk,
        "page_to_move_id": article.pk,
        "destination_id": a_section("Économie").pk,
        "parent_page_id": section.pk,
        "revision_id": revision.pk,
        "kept_id": revision.pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "task_state_id": state.current_task_state.pk,
        "workflow_state_id": state.pk,
        "task_id": Task.objects.get().pk,
        "workflow_pk": Workflow.objects.get().pk,
        "image_id": picture.pk,
        "name": picture.file.name,
        "signature": "not-signed",
        "document_id": media.pk,
        "doc_id": media.pk,
        "redirect_id": redirect.pk,
        "collection_id": Collection.get_first_root_node().add_child(name="Archives").pk,
        "uploaded_file_id": 999_999,
        "session_id": 999_999,
        "restriction_id": 999_999,
        "object_id": article.pk,
        "filter_spec": "width-10",
        "content_type_app_name": "content",
        "content_type_model_name": "article",
        "app_label": "wagtailcore",
        "model_name": "page",
        "action": "delete",
        "action_name": "approve",
        "uidb64": "MQ",
        "token": "set-password",
        "article": article,
        "comment_pk": a_comment(article).pk,
        "wire": Wire.objects.create(name="Agence", address="https://agence.example/feed").pk,
        "job": ImportJob.objects.create(source="/srv/ancien.xml", state="stopped").pk,
        "desk": ModerationDesk.objects.create(user=a_person(roles.MODERATOR, "moderatrice")).pk,
    }


def argument(world: dict[str, Any], address: Address, name: str) -> Any:
    route = address.route.removeprefix(PREFIX)
    if route.startswith("settings/"):
        return {"app_name": "content", "model_name": "newspaper", "pk": Newspaper.load().pk}[name]
    if route.startswith(("pages/create/", "workflows/tasks/add")):
        is_task = "tasks" in route
        return {
            "app_label": "wagtailcore" if is_task else "content",
            "model_name": ("article", "groupapprovaltask")[is_task],
        }[name]
    if route.startswith("tag-autocomplete/"):
        return {"app_name": "taggit", "model_name": "tag"}[name]
    if route.startswith("api/") and name == "action_name":
        return "unpublish"  # those that publish, copy or move a page are closed
    if name != "pk":
        return world[name]
    owners = {
        "api/main/^documents": world["document_id"],
        "documents": world["document_id"],
        "api/main/^images": world["image_id"],
        "images": world["image_id"],
        "api/main/^pages": world["page_id"],
        "pages": world["page_id"],
        "snippets/content/author": an_author().pk,
        "snippets/choose/content/author": an_author().pk,
        "snippets/content/topic": a_topic().pk,
        "snippets/choose/content/topic": a_topic().pk,
        "snippets/comments/moderationdesk": world["desk"],
        "snippets/choose/comments/moderationdesk": world["desk"],
        "collections": world["collection_id"],
        "imports/fils": world["wire"],
        "imports": world["job"],
        "workflows/tasks": world["task_id"],
        "workflows": world["workflow_pk"],
        "sites": Site.objects.get().pk,
        "users": User.objects.get(username="collegue").pk,
        "groups": Group.objects.get(name=roles.REPORTER.group).pk,
    }
    return next(key for prefix, key in owners.items() if route.startswith(prefix))


def path_of(world: dict[str, Any], address: Address) -> str:
    if address.name == "wagtaildocs_serve":
        return reverse(address.name, args=[world["document_id"], "reportage.mp3"])
    if not address.name.rpartition(":")[2]:
        return "/" + address.route.replace("^.*/$", "n-existe-pas/")
    arguments = {name: argument(world, address, name) for name in address.arguments}
    if "revision_id" in arguments and "snippets" in address.route:
        snippet = an_author() if "author" in address.route else a_topic()
        arguments["revision_id"] = snippet.latest_revision.pk
    return reverse(address.name, kwargs=arguments)


def outcome(client: Client, path: str) -> str:
    client.raise_request_exception = False
    logging.disable()  # one address of Wagtail's fails on purpose
    response = client.get(path)
    logging.disable(logging.NOTSET)
    if response.status_code == 404:
        return MISSING
    if response.status_code == 403 or (
        response.status_code == 302 and (response.url == "/redaction/" or response.url.startswith("/redaction/login/"))
    ):
        return REFUSED
    return ANSWERED


def people() -> list[Client]:
    by_role = (
        roles.MODERATOR,
        roles.ADVERTISING_MANAGER,
        roles.REPORTER,
        roles.DESK_EDITOR,
        roles.EDITOR_IN_CHIEF,
        roles.ADMINISTRATOR,
    )
    return [Client(), signed_in(a_person(None)), *(signed_in(a_person(role)) for role in by_role)]


def test_every_address_of_the_newsroom_is_judged_for_every_role(world: dict[str, Any]) -> None:
    frozen = dict(line.rsplit(maxsplit=1) for line in TABLE.read_text().splitlines() if line and line[0] != "#")
    clients, found = people(), {}
    for address in newsroom_addresses():
        path = path_of(world, address)
        found[address.route.removeprefix(PREFIX) or "/"] = "".join(outcome(client, path) for client in clients)
    news = [
        f"{route} {found[route]} (was {frozen.get(route, 'not judged')})"
        for route in found
        if frozen.get(route) != found[route]
    ]
    gone = sorted(set(frozen) - set(found))
    assert not news, "Judge these addresses, then write their lines into permissions.txt:\n" + "\n".join(news)
    assert not gone, "These addresses are gone; take their lines out of permissions.txt:\n" + "\n".join(gone)


def test_nobody_without_a_role_gets_an_answer_beyond_the_doors() -> None:
    doors = {"login/", "logout/", "password_reset/", "sprite/", "jsi18n/", "documents/"}
    for line in TABLE.read_text().splitlines():
        if not line or line[0] == "#":
            continue
        route, letters = line.rsplit(maxsplit=1)
        if letters[0] == ANSWERED or letters[1] == ANSWERED:
            assert any(route.startswith(door) for door in doors), route


# What a person may always write: their own session, account and traces.
OWN = {
    "sessions.Session",
    "wagtailusers.UserProfile",
    "wagtailadmin.EditingSession",
    "accounts.User",
    "axes.AccessLog",
    "content.Rendition",  # thumbnails, which Wagtail makes when a screen shows them
}


# Wagtail stumbles over these forms when they are sent without their fields, which no browser does.
BROKEN_IN_WAGTAIL = {"wagtailadmin_choose_page_external_link", "wagtailadmin_pages:add"}


def stored() -> dict[str, list[Any]]:
    """Return every row of the database, but what belongs to the person who asks."""
    return {
        model._meta.label: sorted(
            re.sub(" at 0x[0-9a-f]+", "", repr(row)) for row in model._default_manager.values_list()
        )
        for model in apps.get_models()
        if model._meta.label not in OWN and not model._meta.proxy and model._meta.managed
    }


@pytest.mark.parametrize("role", [None, roles.MODERATOR, roles.REPORTER], ids=["outsider", "moderator", "reporter"])
def test_an_empty_form_sent_to_any_address_changes_nothing(world: dict[str, Any], role: roles.Role | None) -> None:
    client = a_client(role)
    asked = [(one.name, path_of(world, one)) for one in newsroom_addresses() if one.name != "wagtailadmin_error_test"]
    before = stored()
    client.raise_request_exception = False
    logging.disable()
    failed = {name for name, path in asked if client.post(path).status_code >= 500}
    logging.disable(logging.NOTSET)
    after = stored()
    assert failed <= BROKEN_IN_WAGTAIL
    assert {label for label in before if before[label] != after[label]} == set()


# --- writing: the same sentence for buttons and for requests made by hand

R, D, C, A = roles.REPORTER, roles.DESK_EDITOR, roles.EDITOR_IN_CHIEF, roles.ADMINISTRATOR
WRITES: list[tuple[str, str, set[roles.Role]]] = [
    ("unpublish", "/redaction/pages/{live}/unpublish/", {D, C, A}),
    ("lock", "/redaction/pages/{live}/lock/", {D, C, A}),
    ("move", "/redaction/pages/{live}/move/{economy}/confirm/", {D, C, A}),
    ("delete", "/redaction/pages/{live}/delete/", {D, C, A}),
    ("delete a section", "/redaction/pages/{economy}/delete/", {C, A}),
    ("unpublish a section", "/redaction/pages/{economy}/unpublish/", {C, A}),
    ("reorder sections", "/redaction/pages/{economy}/set_position/?position=0", {C, A}),
    ("delete through the internal interface", "/redaction/api/main/pages/{economy}/action/delete/", {C, A}),
    ("unpublish through the internal interface", "/redaction/api/main/pages/{live}/action/unpublish/", {D, C, A}),
    ("delete many", "/redaction/bulk/wagtailcore/page/delete/?id={economy}", {C, A}),
    ("delete an author", "/redaction/snippets/content/author/delete/{author}/", {C, A}),
    ("delete a topic", "/redaction/snippets/content/topic/delete/{topic}/", {C, A}),
    ("delete a redirect", "/redaction/redirects/{redirect}/delete/", {C, A}),
    ("delete somebody's account", "/redaction/users/delete/{user}/", {A}),
    ("delete a group", "/redaction/groups/delete/{group}/", {A}),
    ("delete an image", "/redaction/images/{image}/delete/", {D, C, A}),
]


@pytest.fixture
def keys() -> dict[str, int]:
    from tests.builders import an_article

    a_newspaper()
    colleague = a_person(roles.REPORTER)
    return {
        "live": an_article(section=a_section(), owner=colleague).pk,
        "economy": a_section("Économie").pk,
        "author": an_author("Inès Adjovi").pk,
        "topic": a_topic("Marchés").pk,
        "redirect": Redirect.objects.create(old_path="/avant", redirect_link="/apres").pk,
        "user": colleague.pk,
        "group": Group.objects.create(name="Stagiaires").pk,
        "image": a_picture().pk,
    }


@pytest.mark.parametrize(("what", "address", "allowed"), WRITES, ids=[what for what, *_ in WRITES])
def test_writing_is_refused_to_whom_the_table_of_roles_does_not_name(
    what: str, address: str, allowed: set[roles.Role], keys: dict[str, int]
) -> None:
    path = address.format(**keys)
    for role in (roles.MODERATOR, roles.REPORTER, roles.DESK_EDITOR, roles.EDITOR_IN_CHIEF):
        client = signed_in(a_person(role))
        if role in allowed:
            continue
        before = _counted(keys)
        response = client.post(path, follow=False)
        assert response.status_code in {302, 400, 403, 404, 200}, what
        assert _counted(keys) == before, f"{role.group}: {what}"
    doer = signed_in(a_person(next(role for role in roles.ROLES if role in allowed)))
    before = _counted(keys)
    assert doer.post(path, {"own_password": PASSWORD}).status_code < 400, what
    assert _counted(keys) != before, f"nobody can {what}"


def _counted(keys: dict[str, int]) -> list[Any]:
    from wagtail.models import Page

    from rotative.content.models import Author, Picture, Topic

    pages = Page.objects.filter(depth__gt=2).order_by("pk")
    return [
        list(pages.values_list("pk", "path", "live", "locked", "url_path")),
        list(Redirect.objects.filter(pk=keys["redirect"]).values_list("pk")),
        list(User.objects.filter(pk=keys["user"]).values_list("pk")),
        list(Group.objects.order_by("pk").values_list("pk")),
        [list(model.objects.order_by("pk").values_list("pk")) for model in (Author, Picture, Topic)],
    ]


def test_a_reporter_who_asks_to_publish_only_saves() -> None:
    reporter, section = a_person(roles.REPORTER), a_section()
    form = article_form(an_edition()) | {"action-publish": "1"}
    signed_in(reporter).post(reverse("wagtailadmin_pages:add", args=["content", "article", section.pk]), form)
    assert not Article.objects.get().live


def test_a_reporter_cannot_edit_the_article_of_a_colleague() -> None:
    section, colleague = a_section(), a_person(roles.REPORTER)
    article = a_draft(owner=colleague, live=False)
    section.add_child(instance=article)
    response = signed_in(a_person(roles.REPORTER)).get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert response.url == "/redaction/"


@pytest.mark.parametrize("model", ["section", "edition", "standingpage"])
@pytest.mark.parametrize("role", [roles.REPORTER, roles.DESK_EDITOR], ids=["reporter", "desk editor"])
def test_whoever_may_not_change_the_paper_s_structure_is_told_so(role: roles.Role, model: str) -> None:
    home = a_newspaper()
    client = signed_in(a_person(role))
    parent = a_section() if model == "section" else home
    path = reverse("wagtailadmin_pages:add", args=["content", model, parent.pk])
    response = client.post(path, {"title": "Nouvelle", "slug": "nouvelle"}, follow=True)
    assert "edaction" in response.request["PATH_INFO"]
    if model == "section":
        assert (
            "Seule la rédaction en chef crée des pages du type «\N{NO-BREAK SPACE}Rubrique\N{NO-BREAK SPACE}»"
            in messages_of(response)
        )
    assert not home.get_descendants().filter(slug="nouvelle").exists()


def test_the_choice_of_page_types_shows_only_what_the_person_may_make() -> None:
    section = a_section()
    path = reverse("wagtailadmin_pages:add_subpage", args=[section.pk])
    assert signed_in(a_person(roles.REPORTER)).get(path).url.endswith(f"/add/content/article/{section.pk}/")
    assert "content/section" in signed_in(a_person(roles.EDITOR_IN_CHIEF)).get(path).content.decode()


@pytest.mark.parametrize("role", [roles.MODERATOR, roles.ADVERTISING_MANAGER], ids=["moderator", "advertising manager"])
def test_who_writes_nothing_sees_no_draft_and_no_file_in_a_chooser(role: roles.Role, world: dict[str, Any]) -> None:
    client, secret = a_client(role), world["article"].title
    addresses = [
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_search") + "?q=pont",
        reverse("wagtailadmin_api:pages:listing"),
        reverse("wagtailadmin_api:pages:detail", args=[world["page_id"]]),
        reverse("wagtailadmin_api:images:listing"),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtaildocs_chooser:choose"),
    ]
    for address in addresses:
        for headers in ({}, {"X-Requested-With": "XMLHttpRequest"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code == (403 if headers else 302), address
            assert secret not in answer.content.decode()
