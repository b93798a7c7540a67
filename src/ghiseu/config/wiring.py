"""Which adapter serves which port. Only addresses and certificates differ between a simulator and the real system."""

from pathlib import Path

from django.conf import settings

from ghiseu.adapters.institution_api.client import InstitutionApi
from ghiseu.adapters.seal.sealing import Place, PlatformSeal
from ghiseu.config.platforms import every
from ghiseu.foundation.store import FolderStore, document_stores
from ghiseu.modules.documents.ports import PLATFORM, seals
from ghiseu.modules.submissions.ports import lookups, news, providers


def connect() -> None:
    """Wire what the settings name. What is not named stays unserved, and the pages say so."""
    document_stores.serve("documents", FolderStore(settings.DOCUMENTS_DIR))
    every.connect()
    if settings.SEAL_KEY and settings.TSA_URL:
        place = Place(
            key=Path(settings.SEAL_KEY),
            certificate=Path(settings.SEAL_CERTIFICATE),
            trust=Path(settings.SEAL_TRUST),
            stamp_url=settings.TSA_URL,
        )
        limits = {"connect_seconds": settings.CONNECT_LIMIT, "total_seconds": settings.TSA_LIMIT}
        seals.serve(PLATFORM, PlatformSeal(place, **limits))
    for code, address in settings.INSTITUTION_URLS.items():
        certificate = settings.INSTITUTION_CERTIFICATES.get(code, "")
        institution = InstitutionApi(
            code, url=address, callback_certificates=[Path(certificate).read_bytes()] if certificate else []
        )
        providers.serve(code, institution)
        lookups.serve(code, institution)
        news.serve(code, institution)
