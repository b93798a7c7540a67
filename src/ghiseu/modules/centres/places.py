"""Where an operator may work today, and the choice of one place for a session."""

from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.centres import sign_in
from ghiseu.modules.centres.models import Centre, Desk, Operator
from ghiseu.modules.centres.queries import assignments_in_force
from ghiseu.modules.centres.sign_in_models import OperatorSession


class NotAssignedThere(Exception):
    """The operator holds nothing at this place today."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A desk of a centre, a centre without a desk, or (both None) work for the whole programme or an institution."""

    centre_id: int | None
    desk_id: int | None
    centre_name: str = ""
    desk_name: str = ""

    @property
    def key(self) -> str:
        """Name the place in a form."""
        return f"{self.centre_id or 0}-{self.desk_id or 0}"


def places_of(*, operator: Operator, on: date) -> list[Place]:
    """Return every place where the operator holds a role on this day, by centre and desk."""
    held = assignments_in_force(operator=operator, on=on)
    centres = {one.centre_id: one.centre for one in held if one.centre is not None}
    places = [place for centre in sorted(centres.values(), key=lambda one: one.name) for place in _places_in(centre)]
    if any(one.centre_id is None for one in held):
        places.append(Place(centre_id=None, desk_id=None))
    return places


def last_place(*, operator: Operator) -> str:
    """Return the key of the place where the operator worked last, or nothing."""
    sessions = OperatorSession.objects.filter(operator=operator, place_chosen_at__isnull=False)
    found = sessions.order_by("-place_chosen_at", "-id").first()
    return "" if found is None else Place(centre_id=found.centre_id, desk_id=found.desk_id).key


def work_at(found: OperatorSession, *, place_key: str, on: date, at: datetime) -> Place:
    """Let the session work at a place. Choosing the same again changes nothing.

    Raises NotAssignedThere, NoTransaction.
    """
    require_transaction()
    wanted = [place for place in places_of(operator=found.operator, on=on) if place.key == place_key]
    if not wanted:
        raise NotAssignedThere(place_key)
    place = wanted[0]
    if found.place_chosen_at and (found.centre_id, found.desk_id) == (place.centre_id, place.desk_id):
        return place
    found.centre_id, found.desk_id, found.place_chosen_at = place.centre_id, place.desk_id, at
    found.save(update_fields=["centre", "desk", "place_chosen_at"])
    sign_in.note(found, event="centres.session.started", at=at)
    return place


def _places_in(centre: Centre) -> list[Place]:
    desks = list(Desk.objects.filter(centre=centre).order_by("code", "id"))
    return [
        Place(centre_id=centre.pk, desk_id=desk.pk, centre_name=centre.name, desk_name=desk.name) for desk in desks
    ] or [Place(centre_id=centre.pk, desk_id=None, centre_name=centre.name)]
