"""Addresses below /commentaires/: what readers do with comments."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from rotative.addresses import FEED
from rotative.frontend.commenting import own, published, sending


class RowConverter(IntConverter):
    """The number of a row: no more digits than a database can count."""

    regex = "[0-9]{1,18}"


register_converter(RowConverter, "row")

urlpatterns = [
    path("envoyer/<row:article_pk>/", sending.send),
    path("defi/<row:article_pk>/", sending.challenge),
    path("repondre/<row:comment_pk>/", sending.reply),
    path("signaler/<row:comment_pk>/", published.complain),
    path("les-miens/", own.ask_for_own),
    path("les-miens/<str:token>/", own.own),
    path("confirmer/<str:token>/", own.confirm),
    path("desabonner/<str:token>/", own.unsubscribe),
    path(FEED, published.feed),
    path("<row:comment_pk>/", published.show),
]
