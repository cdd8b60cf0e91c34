"""People who sign in to the newsroom."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Somebody who works at the paper. A byline is an Author, which need not have an account."""
