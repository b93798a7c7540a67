"""A case is one matter of one person, from the first question to the hand-over."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful
from ghiseu.modules.cases.states import STEPS, CaseState, Outcome


class Case(Stateful):
    """One matter. Keeps the package version it was opened with, whatever is published later."""

    STEPS = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    number = models.TextField(unique=True)
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="cases")
    applicant = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="cases_applied_for")
    holder = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="cases_about")
    role = models.TextField()
    mandate = models.ForeignKey("mandates.Mandate", on_delete=models.PROTECT, null=True)
    package = models.ForeignKey("catalogue.ServicePackage", on_delete=models.PROTECT)
    service_code = models.TextField()
    institution = models.TextField()
    state = models.CharField(max_length=24, choices=CaseState.choices, default=CaseState.DRAFT)
    outcome = models.CharField(max_length=24, choices=Outcome.choices, blank=True)
    language = models.CharField(max_length=2)
    readback_language = models.CharField(max_length=3, blank=True)
    answers = models.JSONField(default=dict)  # precondition id -> yes/no told by the person
    overrides = models.JSONField(default=dict)  # precondition id -> reason of the centre lead
    term = models.TextField(blank=True)
    pays_despite_exemption = models.BooleanField(default=False)
    delivery = models.TextField(blank=True)
    quote = models.JSONField(default=dict)  # frozen at submit
    promised_on = models.DateField(null=True)
    respond_by = models.DateField(null=True)
    institution_number = models.TextField(blank=True)
    institution_reason = EncryptedTextField(blank=True)  # officers name people in it
    missing_papers = models.JSONField(default=list)
    alarm = models.TextField(blank=True)
    public_code = EncryptedTextField()
    opened_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField()
    submitted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)  # since then number, service, dates and hashes are all that is left
    restricted_at = models.DateTimeField(null=True)  # nothing is destroyed and only who answers for the data may read
    restricted_by_id = models.BigIntegerField(null=True)
    restriction_reason = models.TextField(blank=True, default="", db_default="")  # a reference

    class Meta:
        indexes = [
            models.Index(fields=["centre", "state", "-changed_at", "-id"], name="case_work_list"),
            models.Index(
                fields=["centre", "package", "ended_at"],
                condition=models.Q(ended_at__isnull=False, destroyed_at__isnull=True),
                name="case_to_destroy",
            ),
            models.Index(fields=["holder", "-id"], name="case_of_holder"),
            models.Index(fields=["centre", "institution_number"], name="case_at_institution"),
        ]
        constraints = [
            models.CheckConstraint(
                name="cases_case_for_another_has_a_mandate",
                condition=models.Q(applicant=models.F("holder")) | models.Q(mandate__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_ended_case_says_when_and_how",
                condition=~models.Q(state__in=("done", "closed"))
                | (models.Q(ended_at__isnull=False) & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="cases_stopped_case_says_why", condition=~models.Q(state="stopped") | ~models.Q(alarm="")
            ),
            models.CheckConstraint(
                name="cases_only_ended_and_unrestricted_content_is_destroyed",
                condition=models.Q(destroyed_at__isnull=True)
                | models.Q(ended_at__isnull=False, restricted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="cases_restriction_says_by_whom_and_why",
                condition=models.Q(restricted_at__isnull=True, restricted_by_id__isnull=True, restriction_reason="")
                | models.Q(restricted_at__isnull=False, restricted_by_id__isnull=False)
                & ~models.Q(restriction_reason=""),
            ),
        ]


class CaseField(models.Model):
    """One value of the form: where it came from, who changed it last, whether the person says that it is wrong.

    A register's value is never overwritten: what the person says instead stands beside it.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="fields")
    field = models.TextField()
    value = EncryptedTextField(blank=True)  # JSON text
    source = models.TextField()  # operator | person | case | document | register code
    read_at = models.DateTimeField(null=True)
    is_disputed = models.BooleanField(default=False)
    disputed_value = EncryptedTextField(blank=True)  # JSON text
    evidence = EncryptedTextField(blank=True)  # what paper says otherwise; people write its number
    version = models.PositiveIntegerField(default=1)
    changed_by_id = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "field"], name="cases_field_has_one_value"),
            models.CheckConstraint(
                name="cases_dispute_says_its_evidence",
                condition=models.Q(is_disputed=False) | models.Q(GreaterThan(Length("evidence"), 0)),
            ),
        ]


class EvidenceKind(models.TextChoices):
    """The five separate objects that the law may ask for."""

    IDENTITY_CHECK = "identity_check"
    EXPLICIT_REQUEST = "explicit_request"
    PROCESSING_CONSENT = "processing_consent"
    OPERATOR_ACT = "operator_act"
    MANDATE = "mandate"


class EvidenceMethod(models.TextChoices):
    DOCUMENT_SEEN = "document_seen"
    DOCUMENT_READ = "document_read"
    HAND_SIGNATURE = "hand_signature"
    CITIZEN_TOUCH = "citizen_touch"
    SPOKEN_BEFORE_WITNESS = "spoken_before_witness"
    ELECTRONIC_SIGNATURE = "electronic_signature"
    GUARDIAN = "guardian"
    RECORDED = "recorded"
    NOT_NEEDED = "not_needed"


