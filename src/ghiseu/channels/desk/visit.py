"""The open visit: the person, what they want, whom they act for, how to reach them, and the explicit end."""

import json
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ghiseu.channels.desk import form_values, pages, power_words, reach, words
from ghiseu.channels.desk.form_values import NotReadable
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers import idnp as idnp_rules
from ghiseu.foundation.identifiers.idnp import InvalidIdnp
from ghiseu.foundation.text import fold
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, Option, SummaryRow, failing_fields
from ghiseu.journeys import act_for_another, check_power, reach_person, start_visit
from ghiseu.journeys.check_power import PowerNotKnown
from ghiseu.journeys.start_visit import OwnMatter
from ghiseu.modules.applicants import queries as people
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.queries import Facts
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.mandates.operations import MandateDoesNotHold, MandateShown
from ghiseu.modules.visits.models import Visit, VisitOutcome

KINDS = (
    (MandateKind.PARENT, gettext_lazy("Parent of a child")),
    (MandateKind.GUARDIAN, gettext_lazy("Guardian")),
    (MandateKind.SPOUSE, gettext_lazy("Husband or wife")),
    (MandateKind.RELATIVE, gettext_lazy("Other relative")),
    (MandateKind.NOTARISED_POWER, gettext_lazy("Notarised power")),
    (MandateKind.MPOWER, gettext_lazy("MPower code")),
    (MandateKind.HEIR, gettext_lazy("Heir of a person who died")),
)
ENDINGS = (
    (VisitOutcome.SERVED, gettext_lazy("Served")),
    (VisitOutcome.INFORMED, gettext_lazy("Informed")),
    (VisitOutcome.TAUGHT, gettext_lazy("Shown how to do it alone")),
    (VisitOutcome.NOT_POSSIBLE, gettext_lazy("Not possible today")),
    (VisitOutcome.LEFT, gettext_lazy("Left")),
)
LANGUAGES = (("ro", "Română"), ("ru", "Русский"), ("en", "English"))
_WHY_NOT = {
    "oneself": gettext_lazy("This is the number of the person at the desk; nobody represents themselves."),
    "revoked": gettext_lazy("The act was revoked."),
    "expired": gettext_lazy("The act has expired."),
    "not-kin": gettext_lazy("The population register does not show this relation."),
    "of-age": gettext_lazy("The child is of age and speaks for themselves."),
    "alive": gettext_lazy("The register says that this person is alive; there is no heir."),
    "deceased": gettext_lazy("The register says that this person has died; the mandate ended then."),
    "no-evidence": gettext_lazy("The register is silent and no paper was named."),
}
# What the register calls the other person, and the mandate that may follow from it.
_FROM_FAMILY = {
    "child": MandateKind.PARENT,
    "ward": MandateKind.GUARDIAN,
    "spouse": MandateKind.SPOUSE,
    "mother": MandateKind.RELATIVE,
    "father": MandateKind.RELATIVE,
}
RELATIONS = {
    "child": gettext_lazy("child"),
    "ward": gettext_lazy("ward"),
    "spouse": gettext_lazy("husband or wife"),
    "mother": gettext_lazy("mother"),
    "father": gettext_lazy("father"),
}


