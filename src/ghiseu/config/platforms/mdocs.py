"""MDocs: the settings that it needs, and the port that it serves."""

from django.conf import settings

from ghiseu.adapters.mdocs import Form, MDocs
from ghiseu.config.platforms.place import limits, system_certificate
from ghiseu.foundation.wire.platforms import platforms
from ghiseu.modules.documents.ports import STORE, document_sharing


def connect() -> None:
    """Serve the document store when its address is set. Raises NotThere, NotUsable, ValueError for an unknown form."""
    if not settings.MDOCS_URL:
        return
    types = sorted({settings.MDOCS_DOCUMENT_TYPE, *settings.MDOCS_DOCUMENT_TYPES.values()})
    adapter = MDocs(
        url=settings.MDOCS_URL,
        certificate=system_certificate(),
        limits=limits(),
        form=Form(settings.MDOCS_FORM),
        types=types,
    )
    document_sharing.serve(STORE, adapter)
    platforms.serve("MDocs", adapter)
