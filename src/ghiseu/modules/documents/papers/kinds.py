"""The papers that we print, each as ready values. Whatever comes from a service package comes in already translated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from ghiseu.foundation.money import Money
from ghiseu.modules.documents.papers.words import amount_in_figures, amount_in_words, grouped, spoken


@dataclass(frozen=True, kw_only=True)
class Both:
    """A text in Romanian, which has legal force, and in the citizen's language. Equal when that is Romanian."""

    ro: str
    own: str


@dataclass(frozen=True, kw_only=True)
class Office:
    """The centre as the citizen knows it, and whoever served there."""

    name: str
    address: str
    phone: str
    operator: str = ""


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person on a paper. `number` is the IDNP or the number of the identity document, as it is to be printed."""

    name: str
    number: str
    born_on: date | None = None
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to call. `hours` such as "luni–vineri, 8:00–17:00"."""

    name: str
    phone: str
    hours: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happens next, by when if that is known, and how sure the day is."""

    what: str
    by: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What every paper says. `language` is one of PAPER_LANGUAGES; `made_at` is in the centre's time zone.

    `is_copy` marks a paper that was printed before.
    """

    TEMPLATE: ClassVar[str]

    language: str
    office: Office
    made_at: datetime
    is_copy: bool = False

    def worked_out(self) -> Mapping[str, str]:
        """Return what follows from the values: numbers in words and groups, addresses to draw as a QR code.

        A name that begins with `qr_` is drawn.
        """
        return {}


@dataclass(frozen=True, kw_only=True)
class RequestField:
    """`source` names the register or says that the person told it; `remark` what the person says instead."""

    label: Both
    value: str
    source: Both
    remark: Both | None = None


@dataclass(frozen=True, kw_only=True)
class AttachedPaper:
    title: Both
    pages: int


@dataclass(frozen=True, kw_only=True)
class ConsentGiven:
    text: Both
    is_given: bool


@dataclass(frozen=True, kw_only=True)
class RequestPaper(Paper):
    """The request to the institution, to be read and signed by hand. `text_sha256` is of the Romanian text."""

    TEMPLATE = "request.typ"

    case_number: str
    service: Both
    institution: Both
    text: Both
    text_sha256: str
    applicant: Party
    fields: tuple[RequestField, ...]
    representative: Party | None = None
    mandate: Both | None = None
    attachments: tuple[AttachedPaper, ...] = ()
    consents: tuple[ConsentGiven, ...] = ()
    legal_basis: Both
    read_aloud_in: str = ""  # the language of the read-back, named in the citizen's language

    def worked_out(self) -> Mapping[str, str]:
        return {"qr_number": self.case_number}


@dataclass(frozen=True, kw_only=True)
class Look:
    """Which institution's records are looked at, what in them, and why."""

    institution: Both
    what: Both
    why: Both


@dataclass(frozen=True, kw_only=True)
class AgreementPaper(Paper):
    """What the person agrees to before the registers are asked. `text_sha256` is of the exact text agreed to."""

    TEMPLATE = "agreement.typ"

    number: str  # of the visit or the case
    person: Party
    text: Both
    text_sha256: str
    looks: tuple[Look, ...]
    representative: Party | None = None


@dataclass(frozen=True, kw_only=True)
class SlipPaper(Paper):
    """What the citizen takes home after a request, or to pay an order: then `order_key` is what is copied.

    `heading` stands instead of the usual title. `come_back_note` says how sure the day is.
    """

    TEMPLATE = "slip.typ"

    case_number: str
    service: str
    institution: str
    person: str
    filed_on: date
    steps: tuple[Step, ...]
    call: tuple[Contact, ...]
    status_url: str
    institution_number: str = ""
    come_back_on: date | None = None
    come_back_note: str = ""
    heading: str = ""
    order_key: str = ""
    price: str = ""
    bring: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def worked_out(self) -> Mapping[str, str]:
        return {
            "number": grouped(self.case_number),
            "number_in_words": spoken(self.case_number, self.language),
            "qr_status": self.status_url,
        }


@dataclass(frozen=True, kw_only=True)
class PaymentNotePaper(Paper):
    """What the citizen carries to a terminal, a bank or a post office. `payee` is whom the money goes to."""

    TEMPLATE = "payment_note.typ"

    case_number: str
    service: str
    payee: str
    order_key: str
    amount: Money
    expires_on: date
    where: tuple[str, ...]
    call: tuple[Contact, ...] = ()

    def worked_out(self) -> Mapping[str, str]:
        return {
            "order_key": grouped(self.order_key),
            "amount": amount_in_figures(self.amount, self.language),
            "amount_in_words": amount_in_words(self.amount, self.language),
        }


@dataclass(frozen=True, kw_only=True)
class PortalValue:
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class HandOverSheetPaper(Paper):
    """The values to be entered at an institution's portal, in its order. For the operator's desk."""

    TEMPLATE = "hand_over_sheet.typ"

    case_number: str
    service: str
    portal: str
    portal_address: str
    values: tuple[PortalValue, ...]
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HandedItem:
    """`number` is the document's own, or empty; `sha256` of the bytes when it was printed from a file."""

    title: str
    pages: int
    number: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultReceiptPaper(Paper):
    """What was handed over, to whom, on which identification; signed by both."""

    TEMPLATE = "result_receipt.typ"

    case_number: str
    service: str
    items: tuple[HandedItem, ...]
    received_by: Party
    identification: str
    for_person: Party | None = None
    mandate: str = ""


@dataclass(frozen=True, kw_only=True)
class GrantedPaper(Paper):
    """The benefit is granted already: no request is needed, and this is how the money is taken."""

    TEMPLATE = "granted.typ"

    benefit: str
    person: str
    institution: str
    how_to_take: tuple[str, ...]
    granted_on: date | None = None
    amount: Money | None = None
    take_by: date | None = None
    decision_number: str = ""
    call: tuple[Contact, ...] = ()
    notes: tuple[str, ...] = ()

    def worked_out(self) -> Mapping[str, str]:
        if self.amount is None:
            return {}
        return {
            "amount": amount_in_figures(self.amount, self.language),
            "amount_in_words": amount_in_words(self.amount, self.language),
        }


@dataclass(frozen=True, kw_only=True)
class AppointmentSlipPaper(Paper):
    """When and where to come. `starts_at` is in the time zone of the place."""

    TEMPLATE = "appointment_slip.typ"

    number: str
    person: str
    what_for: str
    place: str
    address: str
    starts_at: datetime
    counter: str = ""
    bring: tuple[str, ...] = ()
    call: tuple[Contact, ...] = ()
    notes: tuple[str, ...] = ()

    def worked_out(self) -> Mapping[str, str]:
        return {"number": grouped(self.number), "number_in_words": spoken(self.number, self.language)}


@dataclass(frozen=True, kw_only=True)
class StatusAnswerPaper(Paper):
    """What the institution answered about a request (a pension re-examination), and what it means."""

    TEMPLATE = "status_answer.typ"

    service: str
    person: str
    institution: str
    asked_at: datetime
    answer: str
    meaning: str
    steps: tuple[Step, ...] = ()
    call: tuple[Contact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LookedLine:
    """One kind of act on the person's data. `when` is a day and hours in words; `times` how often it was repeated."""

    when: str
    what: str
    why: str
    institution: str
    centre: str
    operator: str
    legal_basis: str
    number: str
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class WhoLookedPaper(Paper):
    """Who looked at the person's data, newest first; `since` is the first day that was looked through."""

    TEMPLATE = "who_looked.typ"

    person: str
    since: date
    lines: tuple[LookedLine, ...]
    call: tuple[Contact, ...] = ()
