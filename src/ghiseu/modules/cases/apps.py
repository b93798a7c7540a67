from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "ghiseu.modules.cases"
    label = "cases"

    def ready(self) -> None:
        from ghiseu.modules.cases import audit_events  # noqa: F401 - declares the module's events
