from django.apps import AppConfig


class CitizenConfig(AppConfig):
    name = "ghiseu.channels.citizen"
    label = "citizen"
