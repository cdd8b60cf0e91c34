"""The addresses of imports, below /redaction/imports/."""

from django.urls import path

from rotative.importers import views

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
]
