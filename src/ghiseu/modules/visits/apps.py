from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "ghiseu.modules.visits"
    label = "visits"

    def ready(self) -> None:
        from ghiseu.modules.visits import audit_events  # noqa: F401 - declares the module's events
