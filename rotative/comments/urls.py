"""The moderators' addresses, below /redaction/commentaires/."""

from django.urls import path

from rotative.comments import views

app_name = "comments"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("suite/", views.more, name="more"),
    path("nouvelles/", views.news, name="news"),
    path("decision/", views.decide, name="decide"),
    path("annulation/", views.undo, name="undo"),
    path("apprentissage/", views.learned, name="learned"),
    path("<int:comment_pk>/fil/", views.thread, name="thread"),
    path("<int:comment_pk>/texte/", views.edit, name="edit"),
    path("<int:comment_pk>/reponse/", views.answer, name="answer"),
    path("<int:comment_pk>/epingle/", views.pin, name="pin"),
]
