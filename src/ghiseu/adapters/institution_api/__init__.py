"""Institutions that speak the interface which we publish: docs/interfaces/institution.openapi.yaml."""

from ghiseu.adapters.institution_api.client import InstitutionApi
from ghiseu.foundation.wire.exchange import Limits

__all__ = ["InstitutionApi", "Limits"]
