from django.apps import AppConfig


class CallbacksConfig(AppConfig):
    name = "ghiseu.channels.callbacks"
    label = "callbacks"
