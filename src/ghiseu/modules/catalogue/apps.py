from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "ghiseu.modules.catalogue"
    label = "catalogue"
