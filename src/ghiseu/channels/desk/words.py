"""How the desk says states, lists and faults: plain words, ready for translation."""

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ghiseu.foundation.identifiers.idnp import IdnpFault, InvalidIdnp
from ghiseu.foundation.identifiers.mrz import InvalidMrz
from ghiseu.foundation.ui.parts import FieldError
from ghiseu.modules.cases.queries import WorkList
from ghiseu.modules.cases.states import CaseState

WORK_LISTS = {
    WorkList.DRAFTS: gettext_lazy("Drafts"),
    WorkList.PAYMENT: gettext_lazy("Waiting for payment"),
    WorkList.INSTITUTION: gettext_lazy("Waiting for the institution"),
    WorkList.PAPERS: gettext_lazy("Papers missing"),
    WorkList.RESULTS: gettext_lazy("Results to hand over"),
    WorkList.ALARMS: gettext_lazy("Stopped, to be looked at"),
}
STATES = {
    CaseState.DRAFT: gettext_lazy("Draft"),
    CaseState.AWAITING_PAYMENT: gettext_lazy("Waiting for payment"),
    CaseState.SENDING: gettext_lazy("Being sent"),
    CaseState.WITH_INSTITUTION: gettext_lazy("At the institution"),
    CaseState.PAPERS_MISSING: gettext_lazy("Papers missing"),
    CaseState.RESULT_READY: gettext_lazy("Result ready"),
    CaseState.REFUSED: gettext_lazy("Refused"),
    CaseState.STOPPED: gettext_lazy("Stopped"),
    CaseState.DONE: gettext_lazy("Done"),
    CaseState.CLOSED: gettext_lazy("Closed"),
}
STATE_TONES = {
    CaseState.DRAFT: "muted",
    CaseState.AWAITING_PAYMENT: "warning",
    CaseState.SENDING: "brand",
    CaseState.WITH_INSTITUTION: "brand",
    CaseState.PAPERS_MISSING: "warning",
    CaseState.RESULT_READY: "good",
    CaseState.REFUSED: "bad",
    CaseState.STOPPED: "bad",
    CaseState.DONE: "good",
    CaseState.CLOSED: "muted",
}
_DATE = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")


def read_date(typed: str) -> date | None:
    """Read dd.mm.yyyy, dd/mm/yyyy, ddmmyyyy or yyyy-mm-dd; None when it is no day."""
    text = typed.strip()
    found = _DATE.fullmatch(text) or _RUN.fullmatch(text)
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def idnp_error(fault: InvalidIdnp) -> FieldError:
    """Say what is wrong with a number that should be an IDNP."""
    causes = {
        IdnpFault.LENGTH: _("An IDNP has 13 digits."),
        IdnpFault.LETTERS: _("There is a character that is not a digit."),
        IdnpFault.ORGANISATION_NUMBER: _("This is the number of an organisation (IDNO), not of a person."),
        IdnpFault.CHECK_DIGIT: _("The last digit does not fit: one digit is mistyped."),
    }
    return FieldError(cause=causes[fault.reason], next_step=_("Compare it with the document and type it again."))


def mrz_error(fault: InvalidMrz) -> FieldError:
    """Say that a scanned document could not be read."""
    del fault
    return FieldError(
        cause=_("The lines of the document could not be read."),
        next_step=_("Scan again, or type the 13 digits of the IDNP."),
    )


# Languages in which an operator may read a request back; papers exist in the first three.
SPOKEN_LANGUAGES = (
    ("ro", "Română"),
    ("ru", "Русский"),
    ("en", "English"),
    ("uk", "Українська"),
    ("bg", "Български"),
    ("gag", "Gagauz"),
)

SIGNATURES = {
    "valid": gettext_lazy("Signature valid"),
    "unsigned": gettext_lazy("Not signed"),
}
SIGNATURE_DOUBTFUL = gettext_lazy("Signature not confirmed")

ALARMS = {
    "another-person": gettext_lazy("The institution answered about another person. Nothing of that answer was used."),
}

PRICE_REFUSALS = {
    "term_not_offered": gettext_lazy("This term is not offered here. Choose another one."),
    "free_only_in_longest_term": gettext_lazy(
        "Free of fee means the longest term. Choose it, or let the person pay for the shorter one."
    ),
    "free_not_in_this_channel": gettext_lazy("A free request is not taken in this way. It goes to the counter."),
}
