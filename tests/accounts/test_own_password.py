"""Whoever finds a screen that was left open cannot make the account their own."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from rotative.accounts import roles
from rotative.accounts.models import User, WrongPassword
from rotative.publishing.writing import is_writing
from tests.newsroom import PASSWORD, a_person, signed_in

pytestmark = pytest.mark.django_db

OLD, NEW = "awa@estuaire.example", "voleur@ailleurs.example"


@pytest.fixture
def awa() -> User:
    return a_person(roles.REPORTER, "awa", email=OLD, first_name="Awa", last_name="Kossouko")


@pytest.fixture
def chief() -> Client:
    return signed_in(a_person(roles.ADMINISTRATOR, "chef", is_superuser=True))


def own_account(client: Client, **fields: str) -> str:
    form = {
        "name_email-first_name": "Awa",
        "name_email-last_name": "K.",
        "mail_address-email": OLD,
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        **fields,
    }
    return client.post(reverse("wagtailadmin_account"), form, follow=True).content.decode()


@pytest.mark.parametrize("password", ["", "faux", PASSWORD.upper()])
def test_an_address_is_not_changed_without_the_password(awa: User, password: str) -> None:
    page = own_account(signed_in(awa), **{"mail_address-email": NEW, "mail_address-own_password": password})
    assert "Ce n’est pas votre mot de passe" in page
    awa.refresh_from_db()
    assert (awa.email, awa.last_name) == (OLD, "Kossouko"), "nothing of the form was stored"


def test_an_address_is_changed_with_the_password_and_the_old_one_is_told(
    awa: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        own_account(signed_in(awa), **{"mail_address-email": NEW, "mail_address-own_password": PASSWORD})
    awa.refresh_from_db()
    assert awa.email == NEW
    assert [sent.to for sent in mail.outbox] == [[OLD]]
    assert "« awa »" in mail.outbox[0].body.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_name_is_changed_without_the_password(awa: User) -> None:
    own_account(signed_in(awa))
    awa.refresh_from_db()
    assert (awa.email, awa.last_name) == (OLD, "K.")
    assert not mail.outbox


def account_form(person: User, **fields: Any) -> dict[str, Any]:
    return {
        "username": person.username,
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "is_active": "on",
        "groups": [group.pk for group in person.groups.all()],
        **fields,
    }


CHANGES = {
    "email": NEW,
    "username": "voleur",
    "password1": "pirogue velours tambour neuf",
    "is_superuser": "on",
    "groups": [],
    "is_active": "",
}


@pytest.mark.parametrize("field", CHANGES)
def test_nobodys_access_is_changed_without_the_password_of_who_changes_it(awa: User, chief: Client, field: str) -> None:
    before = User.objects.values().get(pk=awa.pk)
    form = account_form(awa, **{field: CHANGES[field]})
    if field == "password1":
        form["password2"] = form["password1"]
    page = chief.post(reverse("wagtailusers_users:edit", args=[awa.pk]), form, follow=True).content.decode()
    assert "Ce n’est pas votre mot de passe" in page
    assert User.objects.values().get(pk=awa.pk) == before
    assert awa.groups.count() == 1


def test_an_administrator_changes_an_account_with_the_own_password(
    awa: User, chief: Client, django_capture_on_commit_callbacks: Any
) -> None:
    form = account_form(awa, email=NEW, own_password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        chief.post(reverse("wagtailusers_users:edit", args=[awa.pk]), form)
    awa.refresh_from_db()
    assert awa.email == NEW
    assert [sent.to for sent in mail.outbox] == [[OLD]]


def test_a_real_name_is_mended_without_a_password(awa: User, chief: Client) -> None:
    chief.post(reverse("wagtailusers_users:edit", args=[awa.pk]), account_form(awa, first_name="Awah"))
    awa.refresh_from_db()
    assert awa.first_name == "Awah"


@pytest.mark.parametrize(("password", "is_made"), [("", False), (PASSWORD, True)])
def test_a_new_account_needs_the_password_of_who_makes_it(chief: Client, password: str, is_made: bool) -> None:
    form = {
        "username": "issa",
        "email": "issa@estuaire.example",
        "first_name": "Issa",
        "last_name": "Sow",
        "password1": "pirogue velours tambour neuf",
        "password2": "pirogue velours tambour neuf",
        "groups": [Group.objects.get(name=roles.REPORTER.group).pk],
        "own_password": password,
    }
    page = chief.post(reverse("wagtailusers_users:add"), form, follow=True).content.decode()
    assert User.objects.filter(username="issa").exists() == is_made
    assert ("Ce n’est pas votre mot de passe" in page) != is_made


def test_the_field_stands_on_the_screens(awa: User, chief: Client) -> None:
    addresses = [
        reverse("wagtailusers_users:edit", args=[awa.pk]),
        reverse("wagtailusers_users:add"),
        reverse("wagtailadmin_account"),
    ]
    for address in addresses:
        assert "own_password" in chief.get(address).content.decode(), address


# --- the other ways to the same thing: deleting, groups, many at once


def chiefs_group() -> Group:
    return Group.objects.get(name=roles.ADMINISTRATOR.group)


@pytest.mark.parametrize("model", [User, Group])
def test_nothing_is_done_to_many_accounts_at_once(model: type[Any]) -> None:
    """Wagtail's screens for many ask for no password, and nobody changes the roles of twenty people in one go."""
    named = model._meta.app_label, model._meta.model_name
    assert not list(bulk_action_registry.get_bulk_actions_for_model(*named))


