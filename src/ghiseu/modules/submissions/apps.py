from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "ghiseu.modules.submissions"
    label = "submissions"

    def ready(self) -> None:
        from ghiseu.modules.submissions import audit_events  # noqa: F401 - declares the module's events
