from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Has no tables; it is an app so that its jobs are found."""

    name = "ghiseu.journeys"
    label = "journeys"

    def ready(self) -> None:
        from ghiseu.journeys import evidence_jobs, payment_jobs, retention_jobs, watch_jobs  # noqa: F401 - declare their jobs
