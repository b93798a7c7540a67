from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """Has no tables; it is an app so that its jobs are found."""

    name = "ghiseu.journeys"
    label = "journeys"
