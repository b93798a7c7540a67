from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "ghiseu.modules.custody"
    label = "custody"

    def ready(self) -> None:
        from ghiseu.modules.custody import audit_events  # noqa: F401 - declares the module's events
