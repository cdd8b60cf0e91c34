"""The addresses of imports, below /redaction/imports/."""

from django.urls import path

from rotative.importers.newsroom import views
from rotative.importers.newsroom import wire_views as wires

app_name = "importers"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("avancement/", views.imports_progress, name="imports_progress"),
    path("<int:job_pk>/", views.account_book, name="account_book"),
    path("<int:job_pk>/avancement/", views.progress, name="progress"),
    path("<int:job_pk>/compte.csv", views.account_csv, name="account_csv"),
    path("<int:job_pk>/rubriques/", views.categories, name="categories"),
    path("<int:job_pk>/arret/", views.stop, name="stop"),
    path("<int:job_pk>/reprise/", views.go_on, name="go_on"),
    path("<int:job_pk>/annulation/", views.undo, name="undo"),
    path("fils/", wires.wires, name="wires"),
    path("fils/avancement/", wires.wires_progress, name="wires_progress"),
    path("fils/nouveau/", wires.add, name="add_wire"),
    path("fils/<int:wire_pk>/", wires.wire, name="wire"),
    path("fils/<int:wire_pk>/avancement/", wires.wire_progress, name="wire_progress"),
    path("fils/<int:wire_pk>/modification/", wires.edit, name="edit_wire"),
    path("fils/<int:wire_pk>/demande/", wires.ask_now, name="ask_wire"),
    path("fils/<int:wire_pk>/pause/", wires.pause, name="pause_wire"),
    path("fils/<int:wire_pk>/reprise/", wires.resume, name="resume_wire"),
    path("fils/<int:wire_pk>/suppression/", wires.delete, name="delete_wire"),
]
