"""Who is at work where, in the present request: ready facts, no model instances."""

from dataclasses import dataclass

from ghiseu.foundation.access import Scope


@dataclass(frozen=True, kw_only=True)
class AtDesk:
    """An operator signed in at a desk of a centre, with the roles held there today."""

    operator_id: int
    operator_idnp: str
    operator_name: str
    operator_surname: str
    centre_id: int
    centre_code: str
    centre_name: str
    centre_idno: str
    centre_phone: str
    centre_address: str
    centre_kind: str
    country: str
    time_zone: str
    currency: str
    latitude: float | None
    longitude: float | None
    desk_id: int
    desk_name: str
    roles: frozenset[str]
    operator_mpower_number: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(centre_id=self.centre_id, operator_id=self.operator_id)

    def has_role(self, *roles: str) -> bool:
        """Tell whether one of these roles is held here today."""
        return bool(self.roles.intersection(roles))


@dataclass(frozen=True, kw_only=True)
class WithoutDesk:
    """Somebody signed in who works for the whole programme or for an institution, at no centre and no desk."""

    operator_id: int
    operator_name: str
    roles: frozenset[str]
    institutions: tuple[str, ...]

    def has_role(self, *roles: str) -> bool:
        """Tell whether one of these roles is held today."""
        return bool(self.roles.intersection(roles))
