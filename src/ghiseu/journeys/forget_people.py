"""Who has no matter here any more is forgotten: name, contacts and what registers said go, the number stays.

Rows that are left, and the journal, are about somebody.
"""

from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from ghiseu.foundation import clock
from ghiseu.foundation.access import current_scope, transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys.keep_until import WITHOUT_A_RULE
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases.models import CallTask, Case
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.mandates import powers
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.payments.models import UNSETTLED, UnassignedPayment
from ghiseu.modules.privacy.models import CorrectionRequest
from ghiseu.modules.visits.models import Visit, VisitState

# A night's work; what is left over waits for the next one.
AT_ONCE = 500
FORGOTTEN = "applicants.people.forgotten"


def forget_idle(*, at: datetime) -> int:
    """Forget the people of the scope's centre whom nothing needs, 90 days after they were last here; return how many.

    Also those who never had a case. The journal says how many they were. May be repeated.
    """
    with transaction():
        known = Person.objects.filter(forgotten_at=None, first_seen_at__lt=at - WITHOUT_A_RULE)
        idle = known.exclude(_needed(at)).order_by("first_seen_at", "id")
        found = list(idle.values_list("id", flat=True)[:AT_ONCE])
    done = sum(_forget_one(person_id, at=at) for person_id in found)
    scope = current_scope()
    if done and scope is not None:
        with transaction():
            journal.record_without_subject(
                FORGOTTEN, centre_id=scope.centre_id, operator_id=None, at=at, details={"people": done}
            )
    return done


def _forget_one(person_id: int, *, at: datetime) -> bool:
    with transaction():
        return forget_unless_needed(person_id, at=at)


def forget_unless_needed(person_id: int, *, at: datetime) -> bool:
    """Empty what the centre knows of a person whom nothing needs any more; tell whether it was done.

    The person is locked: who comes to the desk in this very moment is known anew afterwards. Raises NoTransaction.
    """
    person = applicants.locked(person_id)
    if Person.objects.filter(_needed(at), pk=person_id).exists():
        return False
    applicants.forget(person, at=at)
    for visit in Visit.objects.filter(person_id=person_id).order_by("id"):
        visit.document_note = visit.document_says = ""
        visit.save(update_fields=["document_note", "document_says"])
    theirs = Mandate.objects.filter(Q(subject_id=person_id) | Q(representative_id=person_id))
    powers.forget_answers(mandate_ids=list(theirs.order_by("id").values_list("id", flat=True)))
    return True


def _needed(at: datetime) -> Q:
    """Return which people are needed: for a matter that is kept or open, or because they were here lately."""
    me = OuterRef("pk")
    of_case = Q(case__holder=me) | Q(case__applicant=me)
    # Whose money is to be given back, or who is to be told something, is called although the case was destroyed.
    calls = CallTask.objects.filter(of_case, done_at=None)
    money = UnassignedPayment.objects.filter(
        Q(order__case__holder=me) | Q(order__case__applicant=me), state__in=UNSETTLED
    )
    # A mandate without an end would be needed for ever; whoever comes again on it shows it again.
    today = clock.today(_zone(), at=at)
    mandates = Mandate.objects.filter(Q(subject=me) | Q(representative=me), valid_until__gte=today)
    lately = Q(state=VisitState.OPEN) | Q(ended_at__gte=at - WITHOUT_A_RULE)
    rows = (
        Case.objects.filter(Q(holder=me) | Q(applicant=me), destroyed_at=None),
        Visit.objects.filter(lately, person=me),
        CorrectionRequest.objects.filter(person=me, destroyed_at=None),
        Appointment.objects.filter(person=me, occupancy__ends_at__gte=at),
        mandates.exclude(revoked_on__lte=today),
        calls,
        money,
    )
    return reduce(or_, (Q(Exists(one)) for one in rows))


def _zone() -> str:
    """Return the time zone of the scope's centre."""
    scope = current_scope()
    return Centre.objects.get(pk=scope.centre_id).time_zone if scope else settings.TIME_ZONE
