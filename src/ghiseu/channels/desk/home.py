"""The desk with nobody at it: identify the next person, and see what waits."""

import re
from datetime import date, datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages, reach, words
from ghiseu.channels.desk.form_values import NotReadable
from ghiseu.channels.desk.pages import Refusal, desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers import scan
from ghiseu.foundation.identifiers.idnp import InvalidIdnp
from ghiseu.foundation.identifiers.mrz import DocumentKind, InvalidMrz, MrzDocument
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, Option, Tab, failing_fields
from ghiseu.journeys import start_visit
from ghiseu.journeys.start_visit import DocumentOrNumberNeeded, OwnMatter, WhoCame
from ghiseu.modules.applicants.operations import DocumentOfAnother, Names
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.cases.queries import WorkList
from ghiseu.modules.visits.models import IdentifiedBy, VisitOutcome
from ghiseu.modules.visits.operations import DeskHasOpenVisit, Identification

SEEN = (
    (IdentifiedBy.IDENTITY_CARD, gettext_lazy("Identity card")),
    (IdentifiedBy.PASSPORT, gettext_lazy("Passport")),
    (IdentifiedBy.FOREIGN_DOCUMENT, gettext_lazy("Foreign document")),
    (IdentifiedBy.OTHER_DOCUMENT, gettext_lazy("Other document")),
    (IdentifiedBy.NOT_SEEN, gettext_lazy("No document")),
)
# Each opens the visit and says what was seen: no key opens one without saying it.
SEEN_KEYS = {
    IdentifiedBy.IDENTITY_CARD: "F9",
    IdentifiedBy.PASSPORT: "F8",
    IdentifiedBy.FOREIGN_DOCUMENT: "Alt+3",
    IdentifiedBy.OTHER_DOCUMENT: "Alt+4",
    IdentifiedBy.NOT_SEEN: "Alt+0",
}
_STATE = re.compile("[A-Z]{1,3}")
_BY_KIND = {DocumentKind.PASSPORT: IdentifiedBy.PASSPORT}


DESK_TAKEN = Refusal(
    status=409,
    title=gettext_lazy("Another operator serves at this desk"),
    cause=gettext_lazy("A visit was opened here from another computer. Nothing was changed."),
    next_step=gettext_lazy("Choose your own desk: sign out and sign in again."),
)


@require_GET
@desk_page()
def home(request: DeskRequest) -> HttpResponse:
    """Show the identification form, or go to the visit that is open at this desk."""
    if pages.open_visit(request) is not None:
        return HttpResponseRedirect(reverse("desk:visit"))
    return form(request, typed={}, errors={})


@require_POST
@desk_page(asks_outside=True)
def start(request: DeskRequest) -> HttpResponse:
    """Identify the person and open the visit; the population register is asked at once."""
    at = clock.now()
    try:
        who = _who(request, at)
        if _still_serving(request, who, at):
            return _someone_is_here(request, who)
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
    except DocumentOfAnother:
        error = FieldError(
            cause=_("Somebody else is known by this document."),
            next_step=_("Compare the number, the state, the name and the birth date with the document."),
        )
        return _again(request, "document", error)
    except DeskHasOpenVisit:
        return _someone_is_here(request, who)
    reach.forget(request)
    response = HttpResponseRedirect(reverse("desk:visit"))
    return pages.forgotten_by_browser(response) if request.POST.get("ends") else response


def _still_serving(request: DeskRequest, who: WhoCame, at: datetime) -> bool:
    """Tell whether somebody's visit is open here; the one that the operator chose to end is ended first."""
    with transaction():
        visit = pages.open_visit(request)
    if visit is None:
        return False
    if request.POST.get("ends") != visit.number or who.idnp == request.at_desk.operator_idnp:
        return True
    start_visit.end_visit(visit=visit, outcome=VisitOutcome.SERVED, at_desk=request.at_desk, at=at)
    pages.forget_open_visit(request)
    reach.forget(request)
    return False


def _someone_is_here(request: DeskRequest, who: WhoCame) -> HttpResponse:
    """Go to the open visit of the same person; for anybody else ask, with what was typed still there."""
    with transaction():
        pages.forget_open_visit(request)
        visit = pages.open_visit(request)
        if visit is None:  # the two of them chose the same desk; nobody is shown whom the other serves
            return pages.refuse_with(request, DESK_TAKEN)
        if who.idnp and who.idnp == visit.person.idnp:
            return HttpResponseRedirect(reverse("desk:visit"))
        return form(request, typed=request.POST.dict(), errors={}, status=409)


