"""The desk with nobody at it: identify the next person, and see what waits."""

from datetime import date, datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages, words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers import scan
from ghiseu.foundation.identifiers.idnp import InvalidIdnp
from ghiseu.foundation.identifiers.mrz import DocumentKind, InvalidMrz, MrzDocument
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, Option, Tab, failing_fields
from ghiseu.journeys import start_visit
from ghiseu.journeys.start_visit import DocumentOrNumberNeeded, OwnMatter, WhoCame
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.cases.queries import WorkList
from ghiseu.modules.visits.models import IdentifiedBy
from ghiseu.modules.visits.operations import DeskHasOpenVisit, Identification

SEEN = (
    (IdentifiedBy.IDENTITY_CARD, gettext_lazy("Identity card")),
    (IdentifiedBy.PASSPORT, gettext_lazy("Passport")),
    (IdentifiedBy.FOREIGN_DOCUMENT, gettext_lazy("Foreign document")),
    (IdentifiedBy.OTHER_DOCUMENT, gettext_lazy("Other document")),
    (IdentifiedBy.NOT_SEEN, gettext_lazy("No document")),
)
_BY_KIND = {DocumentKind.PASSPORT: IdentifiedBy.PASSPORT}


class NotReadable(Exception):
    """What was typed or scanned names nobody; the field and the way out are told."""

    def __init__(self, field: str, error: FieldError) -> None:
        super().__init__(field)
        self.field = field
        self.error = error


@require_GET
@desk_page()
def home(request: DeskRequest) -> HttpResponse:
    """Show the identification form, or go to the visit that is open at this desk."""
    if pages.open_visit(request) is not None:
        return HttpResponseRedirect(reverse("desk:visit"))
    return _form(request, typed={}, errors={})


@require_POST
@desk_page(asks_outside=True)
def start(request: DeskRequest) -> HttpResponse:
    """Identify the person and open the visit; the population register is asked at once."""
    at = clock.now()
    try:
        who = _who(request, at)
        start_visit.start_visit(at_desk=request.at_desk, who=who, language=pages.page_language(), at=at)
    except NotReadable as fault:
        return _again(request, fault.field, fault.error)
    except OwnMatter:
        error = FieldError(
            cause=_("This is your own number."), next_step=_("A colleague has to serve you at another desk.")
        )
        return _again(request, "who", error)
    except DocumentOrNumberNeeded:
        error = FieldError(cause=_("Nobody is named."), next_step=_("Type the IDNP, or scan the document."))
        return _again(request, "who", error)
    except DeskHasOpenVisit:
        return HttpResponseRedirect(reverse("desk:visit"))
    return HttpResponseRedirect(reverse("desk:visit"))


def _who(request: DeskRequest, at: datetime) -> WhoCame:
    typed = request.POST.get("who", "").strip()
    seen = IdentifiedBy(request.POST.get("seen") or IdentifiedBy.IDENTITY_CARD)
    if not typed:
        return _without_number(request, seen)
    try:
        found = scan.read(typed, at=at)
    except InvalidIdnp as fault:
        raise NotReadable("who", words.idnp_error(fault)) from fault
    except InvalidMrz as fault:
        raise NotReadable("who", words.mrz_error(fault)) from fault
    if found.document is None:
        return WhoCame(
            idnp=str(found.idnp or ""), names=Names(), identification=Identification(by=seen, machine_read=False)
        )
    return _from_document(found.document)


def _from_document(document: MrzDocument) -> WhoCame:
    foreign = document.issuing_state != "MDA"
    by = IdentifiedBy.FOREIGN_DOCUMENT if foreign else _BY_KIND.get(document.kind, IdentifiedBy.IDENTITY_CARD)
    return WhoCame(
        idnp=str(document.idnp or ""),
        document="" if document.idnp else f"{document.issuing_state} {document.number}",
        names=Names(
            surname=document.surname.title(), given_name=document.given_names.title(), birth_date=document.birth_date
        ),
        identification=Identification(
            by=by,
            machine_read=True,
            document_note=document.number,
            document_says={
                "surname": document.surname,
                "given_name": document.given_names,
                "birth_date": document.birth_date.isoformat() if document.birth_date else "",
            },
        ),
    )


def _without_number(request: DeskRequest, seen: IdentifiedBy) -> WhoCame:
    number = request.POST.get("document", "").strip()
    born = request.POST.get("born", "").strip()
    if number and not request.POST.get("surname", "").strip():
        error = FieldError(cause=_("The surname is missing."), next_step=_("Type it as the document has it."))
        raise NotReadable("surname", error)
    return WhoCame(
        document=number,
        names=Names(
            surname=request.POST.get("surname", "").strip(),
            given_name=request.POST.get("given_name", "").strip(),
            birth_date=_day(born) if born else None,
        ),
        identification=Identification(by=seen, document_note=number),
    )


def _day(typed: str) -> date:
    found = words.read_date(typed)
    if found is None:
        error = FieldError(cause=_("This is not a date."), next_step=_("Type day, month and year: 03.11.1958"))
        raise NotReadable("born", error)
    return found


def _again(request: DeskRequest, field: str, error: FieldError) -> HttpResponse:
    with transaction():
        return _form(request, typed=request.POST.dict(), errors={field: error}, status=422)


def _form(
    request: DeskRequest, *, typed: dict[str, str], errors: dict[str, FieldError], status: int = 200
) -> HttpResponse:
    others = _other_fields(typed, errors)
    counts = cases.counts(centre_id=request.at_desk.centre_id)
    lists = tuple(
        Tab(label=words.WORK_LISTS[which], href=f"{reverse('desk:work')}?list={which}", count=counts[which])
        for which in WorkList
    )
    who = Field(kind=Kind.IDNP, name="who", label=_("IDNP"), value=typed.get("who", ""), error=errors.get("who"))
    context = {
        "who": who,
        "seen": Field(
            kind=Kind.RADIO,
            name="seen",
            label=_("Document you see"),
            value=typed.get("seen") or IdentifiedBy.IDENTITY_CARD,
            options=tuple(Option(value=value, label=label) for value, label in SEEN),
        ),
        "others": others,
        "lists": lists,
        "errors": failing_fields([who, *others]),
        "others_open": any(typed.get(name) for name in ("document", "surname")),
    }
    return pages.render(request, "desk/home.html", context, status=status)


def _other_fields(typed: dict[str, str], errors: dict[str, FieldError]) -> tuple[Field, ...]:
    return tuple(
        Field(
            kind=Kind.DATE if name == "born" else Kind.TEXT,
            name=name,
            label=label,
            value=typed.get(name, ""),
            required=False,
            width="middle",
            error=errors.get(name),
        )
        for name, label in (
            ("document", _("Number of the document")),
            ("surname", _("Surname")),
            ("given_name", _("Given name")),
            ("born", _("Birth date")),
        )
    )
