from django.apps import AppConfig


class MandatesConfig(AppConfig):
    name = "ghiseu.modules.mandates"
    label = "mandates"

    def ready(self) -> None:
        from ghiseu.modules.mandates import audit_events  # noqa: F401 - declares the module's events
