"""A mandate says its evidence and its end, and is looked at again whenever it is used."""

from datetime import date

import pytest
from django.db import DatabaseError
from tests.support.counter import NOON

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.mandates.operations import MandateDoesNotHold, MandateShown, record_mandate, record_refusal

TODAY = date(2026, 11, 23)


@pytest.fixture
def ward(lozova) -> Person:
    with lozova.at_work():
        return know_person(
            centre_id=lozova.at_desk.centre_id,
            idnp="2099040101480",
            document="",
            names=Names(),
            language="ro",
            at=NOON,
        )


def shown(**more) -> MandateShown:
    facts = {"evidence": "guardianship act", "evidence_number": "17", "confirmed_by": "RSP", **more}
    return MandateShown(kind=MandateKind.GUARDIAN, **facts)


def record(lozova, ward, mandate_shown) -> Mandate:
    return record_mandate(
        subject=ward,
        representative=lozova.visit.person,
        shown=mandate_shown,
        acting=lozova.acting,
        on=TODAY,
        at=NOON,
    )


class TestMandate:
    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"valid_until": date(2026, 11, 22)}, "expired"),
            ({"revoked_on": date(2026, 11, 23)}, "revoked"),
            ({"revoked_on": date(2026, 10, 20), "valid_until": date(2031, 1, 1)}, "revoked"),
        ],
    )
    def test_that_has_ended_is_not_recorded(self, lozova, ward, more, why) -> None:
        with lozova.at_work():
            with pytest.raises(MandateDoesNotHold) as refusal:
                record(lozova, ward, shown(**more))

            assert refusal.value.why == why
            assert not Mandate.objects.exists()

    def test_holds_to_the_last_day(self, lozova, ward) -> None:
        with lozova.at_work():
            mandate = record(lozova, ward, shown(valid_until=TODAY))

        assert mandate.is_in_force(TODAY)
        assert not mandate.is_in_force(date(2026, 11, 24))

    def test_ends_on_the_day_of_its_revocation(self) -> None:
        mandate = Mandate(revoked_on=TODAY)

        assert mandate.is_in_force(date(2026, 11, 22))
        assert not mandate.is_in_force(TODAY)

    def test_on_the_same_evidence_is_one(self, lozova, ward) -> None:
        with lozova.at_work():
            first, again = record(lozova, ward, shown()), record(lozova, ward, shown())
            other = record(lozova, ward, shown(evidence_number="18"))

            assert first == again
            assert other != first
            assert JournalRecord.objects.filter(event="mandates.mandate.recorded").count() == 2

    def test_is_not_taken_from_one_that_ended_meanwhile(self, lozova, ward) -> None:
        with lozova.at_work():
            first = record(lozova, ward, shown())
            Mandate.objects.update(revoked_on=TODAY)

            assert record(lozova, ward, shown()) != first

    def test_is_not_of_a_person_for_themselves(self, lozova) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="nobody_represents_themselves"), transaction():
            record(lozova, lozova.visit.person, shown())

    def test_says_its_evidence(self, lozova, ward) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="mandate_says_its_evidence"), transaction():
            record(lozova, ward, shown(evidence=""))

    def test_that_was_refused_is_in_the_journal_with_the_reason(self, lozova) -> None:
        with lozova.at_work():
            record_refusal(acting=lozova.acting, kind="guardian", why="expired", at=NOON)

            event = JournalRecord.objects.get(event="mandates.mandate.refused")
            assert event.details == {"kind": "guardian", "why": "expired"}

    def test_is_not_seen_from_another_centre(self, lozova, tvardita, ward) -> None:
        with lozova.at_work():
            record(lozova, ward, shown())

        with tvardita.at_work():
            assert not Mandate.objects.exists()
