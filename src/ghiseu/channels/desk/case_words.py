"""A case turned into what its page shows: questions, known values, papers, tasks, timeline."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ghiseu.channels.desk import form_values
from ghiseu.foundation.ui import parts
from ghiseu.foundation.ui.filters import long_date, masked_idnp
from ghiseu.foundation.ui.parts import FieldError, Kind, TaskState, TimelineEntry
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.journeys.make_slip import is_payment
from ghiseu.journeys.submit_case import ENDS_AT_THE_DESK
from ghiseu.modules.cases.models import CaseEvent
from ghiseu.modules.cases.states import EDITABLE_STATES, CaseState
from ghiseu.modules.catalogue.evaluation import FieldState, ValueOrigin
from ghiseu.modules.catalogue.package import FieldType, Package, RouteKind
from ghiseu.modules.catalogue.package import Kind as ServiceKind
from ghiseu.modules.catalogue.rules import judge
from ghiseu.modules.catalogue.values import JsonValue

KINDS = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.DATE: Kind.DATE,
    FieldType.IDNP: Kind.IDNP,
    FieldType.IDNO: Kind.NUMBER,
    FieldType.PHONE: Kind.PHONE,
    FieldType.EMAIL: Kind.EMAIL,
    FieldType.IBAN: Kind.IBAN,
    FieldType.CHOICE: Kind.RADIO,
    FieldType.BOOLEAN: Kind.YES_NO,
    FieldType.MONEY: Kind.MONEY,
    FieldType.ADDRESS: Kind.TEXT,
    FieldType.CADASTRAL_NUMBER: Kind.TEXT,
    FieldType.PERSON: Kind.TEXT,
}
MANY_OPTIONS = 5
REGISTERS = {
    "RSP": gettext_lazy("population register"),
    "SC": gettext_lazy("civil status register"),
    "CNAS": gettext_lazy("social insurance"),
    "CNDDCM": gettext_lazy("disability council"),
    "CNAM": gettext_lazy("health insurance"),
    "CBI": gettext_lazy("cadastre"),
    "RSUD": gettext_lazy("register of organisations"),
    "person": gettext_lazy("known at this centre"),
    "applicant": gettext_lazy("known at this centre"),
    "mandate": gettext_lazy("recorded mandate"),
    "operator": gettext_lazy("this desk"),
    "case": gettext_lazy("this case"),
    "document": gettext_lazy("document read at the desk"),
}
LINES = {
    "opened": gettext_lazy("Case opened"),
    "agreement-signed": gettext_lazy("Agreement signed"),
    "agreement-withdrawn": gettext_lazy("The person withdrew the agreement"),
    "request-signed": gettext_lazy("Request signed by hand and scanned"),
    "request-touched": gettext_lazy("The person agreed on the citizen's screen"),
    "request-signed-electronically": gettext_lazy("The person signed with MSign"),
    "signature-failed": gettext_lazy("Not signed with MSign"),
    "signature-expired": gettext_lazy("The time to sign with MSign is over"),
    "signature-not-accepted": gettext_lazy("A signature of MSign was not accepted"),
    "signature-outdated": gettext_lazy("An earlier text was signed with MSign; it does not count"),
    "request-spoken": gettext_lazy("The person agreed aloud, before a witness"),
    "payment-asked": gettext_lazy("Waits for the payment"),
    "paid": gettext_lazy("Paid"),
    "payment-expired": gettext_lazy("The payment order expired"),
    "power-does-not-hold": gettext_lazy("Not sent: MPower says that the power does not hold"),
    "power-not-known": gettext_lazy("Not sent: MPower gave no answer about the power"),
    "sent": gettext_lazy("Handed to the delivery"),
    "received": gettext_lazy("The institution received it"),
    "not-known-yet": gettext_lazy("No answer came; the institution is being asked"),
    "not-accepted": gettext_lazy("The institution did not accept it"),
    "in-examination": gettext_lazy("The institution examines it"),
    "papers-missing": gettext_lazy("The institution asks for papers"),
    "papers-sent": gettext_lazy("Missing papers sent"),
    "result-ready": gettext_lazy("The result is here"),
    "refused": gettext_lazy("The institution refused"),
    "stopped": gettext_lazy("Stopped: the answer does not fit this person"),
    "resumed": gettext_lazy("Looked at; goes on"),
    "handed-to-portal": gettext_lazy("To be entered at the institution's portal"),
    "number-filed": gettext_lazy("The portal's number was filed"),
    "handed-over": gettext_lazy("Handed to the person"),
    "shared-electronically": gettext_lazy("Put into MDocs for the person"),
    "share-ended": gettext_lazy("Taken back from MDocs"),
    "delivery-ordered": gettext_lazy("Delivery to the door ordered"),
    "delivery-ready": gettext_lazy("The paper is ready for the courier"),
    "delivery-begun": gettext_lazy("The courier has the paper"),
    "delivery-problem": gettext_lazy("The courier could not deliver the paper"),
    "delivery-returned": gettext_lazy("The paper came back and lies on the shelf"),
    "delivery-cancelled": gettext_lazy("The delivery was called off"),
    "delivered": gettext_lazy("Delivered to the door"),
    "answered": gettext_lazy("Answered at the desk"),
    "told-to-pay": gettext_lazy("The person was told how to pay"),
    "booked": gettext_lazy("Appointment booked"),
    "place-not-known": gettext_lazy("Not known yet whether the place is booked"),
    "place-not-booked": gettext_lazy("The place was not booked"),
    "place-wished": gettext_lazy("An appointment is wished; it is on the call list"),
    "already-granted": gettext_lazy("Granted already; nothing was filed"),
    "closed": gettext_lazy("Closed"),
    "abandoned": gettext_lazy("Closed by itself: nobody went on with it"),
    "called": gettext_lazy("The person was told"),
    "message-sent": gettext_lazy("A message was sent to the person"),
    "message-undelivered": gettext_lazy("The message did not reach the person"),
    "overridden": gettext_lazy("The centre lead let it go past a block"),
    "duplicate-found": gettext_lazy("Closed as a duplicate"),
}
_TONES = {"refused": "bad", "stopped": "bad", "result-ready": "good", "paid": "good", "handed-over": "good",
          "papers-missing": "warning", "not-known-yet": "warning", "not-accepted": "warning",
          "message-undelivered": "warning", "power-does-not-hold": "bad", "power-not-known": "warning"}  # fmt: skip


# What came from outside or happened by itself: no operator's name stands beside it.
_NOBODYS_ACT = frozenset(
    {"power-does-not-hold", "power-not-known",
     "paid", "payment-expired", "received", "not-known-yet", "not-accepted", "in-examination", "papers-missing",
     "result-ready", "refused", "stopped", "abandoned", "duplicate-found", "message-sent",
     "message-undelivered", "shared-electronically", "share-ended",
     "delivery-begun", "delivery-problem", "delivery-returned", "delivered"}
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Questions:
    """The form: what has to be asked, what may be told, and what is known already."""

    asked: tuple[parts.Field, ...]
    optional: tuple[parts.Field, ...]
    known: tuple[parts.Field, ...]


def is_question(package: Package) -> bool:
    """Tell whether nothing is filed: the institution is asked and answers at once."""
    return package.kind in {ServiceKind.STATUS_CHECK, ServiceKind.LOOKUP} and package.route.kind is RouteKind.NONE


def first_page(file: OpenedCase) -> str:
    """Return where the work on a case begins: the answer when only a question is put to the institution."""
    number, package = file.case.number, file.package
    if is_question(package):
        return reverse("desk:answer", args=[number])
    if package.route.kind is RouteKind.OWN_CALENDAR:
        return reverse("desk:appointment", args=[number])
    return reverse("desk:case", args=[number])


def questions(file: OpenedCase, language: str, *, may_focus: bool = True) -> Questions:
    """Return the fields of the case in their order, each with its value, source and complaint.

    `may_focus` False: something else on the page has to be answered before the first open one.
    """
    asked, optional, known = [], [], []
    asked_first = {"delivery", "term"} | _answers_others(file.package)
    nothing_open_yet = may_focus
    for state in file.judged.evaluation.fields:
        if not state.visible or state.origin is ValueOrigin.FIXED:
            continue
        if _is_known(file, state, asked_first):
            known.append(_field(file, state, language, focus=False))
        elif state.required or state.field.id in asked_first or _was_asked(file, state):
            is_open = _is_open(file, state)
            asked.append(_field(file, state, language, focus=is_open and nothing_open_yet))
            nothing_open_yet = nothing_open_yet and not is_open
        else:
            optional.append(_field(file, state, language, focus=False))
    return Questions(asked=tuple(asked), optional=tuple(optional), known=tuple(known))


def _was_asked(file: OpenedCase, state: FieldState) -> bool:
    """Tell whether it had to be asked while nothing was answered: it stays where somebody may be typing into it."""
    return judge(state.field.required, file.judged.facts.with_form({})) is True


def _is_open(file: OpenedCase, state: FieldState) -> bool:
    """Tell whether the question still waits for a value, or for another one."""
    is_empty = state.value in (None, "", [], {})
    spared = not state.required and _was_asked(file, state)
    return (is_empty and not spared) or _complaint(file, state.field.id) is not None


def _is_known(file: OpenedCase, state: FieldState, asked_first: set[str]) -> bool:
    """Tell whether the value needs no asking: a fact, or a proposal on which nothing else hangs."""
    if not state.is_filled or state.readonly:
        return state.is_filled
    return state.field.id not in asked_first and _complaint(file, state.field.id) is None


def _answers_others(package: Package) -> set[str]:
    """Return the fields by which a register is asked: told first, they spare the person other questions."""
    paths = [path for use in package.registers for path in (use.subject, *use.parameters.values())]
    return {path.removeprefix("form.") for path in paths if path.startswith("form.")}


def _field(file: OpenedCase, state: FieldState, language: str, *, focus: bool) -> parts.Field:
    field, number = state.field, file.case.number
    editable = file.case.state in EDITABLE_STATES
    stored = file.values.get(field.id)
    kind = KINDS[field.type]
    if kind is Kind.RADIO and len(state.options) > MANY_OPTIONS:
        kind = Kind.SELECT
    if field.repeat and kind not in {Kind.RADIO, Kind.SELECT}:
        kind = Kind.TEXTAREA
    locked = not editable or (state.is_filled and state.readonly)
    return parts.Field(
        kind=kind,
        name=field.id,
        label=file.package.text(field.label_key, language),
        value=form_values.show(masked(state)),
        hint=_hint(file, state, language),
        required=state.required,
        options=tuple(
            parts.Option(value=option.value, label=file.package.text(option.text, language)) for option in state.options
        ),
        error=_complaint(file, field.id),
        source=source_of(file, state) if state.is_filled else None,
        locked=locked,
        save_url="" if locked else reverse("desk:save-field", args=[number, field.id]),
        version=stored.version if stored else 0,
        autofocus=focus,
    )


def masked(state: FieldState) -> JsonValue:
    """Return the value; of an identifier that a register or the product knows only the last digits.

    Nobody has to read it again, and whoever must holds the key of the banner. What was typed stays to be compared.
    """
    is_secret = state.field.type is FieldType.IDNP and state.is_filled and state.readonly
    return masked_idnp(str(state.value)) if is_secret and not state.field.repeat else state.value


def _hint(file: OpenedCase, state: FieldState, language: str) -> str:
    help_text = file.package.text(state.field.help_key, language) if file.package.has_text(state.field.help_key) else ""
    if state.field.repeat:
        help_text = " ".join((help_text, _("One per line."))).strip()
    silent = any(one.outcome not in {"answered", "not_found"} for one in file.judged.sources)
    if state.open_because_silent and silent:
        help_text = " ".join((_("The register is silent: type it from the paper."), help_text)).strip()
    return help_text


def _complaint(file: OpenedCase, field_id: str) -> FieldError | None:
    for error in file.judged.evaluation.errors:
        if error.field == field_id:
            return FieldError(cause=_(error.complaint.cause), next_step=_(error.complaint.next_step))
    return None


def source_of(file: OpenedCase, state: FieldState) -> parts.Source:
    stored = file.values.get(state.field.id)
    read_at = file.judged.read_at(state)
    source = file.judged.register_of(state)
    can_dispute = state.readonly and file.case.state in EDITABLE_STATES
    return parts.Source(
        register=REGISTERS.get(source, source),
        at=read_at or (stored.read_at if stored else None),
        dispute_url=reverse("desk:dispute-field", args=[file.case.number, state.field.id]) if can_dispute else "",
        disputed=bool(stored and stored.is_disputed),
        said=form_values.show(stored.disputed) if stored and stored.is_disputed else "",
        evidence=stored.evidence if stored and stored.is_disputed else "",
    )


def tasks(file: OpenedCase, *, lacks: list[str], signed: bool, paid: bool | None) -> tuple[parts.Task, ...]:
    """Return the steps of the case with few states. `paid` None: nothing is to be paid."""
    state = file.case.state
    draft = state in EDITABLE_STATES
    missing = [one for one in lacks if one.startswith(("field:", "answer:", "stop:"))]
    papers = [one for one in lacks if one.startswith("paper:")]
    sent = state not in {CaseState.DRAFT, CaseState.AWAITING_PAYMENT}

    def task(label: str, *, done: bool, open_now: bool, href: str = "", why: str = "") -> parts.Task:
        now = TaskState.TO_DO if open_now else TaskState.LATER
        return parts.Task(label=label, state=TaskState.DONE if done else now, href=href, why=why)

    number = file.case.number
    signs = file.package.signature.at_centre != "none"
    steps = [
        task(_("Person identified"), done=True, open_now=True),
        task(_("Questions answered"), done=not missing, open_now=draft),
        task(_("Papers scanned"), done=not papers, open_now=draft),
        task(
            _("Checked and signed") if signs else _("Read to the person"),
            done=(signs and signed) or sent,
            open_now=not missing and not papers,
            href=reverse("desk:check", args=[number]),
        ),
    ]
    if paid is not None:
        waiting = state == CaseState.AWAITING_PAYMENT
        pay = reverse("desk:payment", args=[number])
        steps.append(task(_("Paid"), done=paid, open_now=waiting, href=pay if waiting else ""))
    if file.package.route.kind in ENDS_AT_THE_DESK:
        end = _("Told how to pay") if is_payment(file) else _("Answered at the desk")
        return (*steps, task(end, done=state == CaseState.DONE, open_now=not lacks))
    steps.append(_sending(file, is_open=signed and not missing and not papers))
    ready = state in {CaseState.RESULT_READY, CaseState.REFUSED}
    hand_over = reverse("desk:hand-over", args=[number]) if ready else ""
    steps.append(task(_("Result handed over"), done=state == CaseState.DONE, open_now=ready, href=hand_over))
    return tuple(steps)


def _sending(file: OpenedCase, *, is_open: bool) -> parts.Task:
    """Return the step that is done only when the institution has the file."""
    state = file.case.state
    if state == CaseState.SENDING:
        return parts.Task(label=_("Being sent to the institution"), state=TaskState.WAITING)
    if state not in {CaseState.DRAFT, CaseState.AWAITING_PAYMENT}:
        return parts.Task(label=_("Sent to the institution"), state=TaskState.DONE)
    return parts.Task(label=_("Sent to the institution"), state=TaskState.TO_DO if is_open else TaskState.LATER)


def timeline(events: list[CaseEvent], names: dict[int, str]) -> list[TimelineEntry]:
    """Return what happened, newest first."""
    return [
        TimelineEntry(
            at=event.at,
            title=LINES[event.key],
            detail=_detail(event),
            by="" if event.key in _NOBODYS_ACT else names.get(event.by_id or 0, ""),
            tone=_TONES.get(event.key, "neutral"),
        )
        for event in events
    ]


def _detail(event: CaseEvent) -> str:
    told = event.values
    if told.get("institution_number"):
        return _("Number there: %(number)s") % {"number": told["institution_number"]}
    if told.get("reason"):
        return str(told["reason"])
    if told.get("until"):
        return _("until %(day)s") % {"day": long_date(date.fromisoformat(told["until"]))}
    if told.get("amount"):
        return f"{told['amount']} {told.get('currency', '')}"
    return ""
