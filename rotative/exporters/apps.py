from django.apps import AppConfig


class ExportersConfig(AppConfig):
    name = "rotative.exporters"
