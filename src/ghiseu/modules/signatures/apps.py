from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    name = "ghiseu.modules.signatures"
    label = "signatures"

    def ready(self) -> None:
        from ghiseu.modules.signatures import audit_events  # noqa: F401 - declares the module's events
