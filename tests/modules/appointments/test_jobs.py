from datetime import datetime

import pytest
from tests.modules.appointments.conftest import AT, office

from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers import numbers
from ghiseu.modules.appointments import jobs, operations
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import Wanted
from ghiseu.modules.appointments.states import AppointmentState


@pytest.mark.django_db
def test_the_worker_gives_up_lapsed_holds_of_every_centre(seed, make_desk, offered, as_worker, monkeypatch):
    seed(office("near", counters=2))
    lozova, albota = make_desk("LOZ"), make_desk("ALB", idnp="2099050101850")
    starts_at = datetime.fromisoformat("2026-11-24T06:00:00+00:00")
    for desk in (lozova, albota):
        wanted = Wanted(offered_id=offered("near").pk, starts_at=starts_at)
        with desk.working(), transaction():
            operations.hold(wanted=wanted, person_id=desk.person.pk, case_id=None, acting=desk.acting, at=AT)
    monkeypatch.setattr(jobs.clock, "now", lambda: AT + operations.HOLD_FOR)

    with as_worker():
        jobs.release_expired_holds(timestamp=0)

    for desk in (lozova, albota):
        with desk.working(), transaction():
            appointment = Appointment.objects.get(person=desk.person)
            assert appointment.state == AppointmentState.CANCELLED
            assert numbers.parse(appointment.number).centre == desk.centre.code
