from django.apps import AppConfig


class CentresConfig(AppConfig):
    name = "ghiseu.modules.centres"
    label = "centres"

    def ready(self) -> None:
        from ghiseu.modules.centres import audit_events  # noqa: F401 - declares the module's events
