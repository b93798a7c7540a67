"""The questions of an incident: reading what was typed, and the fields that ask."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, Option
from ghiseu.journeys.find_affected import KINDS_OF_ACTS
from ghiseu.modules.centres.models import Centre, Desk, Operator
from ghiseu.modules.privacy.incidents import LANGUAGES, Reach
from ghiseu.modules.privacy.models import Incident, IncidentKind

WRITTEN = "%d.%m.%Y %H:%M"
KINDS = {
    IncidentKind.BOTH: gettext_lazy("Personal data, by an attack or a fault of the systems"),
    IncidentKind.PERSONAL_DATA: gettext_lazy("Personal data alone"),
    IncidentKind.CYBER: gettext_lazy("The systems alone"),
}
ACTS = {
    "readings": gettext_lazy("Every reading of data"),
    "people": gettext_lazy("People and visits"),
    "cases": gettext_lazy("Cases and deliveries"),
    "documents": gettext_lazy("Documents"),
    "payments": gettext_lazy("Payments"),
    "appointments": gettext_lazy("Appointments"),
    "exports": gettext_lazy("Copies and lists taken out"),
}
TOLD = {
    "ro": gettext_lazy("What to tell people, in Romanian"),
    "ru": gettext_lazy("What to tell people, in Russian"),
    "en": gettext_lazy("What to tell people, in English"),
}


class NotAMoment(Exception):
    """Something typed is no day with an hour. `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class NotInTheList(Exception):
    """Something chosen is not in its list: nothing is narrowed or widened by it. `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def moment(typed: dict[str, str], name: str) -> datetime:
    """Return what was typed as day and hour, by the clock of the capital. Raises NotAMoment."""
    try:
        found = datetime.strptime(typed.get(name, "").strip(), WRITTEN)  # noqa: DTZ007 - the zone follows
    except ValueError as error:
        raise NotAMoment(name) from error
    return found.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def reach_of(typed: dict[str, str]) -> Reach:
    """Return which acts the incident is about; an empty choice means all. Raises NotAMoment, NotInTheList."""

    acts = typed.get("acts", "").strip()
    if acts and acts not in KINDS_OF_ACTS:
        raise NotInTheList("acts")
    return Reach(
        from_at=moment(typed, "from_at"),
        to_at=moment(typed, "to_at"),
        centre_code=typed.get("centre", "").strip(),
        desk_number=_number(typed, "desk", of=Desk),
        operator_number=_number(typed, "operator", of=Operator),
        acts=acts,
    )


def _number(typed: dict[str, str], name: str, *, of: type[Desk] | type[Operator]) -> int | None:
    told = typed.get(name, "").strip()
    if not told:
        return None
    if not (told.isascii() and told.isdecimal() and len(told) < 10):  # noqa: PLR2004 - digits of an id
        raise NotInTheList(name)
    with transaction():
        if not of._default_manager.filter(pk=int(told)).exists():
            raise NotInTheList(name)
    return int(told)


def typed_of(incident: Incident) -> dict[str, str]:
    """Return what is kept of the incident as the form has it."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return {
        "from_at": incident.from_at.astimezone(zone).strftime(WRITTEN),
        "to_at": incident.to_at.astimezone(zone).strftime(WRITTEN),
        "centre": incident.centre_code,
        "desk": str(incident.desk_number or ""),
        "operator": str(incident.operator_number or ""),
        "acts": incident.acts,
        "told_ro": incident.told_ro,
        "told_ru": incident.told_ru,
        "told_en": incident.told_en,
    }


def what_fields(typed: dict[str, str], errors: dict[str, FieldError]) -> tuple[Field, ...]:
    """Return the fields that say what happened and since when it is known. Call it inside a transaction."""
    return (
        _choice("kind", _("Kind"), tuple((str(kind), str(label)) for kind, label in KINDS.items()), typed, errors),
        _moment("aware_at", _("Known since"), typed, errors),
        Field(
            kind=Kind.TEXTAREA,
            name="what_happened",
            label=_("What happened"),
            hint=_("No names and no numbers of people."),
            value=typed.get("what_happened", ""),
            error=errors.get("what_happened"),
        ),
    )


def reach_fields(typed: dict[str, str], errors: dict[str, FieldError]) -> tuple[Field, ...]:
    """Return the fields that say which acts of the journal count. Call it inside a transaction."""
    every = ("", _("all"))
    centres = [(one.code, one.name) for one in Centre.objects.order_by("name", "id")]
    desks = [
        (str(one.pk), f"{one.centre.name}, {one.name}")
        for one in Desk.objects.select_related("centre").order_by("centre__name", "id")
    ]
    people = [(str(one.pk), f"{one.full_name} ({one.pk})") for one in Operator.objects.order_by("surname", "id")]
    return (
        _moment("from_at", _("From"), typed, errors),
        _moment("to_at", _("Until"), typed, errors),
        _choice("centre", _("Centre"), (every, *centres), typed, errors),
        _choice("desk", _("Desk"), (every, *desks), typed, errors),
        _choice("operator", _("Operator"), (every, *people), typed, errors),
        _choice("acts", _("Acts"), (every, *((name, str(label)) for name, label in ACTS.items())), typed, errors),
    )


def told_fields(typed: dict[str, str]) -> tuple[Field, ...]:
    """Return the fields with what the letters say happened, one for each language of letters."""
    return tuple(
        Field(
            kind=Kind.TEXTAREA,
            name=f"told_{one}",
            label=TOLD[one],
            value=typed.get(f"told_{one}", ""),
            required=False,
            language=one,
        )
        for one in LANGUAGES
    )


def not_a_moment() -> FieldError:
    return FieldError(cause=_("This is not a day with an hour."), next_step=_("Type it like this: 23.11.2026 14:30"))


def not_in_the_list() -> FieldError:
    return FieldError(cause=_("This is not in the list."), next_step=_("Choose one of the list."))


def _moment(name: str, label: str, typed: dict[str, str], errors: dict[str, FieldError]) -> Field:
    return Field(
        kind=Kind.TEXT,
        name=name,
        label=label,
        hint=_("Day and hour: 23.11.2026 14:30"),
        value=typed.get(name, ""),
        error=errors.get(name),
        width="middle",
    )


def _choice(
    name: str,
    label: str,
    options: tuple[tuple[str, str], ...],
    typed: dict[str, str],
    errors: dict[str, FieldError],
) -> Field:
    return Field(
        kind=Kind.SELECT,
        name=name,
        label=label,
        value=typed.get(name, options[0][0]),
        required=False,
        options=tuple(Option(value=value, label=text) for value, text in options),
        error=errors.get(name),
    )
