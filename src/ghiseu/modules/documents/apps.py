from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "ghiseu.modules.documents"
    label = "documents"

    def ready(self) -> None:
        from ghiseu.modules.documents import audit_events  # noqa: F401 - declares the module's events
