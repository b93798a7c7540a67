from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Has no tables; it is an app so that its jobs are found."""

    name = "ghiseu.journeys"
    label = "journeys"

    def ready(self) -> None:
        from ghiseu.journeys import (  # noqa: F401 - declare their jobs
            calendar_jobs,
            event_jobs,
            evidence_jobs,
            legal_log_jobs,
            message_jobs,
            payment_jobs,
            reminder_jobs,
            retention_jobs,
            sharing_jobs,
            signing_jobs,
            watch_jobs,
        )
