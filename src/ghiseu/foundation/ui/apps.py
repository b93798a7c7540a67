"""Django application of the interface kit."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Holds templates and static files; has no tables."""

    name = "ghiseu.foundation.ui"
    label = "ui"
