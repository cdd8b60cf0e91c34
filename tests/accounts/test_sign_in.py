import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from rotative.accounts import roles
from rotative.accounts.models import User
from tests.newsroom import PASSWORD, a_person, signed_in

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def sign_in(username: str, password: str, address: str = HERE) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post(reverse("wagtailadmin_login"), {"username": username, "password": password, "next": "/redaction/"})
    return client


def is_inside(client: Client) -> bool:
    return client.get("/redaction/").status_code == 200


def test_the_door_of_the_newsroom_speaks_french() -> None:
    page = Client().get(reverse("wagtailadmin_login")).content.decode()
    assert "Entrer dans la rédaction" in page
    assert 'lang="fr"' in page
    assert "Mot de passe" in page
    assert ">Password" not in page.replace(" ", "").replace("\n", "")
    assert "Wagtail" not in re.sub(r"<noscript.*?</noscript>", "", page, flags=re.DOTALL).replace("wagtail", "")


def test_a_right_password_opens_the_door_and_a_wrong_one_does_not() -> None:
    a_person(roles.REPORTER, "awa")
    assert is_inside(sign_in("awa", PASSWORD))
    assert not is_inside(sign_in("awa", "autre chose de bien long"))


def test_tests_may_sign_people_in_without_a_password() -> None:
    assert is_inside(signed_in(a_person(roles.REPORTER)))


def test_somebody_without_a_role_stays_outside() -> None:
    assert not is_inside(signed_in(a_person(None)))


def test_too_many_wrong_passwords_lock_a_name_at_one_address_only(settings: object) -> None:
    a_person(roles.REPORTER, "awa")
    a_person(roles.REPORTER, "koffi")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in("awa", "faux")
    assert not is_inside(sign_in("awa", PASSWORD)), "the right password comes too late"
    assert is_inside(sign_in("koffi", PASSWORD)), "colleagues behind the same address go on working"
    assert is_inside(sign_in("awa", PASSWORD, ELSEWHERE)), "nobody can lock somebody else out of the paper"


def test_who_is_locked_out_reads_in_french_how_long_to_wait(settings: object) -> None:
    a_person(roles.REPORTER, "awa")
    client = Client(REMOTE_ADDR=HERE)
    form = {"username": "awa", "password": "faux"}
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post(reverse("wagtailadmin_login"), form)
    assert response.status_code == 429
    page = " ".join(response.content.decode().split())
    assert "Trop de tentatives" in page
    assert "Attendez 15 minutes, puis réessayez" in page
    assert reverse("wagtailadmin_password_reset") in page


def test_a_forgotten_password_is_replaced_by_mail() -> None:
    a_person(roles.REPORTER, "awa", email="awa@estuaire.example")
    client = Client()
    assert client.get(reverse("wagtailadmin_password_reset")).status_code == 200
    client.post(reverse("wagtailadmin_password_reset"), {"email": "awa@estuaire.example"})
    link = re.search(r"/redaction/password_reset/confirm/\S+", mail.outbox[0].body).group()
    page = client.get(link, follow=True)
    new = "une phrase toute neuve et longue"
    client.post(page.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
    assert is_inside(sign_in("awa", new))


def test_a_short_password_is_refused_with_a_sentence() -> None:
    client = signed_in(a_person(roles.REPORTER, "awa"))
    response = client.post(
        reverse("wagtailadmin_account"),
        {"password-old_password": PASSWORD, "password-new_password1": "court", "password-new_password2": "court"},
    )
    assert "au minimum 12 caractères" in response.content.decode()
    assert User.objects.get(username="awa").check_password(PASSWORD)
