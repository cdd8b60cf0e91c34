"""Addresses below /commentaires/: what readers do with comments."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from rotative.frontend import commenting


class RowConverter(IntConverter):
    """The number of a row: no more digits than a database can count."""

    regex = "[0-9]{1,18}"


register_converter(RowConverter, "row")

urlpatterns = [
    path("envoyer/<row:article_pk>/", commenting.send),
    path("defi/<row:article_pk>/", commenting.challenge),
    path("repondre/<row:comment_pk>/", commenting.reply),
    path("signaler/<row:comment_pk>/", commenting.complain),
    path("les-miens/", commenting.ask_for_own),
    path("les-miens/<str:token>/", commenting.own),
    path("confirmer/<str:token>/", commenting.confirm),
    path("desabonner/<str:token>/", commenting.unsubscribe),
    path("rss.xml", commenting.feed),
    path("<row:comment_pk>/", commenting.show),
]
