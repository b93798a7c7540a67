from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ghiseu.foundation.access"
    label = "access"