@pytest.mark.parametrize("action", ["assign_role", "set_active_state", "delete"])
def test_wagtails_addresses_for_many_accounts_are_closed(awa: User, chief: Client, action: str) -> None:
    address = reverse("wagtail_bulk_action", args=["accounts", "user", action])
    form = {"role": chiefs_group().pk, "mark_as_active": "", "own_password": ""}
    assert chief.post(f"{address}?id={awa.pk}", form).status_code == 404
    awa.refresh_from_db()
    assert awa.is_active
    assert [group.name for group in awa.groups.all()] == [roles.REPORTER.group]


def test_the_list_of_accounts_has_nothing_to_tick(awa: User, chief: Client) -> None:
    page = chief.get(reverse("wagtailusers_users:index")).content.decode()
    assert "Kossouko" in page
    assert "data-bulk-action" not in page
    assert "bulk-actions.js" not in page


@pytest.mark.parametrize(("password", "is_deleted"), [("", False), ("faux", False), (PASSWORD, True)])
def test_an_account_is_deleted_with_the_password_of_who_deletes_it(
    awa: User, chief: Client, password: str, is_deleted: bool
) -> None:
    address = reverse("wagtailusers_users:delete", args=[awa.pk])
    assert "own_password" in chief.get(address).content.decode()
    page = chief.post(address, {"own_password": password}, follow=True).content.decode()
    assert User.objects.filter(pk=awa.pk).exists() != is_deleted
    assert ("Ce n’est pas votre mot de passe" in page) != is_deleted


@pytest.mark.parametrize(("password", "is_deleted"), [("", False), ("faux", False), (PASSWORD, True)])
def test_a_group_is_deleted_with_the_password_of_who_deletes_it(chief: Client, password: str, is_deleted: bool) -> None:
    group = Group.objects.create(name="Pigistes")
    address = reverse("wagtailusers_groups:delete", args=[group.pk])
    assert "own_password" in chief.get(address).content.decode()
    page = chief.post(address, {"own_password": password}, follow=True).content.decode()
    assert Group.objects.filter(pk=group.pk).exists() != is_deleted
    assert ("Ce n’est pas votre mot de passe" in page) != is_deleted


@pytest.mark.parametrize("kind", ["users", "groups"])
def test_the_method_that_needs_no_form_deletes_nothing(awa: User, chief: Client, kind: str) -> None:
    subject: Any = awa if kind == "users" else Group.objects.create(name="Pigistes")
    response = chief.delete(reverse(f"wagtailusers_{kind}:delete", args=[subject.pk]))
    assert response.status_code == 405
    assert type(subject).objects.filter(pk=subject.pk).exists()


def test_a_new_password_that_a_form_came_back_without_is_asked_for_again(awa: User, chief: Client) -> None:
    new = "pirogue velours tambour neuf"
    form = account_form(awa, password1=new, password2=new, own_password="faux")
    page = chief.post(reverse("wagtailusers_users:edit", args=[awa.pk]), form).content.decode()
    assert "Saisissez aussi de nouveau le nouveau mot de passe" in page


def test_an_account_is_not_copied(awa: User, chief: Client) -> None:
    assert chief.get(f"/redaction/users/copy/{awa.pk}/").status_code == 404
    for address in (reverse("wagtailusers_users:index"), reverse("wagtailusers_users:edit", args=[awa.pk])):
        assert "/users/copy/" not in chief.get(address).content.decode()


def group_form(**fields: Any) -> dict[str, Any]:
    """Return what the browser sends from the screen of a group; the lists of pages and files are empty."""
    panels = ("page_permissions", "collection_permissions", "image_permissions", "document_permissions")
    counts = {
        f"{panel}-{count}": "0" for panel in panels for count in ("TOTAL_FORMS", "INITIAL_FORMS", "MAX_NUM_FORMS")
    }
    everything = Permission.objects.filter(content_type__app_label="accounts", codename="change_user")
    return {"name": "Pigistes", "permissions": [one.pk for one in everything], **counts, **fields}


