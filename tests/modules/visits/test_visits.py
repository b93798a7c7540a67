"""One open visit at a desk, opened by identifying and ended explicitly; nothing that is typed raises assurance."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from tests.support import counter
from tests.support.counter import NOON

from ghiseu.foundation.access import Assurance, SubjectIsActor, scoped_to, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.identifiers import numbers
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitOutcome
from ghiseu.modules.visits.numbering import next_number
from ghiseu.modules.visits.operations import DeskHasOpenVisit, Identification, end_visit, open_visit
from ghiseu.modules.visits.queries import acting_in, open_visit_at

OTHER = "2099230108510"


def open_another(desk, *, by=IdentifiedBy.IDENTITY_CARD):
    with scoped_to(desk.scope), transaction():
        person = know_person(centre_id=desk.centre_id, idnp=OTHER, document="", names=Names(), language="ro", at=NOON)
        return open_visit(
            at_desk=desk, person=person, identification=Identification(by=by), language="ro", year=2026, at=NOON
        )


class TestDesk:
    def test_has_one_open_visit(self, lozova) -> None:
        with pytest.raises(DeskHasOpenVisit):
            open_another(lozova.at_desk)

        with lozova.at_work():
            assert [visit.pk for visit in Visit.objects.all()] == [lozova.visit.pk]

    def test_is_free_after_the_visit_ended(self, lozova) -> None:
        with lozova.at_work():
            end_visit(visit=lozova.visit, outcome=VisitOutcome.SERVED, acting=lozova.acting, at=NOON)

        visit = open_another(lozova.at_desk)

        with lozova.at_work():
            assert open_visit_at(lozova.at_desk.desk_id) == visit

    @pytest.mark.django_db(transaction=True)
    def test_of_two_people_at_once_takes_one(self, centres) -> None:
        desk = counter.place()
        start, ends = threading.Barrier(2), []

        def come() -> None:
            start.wait(10)
            try:
                open_another(desk)
                ends.append("opened")
            except DeskHasOpenVisit:
                ends.append("refused")
            finally:
                connection.close()

        people = [threading.Thread(target=come) for _ in range(2)]
        for one in people:
            one.start()
        for one in people:
            one.join(30)

        assert sorted(ends) == ["opened", "refused"]


class TestVisit:
    def test_ends_once_and_keeps_its_first_end(self, lozova) -> None:
        with lozova.at_work():
            end_visit(visit=lozova.visit, outcome=VisitOutcome.SERVED, acting=lozova.acting, at=NOON)
            later = NOON + timedelta(hours=1)
            again = end_visit(visit=lozova.visit, outcome=VisitOutcome.LEFT, acting=lozova.acting, at=later)

            assert (again.outcome, again.ended_at) == ("served", NOON)
            assert JournalRecord.objects.filter(event="visits.visit.ended").count() == 1

    def test_that_ended_says_when_and_how(self, lozova) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="visits_ended_visit_says"), transaction():
            Visit.objects.update(state="ended")

    def test_is_never_an_authentication_of_the_citizen(self, lozova) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="visits_no_operator_act"), transaction():
            Visit.objects.update(assurance="authenticated")

    @pytest.mark.parametrize(
        ("identification", "assurance"),
        [
            (Identification(by=IdentifiedBy.NOT_SEEN, machine_read=True), Assurance.NONE),
            (Identification(by=IdentifiedBy.PASSPORT), Assurance.DOCUMENT_SEEN),
            (Identification(by=IdentifiedBy.PASSPORT, machine_read=True), Assurance.DOCUMENT_READ),
        ],
    )
    def test_is_as_sure_as_the_document_was_read(self, identification, assurance) -> None:
        assert identification.assurance is assurance

    def test_is_not_about_the_operator(self, lozova) -> None:
        with lozova.at_work():
            lidia = know_person(
                centre_id=lozova.at_desk.centre_id,
                idnp=counter.LIDIA,
                document="",
                names=Names(),
                language="ro",
                at=NOON,
            )
            with pytest.raises(SubjectIsActor):
                acting_in(lozova.visit, at_desk=lozova.at_desk, subject=lidia, legal_basis="x", legal_reason="y")


class TestNumber:
    def test_is_unique_and_checks_itself(self, centres) -> None:
        with transaction():
            made = [next_number(centre_code="LOZ", year=2026) for _ in range(50)]

        assert len(set(made)) == 50
        assert all(numbers.is_valid(one) for one in made)
