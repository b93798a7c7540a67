from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "ghiseu.foundation.crypto"
    label = "crypto"
