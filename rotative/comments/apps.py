from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "rotative.comments"
    label = "comments"
