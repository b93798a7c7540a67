from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Has no tables; it is an app so that its jobs are found."""

    name = "ghiseu.journeys"
    label = "journeys"

    def ready(self) -> None:
        from ghiseu.journeys import payment_jobs  # noqa: F401 - declares its job
