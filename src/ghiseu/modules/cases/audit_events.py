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
    Event(name="cases.field.changed", meaning="A value of the form was changed"),
    Event(name="cases.case.choices-changed", meaning="Answers, term, delivery or language of reading were chosen"),
    Event(name="cases.case.number-filed", meaning="The number that the institution's portal gave was filed"),
    Event(name="cases.field.disputed", meaning="The person says that a register's value is wrong"),
    Event(name="cases.evidence.taken", meaning="An evidence object was made"),
    Event(name="cases.precondition.overridden", meaning="The centre lead let a case go on despite a block"),
    Event(name="cases.call.shown", meaning="A person to call was shown, with phone and relative", reads=True),
    Event(name="cases.call.done", meaning="The person was told, or the attempt was noted"),
)
