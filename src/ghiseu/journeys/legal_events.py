"""Which events of the journal go to the state's log of legal events, and as what.

Every event goes unless it stands in NOT_SENT. Its type is made of its own name ("cases.case.handed-over" becomes
`Cases.Case.HandedOver`), so that an event that somebody declares tomorrow is not forgotten. Events that are about
personal data themselves go as one of the five kinds that the log knows: a reading is an access unless KINDS says
otherwise. The log's own prefix is put before by the adapter.
"""

from enum import StrEnum

from ghiseu.foundation.audit.vocabulary import UnknownEvent, event_named


class PersonalData(StrEnum):
    """What was done with somebody's data, in the words of the log."""

    ACCESS = "PersonalData.Access"
    EXPORT = "PersonalData.Export"
    VALIDATE = "PersonalData.Validate"
    SEARCH = "PersonalData.Search"
    TRANSFER = "PersonalData.Transfer"


KINDS: dict[str, PersonalData] = {
    # One event for each person that a search has shown.
    "applicants.person.found": PersonalData.SEARCH,
    # A copy leaves on paper or as a file.
    "journeys.data.exported": PersonalData.EXPORT,
    "journeys.looks.printed": PersonalData.EXPORT,
    "privacy.affected.exported": PersonalData.EXPORT,
    "privacy.correction.printed": PersonalData.EXPORT,
    # The data reached an institution.
    "submissions.submission.done": PersonalData.TRANSFER,
    "submissions.submission.found": PersonalData.TRANSFER,
}
# Not about a person and no legal act, or known to the log already; why.
NOT_SENT: dict[str, str] = {
    "appointments.holds.expired": "places were freed; each person's appointment has events of its own",
    "audit.shipment.sent-again": "about shipping to the log itself",
    "audit.shipment.set-aside": "about shipping to the log itself",
    "centres.screen.ended": "a device was let go",
    "centres.screen.paired": "a device was bound to a desk",
    "centres.session.locked": "the session's start and end are sent",
    "centres.session.unlocked": "the session's start and end are sent",
}
READ = "applicants.person.read"
# The register did not say anything: nobody's data was accessed.
NOTHING_READ = frozenset({"unavailable", "refused", "paused"})
NOT_READ_TYPE = "Register.NotRead"


def type_of(event: str, *, outcome: str) -> str | None:
    """Return as what the event goes to the log, None when it does not go.

    An event of an earlier version, whose name nobody declares any more, goes under its name.
    """
    if event in NOT_SENT:
        return None
    if event == READ and outcome in NOTHING_READ:
        return NOT_READ_TYPE
    if event in KINDS:
        return KINDS[event]
    try:
        reads = event_named(event).reads
    except UnknownEvent:
        reads = False
    return PersonalData.ACCESS if reads else ".".join(_word(part) for part in event.split("."))


def _word(part: str) -> str:
    return "".join(piece[:1].upper() + piece[1:] for piece in part.split("-"))
