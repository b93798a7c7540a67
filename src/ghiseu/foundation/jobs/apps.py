from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ghiseu.foundation.jobs"
    label = "jobs"