@pytest.mark.parametrize("password", ["", "faux", PASSWORD])
def test_what_a_group_may_do_is_changed_with_the_password_of_who_changes_it(chief: Client, password: str) -> None:
    group = Group.objects.create(name="Pigistes")
    address = reverse("wagtailusers_groups:edit", args=[group.pk])
    assert "own_password" in chief.get(address).content.decode()
    page = chief.post(address, group_form(own_password=password), follow=True).content.decode()
    assert group.permissions.exists() == (password == PASSWORD)
    assert ("Ce n’est pas votre mot de passe" in page) == (password != PASSWORD)


@pytest.mark.parametrize("password", ["", "faux", PASSWORD])
def test_a_group_is_made_with_the_password_of_who_makes_it(chief: Client, password: str) -> None:
    address = reverse("wagtailusers_groups:add")
    assert "own_password" in chief.get(address).content.decode()
    page = chief.post(address, group_form(own_password=password), follow=True).content.decode()
    assert Group.objects.filter(name="Pigistes").exists() == (password == PASSWORD)
    assert ("Ce n’est pas votre mot de passe" in page) == (password != PASSWORD)


# --- guesses


def change_password(client: Client, old: str) -> Any:
    new = "pirogue velours tambour neuf"
    form = {"password-old_password": old, "password-new_password1": new, "password-new_password2": new}
    return own_account(client, **form)


def change_address(client: Client, guess: str) -> Any:
    return own_account(client, **{"mail_address-email": NEW, "mail_address-own_password": guess})


@pytest.mark.parametrize("guess_at", [change_password, change_address])
def test_five_wrong_guesses_end_the_session_and_change_nothing(awa: User, guess_at: Any) -> None:
    client = signed_in(awa)
    for _ in range(4):
        guess_at(client, "faux")
        assert client.get("/redaction/").status_code == 200
    assert "faux cinq fois" in guess_at(client, "faux")
    assert client.get("/redaction/").status_code == 302
    before = awa.password, awa.email
    awa.refresh_from_db()
    assert (awa.password, awa.email) == before


def test_after_five_wrong_guesses_the_right_one_is_not_looked_at(awa: User) -> None:
    thief, other = signed_in(awa), signed_in(awa)  # both before: whoever signs in begins anew
    for _ in range(5):
        change_address(thief, "faux")
    change_address(other, PASSWORD)
    awa.refresh_from_db()
    assert awa.email == OLD
    assert other.get("/redaction/").status_code == 302


def test_guesses_at_the_accounts_of_others_count_too(awa: User, chief: Client) -> None:
    for _ in range(5):
        chief.post(reverse("wagtailusers_users:delete", args=[awa.pk]), {"own_password": "faux"})
    assert chief.get("/redaction/").status_code == 302
    assert User.objects.filter(pk=awa.pk).exists()


def test_whoever_guessed_in_a_session_does_not_lock_the_owner_out(awa: User) -> None:
    thief = signed_in(awa)
    for _ in range(5):
        change_address(thief, "faux")
    owner = Client()
    form = {"username": "awa", "password": PASSWORD}
    assert owner.post(reverse("wagtailadmin_login"), form).status_code == 302
    change_address(owner, "une faute")
    assert owner.get("/redaction/").status_code == 200, "what the thief guessed is forgotten"


def test_a_right_password_takes_back_the_wrong_ones(awa: User) -> None:
    client = signed_in(awa)
    for guess in ["faux"] * 4 + [PASSWORD] + ["faux"] * 4:
        own_account(client, **{"mail_address-email": OLD, "mail_address-own_password": guess})
    assert client.get("/redaction/").status_code == 200


def test_a_new_password_is_set_with_the_old_one(awa: User) -> None:
    change_password(signed_in(awa), PASSWORD)
    awa.refresh_from_db()
    assert awa.check_password("pirogue velours tambour neuf")


def test_of_two_passwords_in_one_form_none_is_looked_at(awa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotative.accounts.own_password.check_password", lambda *_given: True)
    new = "pirogue velours tambour neuf"
    passwords = {"password-old_password": "faux", "password-new_password1": new, "password-new_password2": new}
    own_account(signed_in(awa), **{"mail_address-email": NEW, "mail_address-own_password": PASSWORD, **passwords})
    awa.refresh_from_db()
    assert awa.email == OLD
    assert WrongPassword.objects.count() == 1


def test_a_wrong_password_is_said_though_it_was_not_needed(awa: User, chief: Client) -> None:
    address = reverse("wagtailusers_users:edit", args=[awa.pk])
    form = account_form(awa, own_password="faux")
    pages = [
        own_account(signed_in(awa), **{"mail_address-own_password": "faux"}),
        chief.post(address, form, follow=True).content.decode(),
    ]
    assert ["Ce n’est pas votre mot de passe" in page for page in pages] == [True, True]


def test_a_password_is_compared_before_the_writers_lock(awa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []

    def note(*_given: Any, **_more: Any) -> bool:
        held.append(is_writing())
        return True

    monkeypatch.setattr("rotative.accounts.own_password.check_password", note)
    change_address(signed_in(awa), PASSWORD)
    assert held == [False]