class Evidence(models.Model):
    """One time-stamped object: exact text shown, language, hash, how it was agreed, and by whom it was taken.

    `screen`, `witness` and `mandate` name what the method rests on: the citizen's screen, the colleague who heard
    it, the ground on which a representative agreed.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=24, choices=EvidenceKind.choices)
    method = models.CharField(max_length=24, choices=EvidenceMethod.choices)
    text = EncryptedTextField(blank=True)
    language = models.CharField(max_length=3, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    screen = models.ForeignKey("centres.CitizenScreen", on_delete=models.PROTECT, null=True, related_name="+")
    witness = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, null=True, related_name="+")
    mandate = models.ForeignKey("mandates.Mandate", on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField()
    taken_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_hand_signed_evidence_has_text_and_scan",
                condition=~models.Q(method="hand_signature")
                | (~models.Q(text_sha256="") & ~models.Q(document_sha256="")),
            ),
            models.CheckConstraint(
                name="cases_electronic_signature_has_text_and_document",
                condition=~models.Q(method="electronic_signature")
                | (~models.Q(text_sha256="") & ~models.Q(document_sha256="")),
            ),
            models.CheckConstraint(
                name="cases_touch_has_text_and_screen",
                condition=~models.Q(method="citizen_touch")
                | (~models.Q(text_sha256="") & models.Q(screen__isnull=False)),
            ),
            models.CheckConstraint(
                name="cases_spoken_agreement_has_text_and_another_witness",
                condition=~models.Q(method="spoken_before_witness")
                | (
                    ~models.Q(text_sha256="")
                    & models.Q(witness__isnull=False)
                    & ~models.Q(witness=models.F("taken_by_id"))
                ),
            ),
            models.CheckConstraint(
                name="cases_guardian_has_text_mandate_and_scan_or_screen",
                condition=~models.Q(method="guardian")
                | (
                    ~models.Q(text_sha256="")
                    & models.Q(mandate__isnull=False)
                    & (~models.Q(document_sha256="") | models.Q(screen__isnull=False))
                ),
            ),
        ]


class PrintedRequest(models.Model):
    """That the request of a draft was printed with this text. The newest is the paper that may be signed."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="printed_requests")
    text_sha256 = models.CharField(max_length=64)
    printed_at = models.DateTimeField()
    printed_by_id = models.BigIntegerField()


class CaseEvent(models.Model):
    """One line of the timeline that operator and citizen read. `key` names the sentence, `values` fill it."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    key = models.TextField()
    values = models.JSONField(default=dict)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="case_timeline")]


class OpenMatter(models.Model):
    """That a matter is open somewhere in the country: date and centre, and nothing of its content.

    `key` is a keyed index of person, service and whatever else the package counts as the same matter.
    """

    key = models.BinaryField(max_length=32, unique=True)
    case_number = models.TextField()
    centre_name = models.TextField()
    opened_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["case_number"], name="matter_of_case")]


class PublicStatus(models.Model):
    """What the citizen's page shows to whoever holds the code of the slip. No personal data."""

    code_sha256 = models.CharField(max_length=64, unique=True)
    service_names = models.JSONField()  # language -> name
    state = models.CharField(max_length=24, choices=CaseState.choices)
    centre_name = models.TextField()
    centre_phone = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
    respond_by = models.DateField(null=True)
    changed_at = models.DateTimeField()


class CommandReceipt(models.Model):
    """The answer given to one intention of one operator, so that pressing twice does it once."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    command = models.TextField()
    operator_id = models.BigIntegerField()
    name = models.TextField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "command"], name="cases_command_is_answered_once")]


class Presence(models.Model):
    """That an operator has a case on screen now."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    operator = models.ForeignKey("centres.Operator", on_delete=models.CASCADE)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "operator"], name="cases_presence_is_one_row")]


class CallReason(models.TextChoices):
    NO_CHANNEL = "no_channel"
    RESULT_READY = "result_ready"
    REFUSED = "refused"
    PAPERS_MISSING = "papers_missing"
    PAYMENT_EXPIRED = "payment_expired"
    PAYMENT_MISSING = "payment_missing"
    APPOINTMENT = "appointment"
    ALARM = "alarm"


class CallTask(models.Model):
    """Somebody has to be told, because no message reaches them. Done when a person says how it went.

    `unanswered` counts the calls that nobody answered; after MOST_UNANSWERED the centre lead decides.
    """

    MOST_UNANSWERED: ClassVar[int] = 3

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="call_tasks")
    reason = models.CharField(max_length=24, choices=CallReason.choices)
    due_on = models.DateField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by_id = models.BigIntegerField(null=True)
    note = EncryptedTextField(blank=True)
    unanswered = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["centre", "due_on"], condition=models.Q(done_at__isnull=True), name="calls_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reason"],
                condition=models.Q(done_at__isnull=True),
                name="cases_one_open_call_per_case_and_reason",
            )
        ]


# Models of the same app that stand in a file of their own.
from ghiseu.modules.cases.agreeing_models import (  # noqa: E402 - they refer to the models above
    ScreenOrder as ScreenOrder,
)
from ghiseu.modules.cases.agreeing_models import (  # noqa: E402
    ShownText as ShownText,
)
from ghiseu.modules.cases.agreeing_models import (  # noqa: E402
    WitnessTask as WitnessTask,
)
