from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "ghiseu.modules.payments"
    label = "payments"

    def ready(self) -> None:
        from ghiseu.modules.payments import audit_events  # noqa: F401 - declares the module's events
