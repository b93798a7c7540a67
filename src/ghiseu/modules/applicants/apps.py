from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    name = "ghiseu.modules.applicants"
    label = "applicants"

    def ready(self) -> None:
        from ghiseu.modules.applicants import audit_events  # noqa: F401 - declares the module's events
