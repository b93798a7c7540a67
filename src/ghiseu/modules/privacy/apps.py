from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "ghiseu.modules.privacy"
    label = "privacy"

    def ready(self) -> None:
        from ghiseu.modules.privacy import audit_events  # noqa: F401 - declares the module's events
