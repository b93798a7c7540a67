"""Submit: one transaction freezes the file, moves the case, writes the journal and queues the delivery."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.jobs import defer
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import check_power, jobs
from ghiseu.journeys.check_power import PowerDoesNotHold, PowerNotKnown
from ghiseu.journeys.confirm_request import request_taken, signed_text_stands
from ghiseu.journeys.identify import seen_now
from ghiseu.journeys.lacking import NotReady, unfinished
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_for, opened
from ghiseu.journeys.look_at_service import only_one, same_matters
from ghiseu.journeys.not_needed import write_not_needed
from ghiseu.modules.cases import commands, evidence
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case, EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Kind, RouteKind
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.mandates import powers
from ghiseu.modules.mandates.models import Occasion, PowerVerdict
from ghiseu.modules.mandates.ports import REGISTRY
from ghiseu.modules.payments import queries as payments
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.submissions.operations import Frozen
from ghiseu.modules.visits.numbering import next_number

# When somebody without phone and e-mail is to be told, while the institution names no day.
TELL_AFTER = timedelta(days=30)


# Nothing leaves the centre: the person goes there with the signed paper, or the matter was answered here.
ENDS_AT_THE_DESK = (RouteKind.VISIT, RouteKind.NONE)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the operator and the slip say afterwards."""

    number: str
    state: str


def what_lacks(file: OpenedCase) -> list[str]:
    """Return what still lacks before the file may leave. Call it inside a transaction."""
    lacks = unfinished(file)
    if file.package.signature.at_centre == "none":
        return lacks
    taken = evidence.newest(file.case)
    if not signed_text_stands(file):
        lacks.append("request")
    if file.package.consents and EvidenceKind.PROCESSING_CONSENT not in taken:
        lacks.append("agreement")
    return lacks


def submit_case(*, number: str, command: str, at_desk: AtDesk, at: datetime) -> Sent:
    """Send the file, or let it wait for its payment. The same command again gives the same answer.

    A power of the registry of powers is asked about anew first; nothing is sent on one that does not hold, or about
    which no answer came. Raises NoSuchCase, NotReady, MatterIsOpenAlready, StepNotAllowed, PowerDoesNotHold,
    PowerNotKnown. Call it outside a transaction.
    """
    _renew_power(number, at_desk=at_desk, at=at)
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        file = opened(case, at_desk=at_desk, at=at)
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason="file sent on request")

        def do() -> dict[str, str]:
            _submit(file, acting=acting, at_desk=at_desk, at=at)
            _mind_who_has_no_channel(case, at_desk=at_desk, at=at)
            return {"number": case.number, "state": case.state}

        answer = commands.once(command=command, name="submit-case", acting=acting, at=at, do=do)
        return Sent(number=answer["number"], state=answer["state"])


def _renew_power(number: str, *, at_desk: AtDesk, at: datetime) -> None:
    """Ask the registry of powers about the mandate of a file that is ready. The answer stands in the timeline."""
    with transaction():
        case = case_for(number, at_desk=at_desk)
        if case.state != CaseState.DRAFT or case.mandate is None or not powers.is_checked(case.mandate):
            return
        file = opened(case, at_desk=at_desk, at=at)
        if what_lacks(file):
            return  # said before anybody is asked
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason="power checked before sending")
    try:
        check_power.renew(
            mandate_id=case.mandate.pk, occasion=Occasion.SUBMIT, acting=acting, zone=at_desk.time_zone, at=at
        )
    except PowerNotKnown:
        with transaction():
            tell(case, "power-not-known", at=at, by_id=at_desk.operator_id)
        raise
    except PowerDoesNotHold as refusal:
        with transaction():
            tell(case, "power-does-not-hold", at=at, by_id=at_desk.operator_id)
            if refusal.verdict is PowerVerdict.ABOUT_OTHERS:
                cases.ask_to_call(case, CallReason.ALARM, at=at)
        raise


def _submit(file: OpenedCase, *, acting: ActingContext, at_desk: AtDesk, at: datetime) -> None:
    case = file.case
    if case.state != CaseState.DRAFT:
        raise StepNotAllowed(f"{case.number} was sent already")
    lacks = what_lacks(file)
    if not lacks and not powers.stands_today(case.mandate, zone=at_desk.time_zone, at=at):
        lacks = ["power"]
    if lacks:
        raise NotReady(lacks)
    _claim_late(file, at_desk, at)
    case.quote = frozen_quote(file)
    case.promised_on = file.judged.quote.date
    case.submitted_at = at
    _take_evidence(file, acting=acting, at=at)
    if file.package.route.kind in ENDS_AT_THE_DESK:
        told = "told-to-pay" if file.package.kind is Kind.PAYMENT else "answered"
        cases.move(case, CaseState.DONE, acting=acting, at=at, tell_as=told, outcome=Outcome.ANSWERED)
        return
    total = file.judged.quote.total
    # Frozen now: what goes after the payment is what was signed, whatever registers say by then.
    submission = _freeze_and_park(file, acting=acting, at=at)
    # Money that came for an earlier sending of this file counts; only the rest is asked for.
    if total is not None and not payments.still_due(case, total=total).is_zero:
        cases.move(case, CaseState.AWAITING_PAYMENT, acting=acting, at=at, tell_as="payment-asked")
        return
    send(case, submission, acting=acting, at=at)


def _take_evidence(file: OpenedCase, *, acting: ActingContext, at: datetime) -> None:
    """Write what is evident only now; then all five objects of the case exist."""
    sent = evidence.Taken(
        kind=EvidenceKind.OPERATOR_ACT,
        method=EvidenceMethod.RECORDED,
        details={"operator": str(acting.operator_id), "centre": acting.centre_code, "act": "file sent"},
    )
    seen = seen_now(file)
    for one in (sent,) if seen is None else (seen, sent):
        evidence.take(case=file.case, taken=one, acting=acting, at=at)
    write_not_needed(file.case, file.package, acting=acting, at=at)


