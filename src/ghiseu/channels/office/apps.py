from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "ghiseu.channels.office"
    label = "office"
