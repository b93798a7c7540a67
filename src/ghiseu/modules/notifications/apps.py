from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ghiseu.modules.notifications"
    label = "notifications"

    def ready(self) -> None:
        from ghiseu.modules.notifications import audit_events  # noqa: F401 - declares the module's events
