"""A draft that nobody goes on with is closed, so that the same matter can be opened anew, here or elsewhere."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from ghiseu.foundation.access import Channel, transaction
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases import queries
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.documents.models import Document
from ghiseu.modules.payments import operations as payments
from ghiseu.modules.payments.models import PaymentOrder

# As long as institutions wait for missing papers; what registers told a month ago would have to be read again anyway.
ABANDONED_AFTER = timedelta(days=30)
# A night's work; what is left over waits for the next one.
AT_ONCE = 500


def close_abandoned(*, at: datetime) -> int:
    """Close the drafts of the scope's centre that nobody has touched for 30 days; return how many. May be repeated."""
    since = at - ABANDONED_AFTER
    with transaction():
        found = list(_abandoned(since).order_by("changed_at", "id").values_list("id", flat=True)[:AT_ONCE])
    return sum(_close(case_id, since=since, at=at) for case_id in found)


def _abandoned(since: datetime) -> QuerySet[Case]:
    """Return untouched drafts, also by the scanner; one for which money came is left to a person, who settles it."""
    mine = OuterRef("pk")
    return queries.untouched_drafts(since=since).filter(
        ~Exists(Document.objects.filter(case=mine, created_at__gte=since)),
        ~Exists(PaymentOrder.objects.filter(case=mine, paid_amount__gt=0)),
    )


def _close(case_id: int, *, since: datetime, at: datetime) -> bool:
    with transaction():
        case = cases.locked(case_id)
        if not _abandoned(since).filter(pk=case_id).exists():  # touched meanwhile
            return False
        opener = former_place(operator=Operator.objects.get(pk=case.opened_by_id), desk=case.visit.desk)
        acting = acting_on(
            case, at_desk=opener, package=package_of(case), reason="draft was abandoned", visit=case.visit
        )
        acting = replace(acting, channel=Channel.WORKER)
        payments.cancel_open_orders(case=case, acting=acting, at=at)
        cases.move(case, CaseState.CLOSED, acting=acting, at=at, outcome=Outcome.GONE)
        tell(case, "abandoned", at=at, by_id=None)
        case.call_tasks.filter(done_at=None).update(done_at=at)  # there is nothing left to call about
        return True
