"""People of the newsroom, signed in, and the forms they send. Plain functions for tests of the newsroom's screens."""

import re
import secrets
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from rotative.accounts import roles
from rotative.accounts.models import User
from rotative.content.editing import state_of
from rotative.content.models import Author, Edition, Topic
from tests.builders import a_newspaper, next_number, remade
from tests.replayed import replayed

PASSWORD = "un mot de passe de plusieurs mots"


def a_person(role: roles.Role | None, username: str | None = None, **fields: Any) -> User:
    """Make somebody with one role (or none) at a paper that has its roles and its workflow."""
    front_page = a_newspaper()
    if not Group.objects.filter(name=roles.ROLES[0].group).exists():
        replayed(partial(_organise, front_page), "roles", front_page.pk)
    username = username or f"personne-{next_number()}"
    return remade(partial(_hire, role, username, fields), "person", role and role.group, username, fields)


def _hire(role: roles.Role | None, username: str, fields: dict[str, Any]) -> User:
    user = User.objects.create_user(username, password=PASSWORD, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role.group))
    return user


def _organise(front_page: Page) -> None:
    roles.grant_roles(front_page)
    roles.make_workflow(front_page)


class Browser(Client):
    """A browser that opens an edit screen just before it sends its form, where a test does not say when it did."""

    def post(self, path: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        edited = re.fullmatch(r"/redaction/pages/(\d+)/edit/", str(path))
        if edited and isinstance(data, dict) and not {"loaded_revision_id", "seen_state"} & data.keys():
            data = opened(Page.objects.get(pk=edited[1])) | data
        return super().post(path, data, *args, **kwargs)


def signed_in(person: User) -> Client:
    client = Browser()
    client.force_login(person)
    return client


def a_client(role: roles.Role | None) -> Client:
    return signed_in(a_person(role))


def article_form(
    edition: Edition | None,
    title: str = "Le marché de Dantokpa rouvre ses portes",
    *,
    authors: Iterable[Author] = (),
    topics: Iterable[Topic] = (),
    body: str = "<p>Les vendeuses sont revenues à l'aube.</p>",
    **fields: Any,
) -> dict[str, Any]:
    """Return what the browser sends from an article's edit screen."""
    data = {
        "kicker": "",
        "title": title,
        "slug": "le-marche-rouvre",
        "standfirst": "",
        "place": "Cotonou",
        "lead_image": "",
        "lead_caption": "",
        "bylines": inline_formset([{"author": author.pk, "guest": ""} for author in authors]),
        "corrections": inline_formset([]),
        "related_stories": inline_formset([]),
        "body": streamfield([("text", rich_text(body))]),
        "edition": edition.pk if edition else "",
        "published_at": "",
        "updated_at": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comments": inline_formset([]),
        **fields,
    }
    return nested_form_data(data) | {"topics": [topic.pk for topic in topics]}


def opened(page: Page) -> dict[str, str]:
    """Return what an edit screen that is opened now carries in its form: which version of `page` its author sees."""
    stored = Page.objects.get(pk=page.pk)
    latest = stored.latest_revision
    carried = {"written_in": secrets.token_hex(16), "seen_state": state_of(stored)}
    if latest:
        carried |= {"loaded_revision_id": str(latest.pk), "loaded_revision_created_at": latest.created_at.isoformat()}
    return carried


def messages_of(response: Any) -> str:
    """Return the sentences that the newsroom shows on top of the next screen."""
    return " ".join(str(message) for message in response.context["messages"]) if response.context else ""
