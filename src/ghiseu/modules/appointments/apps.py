from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "ghiseu.modules.appointments"
    label = "appointments"

    def ready(self) -> None:
        from ghiseu.modules.appointments import audit_events  # noqa: F401 - declares the module's events
