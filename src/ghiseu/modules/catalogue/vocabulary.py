"""The closed word lists of a service package."""

from enum import StrEnum

LANGUAGES = ("ro", "ru", "en")


class Kind(StrEnum):
    APPLICATION = "application"
    STATUS_CHECK = "status_check"
    PROACTIVE_CHECK = "proactive_check"
    APPOINTMENT = "appointment"
    PAYMENT = "payment"
    LOOKUP = "lookup"


class Certainty(StrEnum):
    """Sure may be promised; inferred is told as "not confirmed"; unknown is told as unknown."""

    SURE = "sure"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    INFORM = "inform"


class FieldType(StrEnum):
    TEXT = "text"
    DATE = "date"
    IDNP = "idnp"
    IDNO = "idno"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    MONEY = "money"
    ADDRESS = "address"
    CADASTRAL_NUMBER = "cadastral_number"
    PERSON = "person"


class TermUnit(StrEnum):
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    HOUR = "hour"
    MOMENT = "moment"


class RouteKind(StrEnum):
    INSTITUTION_API = "institution_api"
    GUIDED = "guided"
    VISIT = "visit"
    OWN_CALENDAR = "own_calendar"
    NONE = "none"


class ProviderState(StrEnum):
    """What an institution can say of a matter, in our words. Closed: another word is an error."""

    RECEIVED = "received"
    IN_EXAMINATION = "in_examination"
    PAPERS_MISSING = "papers_missing"
    DECIDED_GRANTED = "decided_granted"
    DECIDED_REFUSED = "decided_refused"
    RESULT_READY = "result_ready"
    WITHDRAWN = "withdrawn"
    NOT_FOUND = "not_found"
    BOOKED = "booked"
    MOVED = "moved"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"
    PAYMENT_PENDING = "payment_pending"
    PAID = "paid"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_NOT_REQUIRED = "payment_not_required"


class UnknownProviderStatus(Exception):
    """The institution used a word that the package does not map. Nobody guesses; the answer is kept apart."""
