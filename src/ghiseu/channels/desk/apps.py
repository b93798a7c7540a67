from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ghiseu.channels.desk"
    label = "desk"
