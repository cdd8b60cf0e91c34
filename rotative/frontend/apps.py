from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "rotative.frontend"

    def ready(self) -> None:
        from rotative.frontend.pages import register_all

        register_all()
