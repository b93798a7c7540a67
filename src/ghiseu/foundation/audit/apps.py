from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ghiseu.foundation.audit"
    label = "audit"
