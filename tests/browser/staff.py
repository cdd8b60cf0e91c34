"""Engage people at a newspaper. For the scripts that run inside it, once Django is set up."""

from django.contrib.auth.models import Group

from rotative.accounts.models import User
from rotative.accounts.roles import Role
from rotative.publishing.writing import writing


@writing()
def engage(name: str, role: Role, password: str, **details: str) -> None:
    """Give somebody a role and a password. Whoever is at work under that name is signed out by another password."""
    user = User.objects.update_or_create(username=name, defaults=details)[0]
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    user.groups.set(Group.objects.filter(name=role.group))