@dataclass(frozen=True, kw_only=True)
class Relative:
    """Somebody of the family whom the person may act for, by one press."""

    name: str
    idnp: str
    relation: str
    born: str
    deceased: bool
    kind: str
    key: str


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """Show the open visit with the search for services; without one go to the desk."""
    visit = pages.open_visit(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    return _page(request, visit, errors={}, typed={})


def _page(
    request: DeskRequest, visit: Visit, *, errors: dict[str, FieldError], typed: dict[str, str], status: int = 200
) -> HttpResponse:
    facts = people.newest_facts(person=visit.person, register="RSP", operation="person", visit_number=visit.number)
    fields = _mandate_fields(errors, typed)
    context = {
        "visit": visit,
        "rows": _rows(visit.person, facts),
        "differences": _differences(visit, facts),
        "silent": facts is None and bool(visit.person.idnp),
        "paused": facts is None and people.is_paused(visit.number),
        "is_relative": visit.is_relative_of_operator,
        "family": _family(facts),
        "mandate": visit.mandate,
        "power": power_words.holds(visit.mandate, zone=request.at_desk.time_zone),
        "asks_powers": check_power.is_connected() and bool(visit.person.idnp),
        "mandate_fields": fields,
        "mandate_open": bool(errors),
        "contact_fields": _contact_fields(visit.person),
        "cases": cases.of_person(visit.person_id, language=pages.page_language()),
        "states": words.STATES,
        "tones": words.STATE_TONES,
        "relations": RELATIONS,
        "errors": failing_fields(fields),
    }
    return pages.render(request, "desk/visit.html", context, status=status)


def _rows(person: Person, facts: Facts | None) -> list[SummaryRow]:
    rows = [SummaryRow(label=_("Name"), value=person.full_name or "—")]
    if person.birth_date:
        rows.append(SummaryRow(label=_("Born"), value=f"{person.birth_date:%d.%m.%Y}"))
    if person.deceased_on:
        rows.append(SummaryRow(label=_("Died"), value=f"{person.deceased_on:%d.%m.%Y}"))
    address = facts.values.get("address") if facts else None
    if isinstance(address, dict):
        rows.append(SummaryRow(label=_("Address"), value=str(address.get("text", ""))))
    before = facts.values.get("names_before_text") if facts else ""
    if before:
        rows.append(SummaryRow(label=_("Earlier names"), value=str(before)))
    return rows


def _differences(visit: Visit, facts: Facts | None) -> list[dict[str, str]]:
    """Return what the document read at the desk says otherwise than the register, side by side."""
    says = json.loads(visit.document_says) if visit.document_says else {}
    differing = []
    for name, label in (("surname", _("Surname")), ("given_name", _("Given name")), ("birth_date", _("Born"))):
        document, register = str(says.get(name) or ""), str((facts.values.get(name) if facts else "") or "")
        if document and register and not _same(document, register):
            differing.append(
                {"label": label, "document": form_values.show(document.title()), "register": form_values.show(register)}
            )
    return differing


def _same(document: str, register: str) -> bool:
    """Compare as a machine-readable zone has it: without diacritics, long names cut off."""
    return fold(register).startswith(fold(document))


def _family(facts: Facts | None) -> list[Relative]:
    rows = facts.values.get("family") if facts else None
    found: list[Relative] = []
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or row.get("relation") not in _FROM_FAMILY:
            continue
        relation = str(row["relation"])
        deceased = bool(row.get("deceased_on"))
        found.append(
            Relative(
                name=str(row.get("full_name") or ""),
                idnp=str(row.get("idnp") or ""),
                relation=relation,
                born=str(row.get("birth_date") or ""),
                deceased=deceased,
                kind=_FROM_FAMILY[relation],
                key=f"Alt+{len(found) + 4}" if len(found) < 6 else "",  # noqa: PLR2004 - Alt+4 to Alt+9
            )
        )
    return found


def _mandate_fields(errors: dict[str, FieldError], typed: dict[str, str]) -> tuple[Field, ...]:
    def text(name: str, label: str, *, kind: Kind = Kind.TEXT, required: bool = False) -> Field:
        return Field(
            kind=kind, name=name, label=label, value=typed.get(name, ""), required=required, error=errors.get(name)
        )

    return (
        Field(
            kind=Kind.SELECT,
            name="kind",
            label=_("On what ground"),
            value=typed.get("kind", MandateKind.GUARDIAN),
            error=errors.get("kind"),
            options=tuple(Option(value=value, label=label) for value, label in KINDS),
        ),
        text("subject", _("IDNP of the other person"), kind=Kind.IDNP, required=True),
        text("evidence_number", _("Number of the act or power, or MPower code")),
        text("issued_by", _("Issued by")),
        text("issued_on", _("Issued on"), kind=Kind.DATE),
        text("valid_until", _("Valid until"), kind=Kind.DATE),
    )


def _contact_fields(person: Person) -> tuple[Field, ...]:
    return (
        Field(kind=Kind.PHONE, name="phone", label=_("Phone"), value=person.phone, required=False, width="middle"),
        Field(kind=Kind.EMAIL, name="email", label=_("E-mail"), value=person.email, required=False, width="middle"),
        Field(
            kind=Kind.TEXT,
            name="relative",
            label=_("Relative who can be called"),
            value=person.contact_relative,
            required=False,
        ),
        Field(
            kind=Kind.RADIO,
            name="language",
            label=_("Language of papers"),
            value=person.language,
            options=tuple(Option(value=code, label=name) for code, name in LANGUAGES),
        ),
    )


@require_POST
@desk_page(asks_outside=True)
def acting_for(request: DeskRequest) -> HttpResponse:
    """Record that the person at the desk acts for somebody else, on stated evidence."""
    with transaction():
        visit = pages.visit_of_form(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    typed = request.POST.dict()
    try:
        subject = str(idnp_rules.check(typed.get("subject", "").replace(" ", "")))
        shown = _shown(typed)
        act_for_another.act_for(visit=visit, subject_idnp=subject, shown=shown, at_desk=request.at_desk, at=clock.now())
    except InvalidIdnp as fault:
        return _mandate_again(request, visit, "subject", words.idnp_error(fault))
    except NotReadable as fault:
        return _mandate_again(request, visit, fault.field, fault.error)
    except MandateDoesNotHold as refusal:
        if refusal.why in power_words.WHY:
            return _mandate_again(request, visit, "evidence_number", power_words.error(refusal.why))
        error = FieldError(
            cause=str(_WHY_NOT[refusal.why]), next_step=_("Nothing was opened. Ask for another ground or paper.")
        )
        return _mandate_again(request, visit, "subject", error)
    except PowerNotKnown as silence:
        return _mandate_again(request, visit, "evidence_number", power_words.error(silence.verdict))
    except OwnMatter:
        error = FieldError(cause=_("This is your own number."), next_step=_("A colleague has to serve this person."))
        return _mandate_again(request, visit, "subject", error)
    return HttpResponseRedirect(reverse("desk:visit"))


def _mandate_again(request: DeskRequest, visit: Visit, field: str, error: FieldError) -> HttpResponse:
    with transaction():
        visit.refresh_from_db()
        return _page(request, visit, errors={field: error}, typed=request.POST.dict(), status=422)


def _shown(typed: dict[str, str]) -> MandateShown:
    told = typed.get("kind") or MandateKind.GUARDIAN
    if told not in MandateKind.values:
        raise NotReadable(
            "kind", FieldError(cause=_("There is no such ground."), next_step=_("Choose one of the list."))
        )
    kind = MandateKind(told)

    def day(name: str) -> date | None:
        if not typed.get(name, "").strip():
            return None
        found = words.read_date(typed[name])
        if found is None:  # never "no end": a day that nobody can read is no day
            raise NotReadable(
                name,
                FieldError(cause=_("This is not a date."), next_step=_("Type day, month and year: 03.11.1958")),
            )
        return found

    return MandateShown(
        kind=kind,
        evidence=kind,
        evidence_number=typed.get("evidence_number", "").strip(),
        issued_by=typed.get("issued_by", "").strip(),
        issued_on=day("issued_on"),
        valid_until=day("valid_until"),
        confirmed_by="paper",
    )


@require_POST
@desk_page()
def for_oneself(request: DeskRequest) -> HttpResponse:
    """The person acts for themselves again."""
    visit = pages.visit_of_form(request)
    if visit is not None:
        act_for_another.act_for_oneself(visit=visit, at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(reverse("desk:visit"))


@require_POST
@desk_page()
def contact(request: DeskRequest) -> HttpResponse:
    """Keep how the person can be reached; nothing at all is a normal answer."""
    visit = pages.visit_of_form(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    language = request.POST.get("language", "")
    told = reach_person.Contact(
        phone=request.POST.get("phone", "").strip(),
        email=request.POST.get("email", "").strip(),
        relative=request.POST.get("relative", "").strip(),
        language=language if language in dict(LANGUAGES) else visit.language,
    )
    reach_person.keep_contact(visit=visit, told=told, at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(pages.local_path(request, request.POST.get("back", "")) or reverse("desk:visit"))


@require_POST
@desk_page()
def reveal(request: DeskRequest) -> HttpResponse:
    """Give the whole identifier of the visit's person, once, with an event in the journal."""
    visit = pages.visit_of_form(request)
    if visit is None:
        return HttpResponse(status=404)
    idnp = reach_person.reveal(visit=visit, at_desk=request.at_desk, at=clock.now())
    return HttpResponse(idnp, content_type="text/plain; charset=utf-8")


@require_http_methods(["POST"])
@desk_page()
def end(request: DeskRequest) -> HttpResponse:
    """End the visit; the browser forgets what it showed."""
    visit = pages.visit_of_form(request)
    if visit is not None:
        told = request.POST.get("outcome", "")
        outcome = VisitOutcome(told) if told in VisitOutcome.values else VisitOutcome.SERVED
        start_visit.end_visit(visit=visit, outcome=outcome, at_desk=request.at_desk, at=clock.now())
        pages.forget_open_visit(request)
    reach.forget(request)
    return pages.forgotten_by_browser(HttpResponseRedirect(reverse("desk:home")))