def _who(request: DeskRequest, at: datetime) -> WhoCame:
    typed = request.POST.get("who", "").strip()
    if not typed:
        return _without_number(request)
    try:
        found = scan.read(typed, at=clock.local(request.at_desk.time_zone, at=at))
    except InvalidIdnp as fault:
        raise NotReadable("who", words.idnp_error(fault)) from fault
    except InvalidMrz as fault:
        raise NotReadable("who", words.mrz_error(fault)) from fault
    if found.document is None:
        return WhoCame(
            idnp=str(found.idnp or ""),
            names=Names(),
            identification=Identification(by=_seen(request), machine_read=False),
        )
    return _from_document(found.document)


def _seen(request: DeskRequest) -> IdentifiedBy:
    """Return what the operator says that they saw. Raises NotReadable when they said nothing: that is no document."""
    told = request.POST.get("seen", "")
    if not told:
        error = FieldError(
            cause=_("A number alone is no document."), next_step=_("Press the key of the document that you see.")
        )
        raise NotReadable("seen", error)
    return IdentifiedBy(told) if told in IdentifiedBy.values else IdentifiedBy.NOT_SEEN


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


def _without_number(request: DeskRequest) -> WhoCame:
    number = _plain(request.POST.get("document", ""))
    state = _plain(request.POST.get("issuing_state", ""))
    born = request.POST.get("born", "").strip()
    if number and not request.POST.get("surname", "").strip():
        error = FieldError(cause=_("The surname is missing."), next_step=_("Type it as the document has it."))
        raise NotReadable("surname", error)
    if number and not _STATE.fullmatch(state):
        error = FieldError(
            cause=_("The state that issued the document is missing."),
            next_step=_("Type its letters as the document has them: ROU, UKR, D."),
        )
        raise NotReadable("issuing_state", error)
    return WhoCame(
        document=f"{state} {number}" if number else "",
        names=Names(
            surname=request.POST.get("surname", "").strip(),
            given_name=request.POST.get("given_name", "").strip(),
            birth_date=_day(born) if born else None,
        ),
        identification=Identification(
            by=_seen(request) if number else IdentifiedBy.NOT_SEEN, document_note=number
        ),  # without a number nobody is named, which is said first
    )


def _plain(typed: str) -> str:
    """Return letters and digits as the lines of a document have them, however they were typed."""
    return "".join(one for one in typed.upper() if one.isalnum())


def _day(typed: str) -> date:
    found = words.read_date(typed)
    if found is None:
        error = FieldError(cause=_("This is not a date."), next_step=_("Type day, month and year: 03.11.1958"))
        raise NotReadable("born", error)
    return found


def _again(request: DeskRequest, field: str, error: FieldError) -> HttpResponse:
    with transaction():
        return form(request, typed=request.POST.dict(), errors={field: error}, status=422)


def form(
    request: DeskRequest,
    *,
    typed: dict[str, str],
    errors: dict[str, FieldError],
    recognised: object | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the identification form; `recognised` is what a photograph said. Call it inside a transaction."""
    others = _other_fields(typed, errors)
    counts = cases.counts(centre_id=request.at_desk.centre_id)
    lists = tuple(
        Tab(label=words.WORK_LISTS[which], href=f"{reverse('desk:work')}?list={which}", count=counts[which])
        for which in WorkList
    )
    who = Field(kind=Kind.IDNP, name="who", label=_("IDNP"), value=typed.get("who", ""), error=errors.get("who"))
    seen = Field(
        kind=Kind.RADIO,
        name="seen",
        label=_("Document you see"),
        value=typed.get("seen", ""),
        options=tuple(Option(value=value, label=label) for value, label in SEEN),
        error=errors.get("seen"),
    )
    context = {
        "who": who,
        "seen": seen,
        "seen_keys": SEEN_KEYS,
        "others": others,
        "recognised": recognised,
        "photo_error": errors.get("photo"),
        "still_open": pages.open_visit(request),
        "lists": lists,
        "errors": failing_fields([who, seen, *others]),
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
            ("issuing_state", _("State that issued it")),
            ("surname", _("Surname")),
            ("given_name", _("Given name")),
            ("born", _("Birth date")),
        )
    )
