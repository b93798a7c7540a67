"""What the journal says about cases: every step of the table, and what is done inside a draft."""

from ghiseu.foundation.audit import Event, declare
from ghiseu.modules.cases.states import STEPS

_MEANINGS = {
    "cases.case.waits-for-payment": "The file is complete and waits for the payment",
    "cases.case.submitted": "The file was frozen and queued for the institution",
    "cases.case.done": "The matter ended at the desk",
    "cases.case.closed": "The matter was closed without a result",
    "cases.case.handed-to-portal": "The file was entered at the institution's own portal",
    "cases.case.payment-expired": "The payment order expired; the file is open again",
    "cases.case.received-by-institution": "The institution confirmed that it holds the file",
    "cases.case.papers-missing": "The institution asks for further papers",
    "cases.case.decided": "The institution decided; a result is ready",
    "cases.case.refused": "The institution refused, with its reason",
    "cases.case.not-accepted": "The institution did not accept the file; it is open again",
    "cases.case.stopped": "The case was stopped by an alarm",
    "cases.case.papers-completed": "The missing papers were sent",
    "cases.case.handed-over": "The result was handed to a named person",
    "cases.case.resumed": "A stopped case was looked at and goes on",
}
declare(*(Event(name=name, meaning=_MEANINGS[name]) for name in set(STEPS.values())))
declare(
    Event(name="cases.case.opened", meaning="A case was opened"),
    Event(name="cases.case.shown", meaning="A case was shown on screen", reads=True),
    Event(
        name="cases.case.shown-under-grant",
        meaning="Somebody of support read a case of a centre; the details name the grant",
        reads=True,
    ),
    Event(name="cases.case.listed", meaning="A person was named on the work list", reads=True),
    Event(name="cases.field.changed", meaning="A value of the form was changed"),
    Event(name="cases.case.choices-changed", meaning="Answers, term, delivery or language of reading were chosen"),
    Event(name="cases.case.number-filed", meaning="The number that the institution's portal gave was filed"),
    Event(name="cases.field.disputed", meaning="The person says that a register's value is wrong"),
    Event(name="cases.evidence.taken", meaning="An evidence object was made"),
    Event(name="cases.screen.shown", meaning="The request was put on the citizen's screen"),
    Event(name="cases.screen.objected", meaning="The person said on their screen that something is wrong"),
    Event(name="cases.witness.asked", meaning="The request was read aloud and a colleague asked to witness"),
    Event(name="cases.witness.shown", meaning="A colleague asked to witness was shown the request", reads=True),
    Event(name="cases.precondition.overridden", meaning="The centre lead let a case go on despite a block"),
    Event(name="cases.call.shown", meaning="A person to call was shown, with phone and relative", reads=True),
    Event(name="cases.content.destroyed", meaning="The time to keep the case was over; its content was destroyed"),
    Event(name="cases.restriction.set", meaning="The case was restricted: kept, and shown to nobody without need"),
    Event(name="cases.restriction.lifted", meaning="The restriction of the case was lifted"),
    Event(name="cases.call.done", meaning="The person was told, or the attempt was noted"),
)
