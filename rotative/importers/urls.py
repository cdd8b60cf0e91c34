"""The addresses of imports, below /redaction/imports/, closed to whoever may not import."""

from django.urls import path
from wagtail.admin.auth import permission_required
from wagtail.utils.urlpatterns import decorate_urlpatterns

from rotative.importers.newsroom import views
from rotative.importers.newsroom import wire_views as wires
from rotative.importers.permissions import MAY_IMPORT

app_name = "importers"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("avancement/", views.imports, {"template": "imports_list"}, name="imports_progress"),
    path("<int:pk>/", views.account_book, name="account_book"),
    path("<int:pk>/avancement/", views.progress, name="progress"),
    path("<int:pk>/compte.csv", views.account_csv, name="account_csv"),
    path("<int:pk>/rubriques/", views.categories, name="categories"),
    path("<int:pk>/arret/", views.stop, name="stop"),
    path("<int:pk>/reprise/", views.go_on, name="go_on"),
    path("<int:pk>/annulation/", views.undo, name="undo"),
    path("fils/", wires.wires, name="wires"),
    path("fils/avancement/", wires.wires, {"template": "wires_list"}, name="wires_progress"),
    path("fils/nouveau/", wires.add, name="add_wire"),
    path("fils/<int:pk>/", wires.wire, name="wire"),
    path("fils/<int:pk>/avancement/", wires.wire_progress, name="wire_progress"),
    path("fils/<int:pk>/modification/", wires.edit, name="edit_wire"),
    path("fils/<int:pk>/demande/", wires.ask_now, name="ask_wire"),
    path("fils/<int:pk>/pause/", wires.pause, name="pause_wire"),
    path("fils/<int:pk>/reprise/", wires.resume, name="resume_wire"),
    path("fils/<int:pk>/suppression/", wires.delete, name="delete_wire"),
]
decorate_urlpatterns(urlpatterns, permission_required(MAY_IMPORT))
