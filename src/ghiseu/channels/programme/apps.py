from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "ghiseu.channels.programme"
    label = "programme"
