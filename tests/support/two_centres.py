"""Two centres that know nothing of each other, each with a visit and a case of the same person."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest
from tests.support import counter
from tests.support.counter import NOON

from ghiseu.foundation.access import ActingContext, scoped_to, transaction
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.cases import operations
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.operations import NewCase
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import IdentifiedBy, Visit
from ghiseu.modules.visits.numbering import next_number
from ghiseu.modules.visits.operations import Identification, open_visit
from ghiseu.modules.visits.queries import acting_in

MARIA = "2099120104448"
Owner = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class CounterAtWork:
    """A desk with Maria at it and her case open; nothing outside was asked."""

    at_desk: AtDesk
    visit: Visit
    case: Case
    acting: ActingContext

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Work at this desk, in a transaction."""
        with scoped_to(self.at_desk.scope), transaction():
            yield


@pytest.fixture
def centres(db: None, as_owner: Owner) -> None:
    with as_owner():
        counter.stock("cnas.pension.reexam-old-age")


def counter_at(desk: AtDesk) -> CounterAtWork:
    with scoped_to(desk.scope), transaction():
        person = know_person(
            centre_id=desk.centre_id,
            idnp=MARIA,
            document="",
            names=Names(surname="Dimova", given_name="Maria"),
            language="ro",
            at=NOON,
        )
        seen = Identification(by=IdentifiedBy.IDENTITY_CARD)
        visit = open_visit(at_desk=desk, person=person, identification=seen, language="ro", year=2026, at=NOON)
        number = next_number(centre_code=desk.centre_code, year=2026)
        acting = acting_in(
            visit, at_desk=desk, subject=person, legal_basis="Legea 156/1998", legal_reason="test", case_number=number
        )
        new = NewCase(
            number=number,
            visit=visit,
            holder=person,
            mandate=None,
            role="holder",
            package=ServicePackage.objects.get(),
            service_names={"ro": "Reexaminare"},
            institution="cnas",
            centre_name=desk.centre_name,
            centre_phone="",
        )
        case = operations.open_case(new=new, acting=acting, on=NOON.date(), at=NOON)
        return CounterAtWork(at_desk=desk, visit=visit, case=case, acting=acting)


@pytest.fixture
def lozova(centres: None) -> CounterAtWork:
    return counter_at(counter.place())


@pytest.fixture
def tvardita(centres: None) -> CounterAtWork:
    return counter_at(counter.place(counter.DIMITAR, centre="TVA"))
