"""Open a session for each person of the newspaper in ROTATIVE_HOME; print their keys by name, as JSON."""

import json

from django.test import Client

from rotative.accounts.models import User


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


print(json.dumps({user.get_username(): session_of(user) for user in User.objects.filter(is_active=True)}))
