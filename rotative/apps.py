from django.apps import AppConfig


class RotativeConfig(AppConfig):
    """The paper as a whole: the commands that start it and look after it."""

    name = "rotative"
