"""Files in the store, each sealed with the data key of its case: without that key its bytes are noise."""

import hashlib

from ghiseu.foundation.crypto import Owner, open_value, seal_value
from ghiseu.foundation.store import BytesDamaged, the_store
from ghiseu.modules.cases.models import Case
from ghiseu.modules.documents.models import Document


def owner_of(case: Case) -> Owner:
    """Return whose key seals the files of the case."""
    return Owner(centre_id=case.centre_id, case_id=case.pk)


def put(content: bytes, *, owner: Owner) -> tuple[str, str]:
    """Keep the bytes; return their SHA-256 and that of the sealed file, by which the store knows it.

    Each call makes another file; one that gets no row is removed by the sweep. Call it in the scope of the case's
    centre. Raises StoreFull.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    return sha256, the_store().put(seal_value(content, place=_place(sha256), owner=owner))


def get(document: Document) -> bytes:
    """Return the bytes of a document, checked against its hash. Call it in the scope of its centre.

    Raises NotStored, BytesDamaged, CannotOpen when the key of the case was destroyed.
    """
    if not document.stored_sha256:  # kept before files were sealed
        return the_store().get(document.sha256)
    content = open_value(the_store().get(document.stored_sha256), place=_place(document.sha256))
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise BytesDamaged(document.sha256)
    return content


def _place(sha256: str) -> str:
    return f"documents.file.{sha256}"