def _freeze_and_park(file: OpenedCase, *, acting: ActingContext, at: datetime) -> Submission | None:
    """Freeze what an institution's server is to get; a guided hand-over has nothing to be frozen for one."""
    if file.package.route.kind is RouteKind.GUIDED:
        return None
    case = file.case
    number = case.number
    if case.submissions.exists():  # an earlier delivery was refused or given up; its number stays used
        number = next_number(centre_code=acting.centre_code, year=file.judged.on.year)
    return submissions.park(case=case, frozen=freeze(file, number=number), acting=acting, at=at)


def send(case: Case, parked: Submission | None, *, acting: ActingContext, at: datetime) -> None:
    """Let the frozen file go, by the package's route. Call it inside the transaction that decides it."""
    if parked is None:
        cases.move(case, CaseState.WITH_INSTITUTION, acting=acting, at=at, tell_as="handed-to-portal")
        return
    submission = submissions.release(submission=parked, at=at)
    cases.move(case, CaseState.SENDING, acting=acting, at=at, tell_as="sent")
    defer(
        jobs.deliver,
        arguments={"submission_id": submission.pk, "centre_id": case.centre_id},
        one_at_a_time=f"case-{case.pk}",
    )


def freeze(file: OpenedCase, *, number: str) -> Frozen:
    """Return the canonical payload of the file with its hash: values with sources, disputes, papers, evidence.

    `number` is ours for this delivery: the case's own, or a fresh one after an earlier delivery came to nothing.
    """
    case, judged = file.case, file.judged
    files = documents.frozen_files(case)
    taken = evidence.newest(case)
    if (request := request_taken(file)) is not None:  # a later touch does not hide the signature
        taken[EvidenceKind.EXPLICIT_REQUEST] = request
    payload = {
        "format": "ghiseu-file/1",
        "number": number,
        "service": {"code": case.service_code, "version": case.package.version, "sha256": case.package.sha256},
        "provider_service": file.package.route.provider_service,
        "role": case.role,
        "answers": judged.evaluation.answers,
        "sources": {state.field.id: state.source for state in judged.evaluation.fields if state.source},
        "disputed": _disputed(file),
        "told": case.answers,
        "overrides": case.overrides,
        "term": judged.quote.term,
        "delivery": case.delivery,
        "papers": files,
        "evidence": [
            {"kind": kind, "method": one.method, "text": one.text_sha256, "scan": one.document_sha256}
            for kind, one in sorted(taken.items())
        ],
        "language": case.language,
        **_power(case),
    }
    text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS).decode()
    return Frozen(
        number=number,
        institution=catalogue.route_code(file.package.route.institution or file.package.institution),
        payload=text,
        payload_sha256=hashlib.sha256(text.encode()).hexdigest(),
        files=files,
    )


def _power(case: Case) -> dict[str, object]:
    """Return the power of MPower on which the representative acts, for the institution to look at it too."""
    if case.mandate is None or not powers.is_checked(case.mandate):
        return {}
    newest = powers.newest_check(case.mandate)
    return {
        "power": {
            "registry": REGISTRY,
            "code": case.mandate.evidence_number,
            "type": newest.type_code if newest else "",
            "checked_at": newest.checked_at.isoformat() if newest else None,
        }
    }


def _disputed(file: OpenedCase) -> dict[str, object]:
    """Return what the person says against registers: both values, and on what paper."""
    return {
        name: {
            "says": value.disputed,
            "evidence": value.evidence,
            "register": value.source,
            "register_says": value.value,
        }
        for name, value in file.values.items()
        if value.is_disputed
    }


def frozen_quote(file: OpenedCase) -> dict[str, object]:
    """Return the quote as it was shown, with its rule version, ready to be stored."""
    quote = file.judged.quote
    return {
        "package": quote.package,
        "version": quote.version,
        "sha256": quote.sha256,
        "term": quote.term,
        "total": str(quote.total.amount) if quote.total else None,
        "currency": quote.total.currency if quote.total else None,
        "certainty": quote.certainty,
        "exemption": quote.exemption,
        "date": quote.date.isoformat() if quote.date else None,
        "lines": [
            {
                "id": line.id,
                "amount": str(line.amount.amount) if line.amount else None,
                "currency": line.amount.currency if line.amount else None,
                "legal_basis": line.legal_basis,
                "certainty": line.certainty,
            }
            for line in quote.lines
        ],
    }


def _claim_late(file: OpenedCase, at_desk: AtDesk, at: datetime) -> None:
    """Claim the matters of the file as it is sent, and let others have what it claimed earlier and is no more about.

    The same case claims a matter once. Raises MatterIsOpenAlready.
    """
    number, matters = file.case.number, same_matters(file.judged)
    claim = cases.claim_matters if only_one(file.judged) else cases.note_matters
    claim(matters, case_number=number, centre_name=at_desk.centre_name, on=clock.today(at_desk.time_zone, at=at))
    cases.release_matters(case_number=number, keep=matters)


def _mind_who_has_no_channel(case: Case, *, at_desk: AtDesk, at: datetime) -> None:
    """Put a person whom no message reaches on the call list for the promised day."""
    if case.applicant.has_no_channel:
        on = case.promised_on or clock.today(at_desk.time_zone, at=at) + TELL_AFTER
        cases.ask_to_call(case, CallReason.NO_CHANNEL, on=on, at=at)
