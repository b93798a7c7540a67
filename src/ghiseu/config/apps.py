from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Decides at start which adapter serves which port."""

    name = "ghiseu.config"
    label = "config"

    def ready(self) -> None:
        from ghiseu.config import wiring

        wiring.connect()
