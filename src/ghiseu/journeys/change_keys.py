"""After new keys were made: everything that can be is brought under them, in small transactions, while desks work.

Journal lines are never changed: what was journaled under an earlier index key is found by that key, which stays.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.crypto import blind_index
from ghiseu.foundation.crypto.resealing import wrap_anew, wrap_common_anew
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.centres.models import Centre, Operator

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Changed:
    """How many rows stand under the present index key now, and how many do not because their person is there twice."""

    indexed: int
    left: int


def reseal() -> Changed:
    """Wrap data keys anew and compute blind indexes anew, in all centres. May be stopped and begun again.

    Needs to write operators, which only the owner of the database may.
    """
    with transaction():
        wrap_common_anew()
        centres = list(Centre.objects.order_by("id").values_list("pk", flat=True))
    indexed, left = _operators(), 0
    for centre_id in centres:
        with scoped_to(Scope(centre_id=centre_id)):
            _wrap_all()
            done, not_done = _people(centre_id)
            indexed, left = indexed + done, left + not_done
    return Changed(indexed=indexed, left=left)


def _wrap_all() -> None:
    last: UUID | None = None
    while True:
        with transaction():
            last = wrap_anew(after=last)
        if last is None:
            return


def _people(centre_id: int) -> tuple[int, int]:
    done = left = last = 0
    while True:
        with transaction():
            waiting = Person.objects.select_for_update(of=("self",)).filter(centre_id=centre_id, pk__gt=last)
            batch = list(waiting.order_by("id")[:BATCH])
            for person in batch:
                changed = _index(person)
                done, left = done + (changed is True), left + (changed is None)
        if not batch:
            return done, left
        last = batch[-1].pk


def _index(person: Person) -> bool | None:
    """Bring one person under the present key: whether it was needed, None when that row exists already."""
    idnp = blind_index(person.idnp, purpose="person") if person.idnp else None
    document = blind_index(person.document, purpose="document") if person.document else None
    if (idnp, document) == (_bytes(person.idnp_index), _bytes(person.document_index)):
        return False
    person.idnp_index, person.document_index = idnp, document
    try:
        with transaction():
            person.save(update_fields=["idnp_index", "document_index"])
    except IntegrityError:  # met at two desks in the very moment of the change; both are found by all keys
        return None
    return True


def _operators() -> int:
    done = 0
    with transaction():
        for operator in Operator.objects.select_for_update(of=("self",)).order_by("id"):
            index = blind_index(operator.idnp, purpose="operator")
            if bytes(operator.idnp_index) != index:
                operator.idnp_index = index
                operator.save(update_fields=["idnp_index"])
                done += 1
    return done


def _bytes(index: bytes | memoryview | None) -> bytes | None:
    return None if index is None else bytes(index)
