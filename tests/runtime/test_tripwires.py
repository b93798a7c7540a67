import datetime
import socket

import pytest
from django.contrib.sessions.models import Session
from django.db import models
from tests.support.tripwires import LocksTooMuch, MomentInADay, WentOutside


class TestTripwires:
    def test_let_nothing_leave_this_machine(self):
        with socket.socket() as outgoing, pytest.raises(WentOutside):
            outgoing.connect(("192.0.2.1", 80))

    def test_refuse_a_lock_that_does_not_say_what_it_locks(self):
        with pytest.raises(LocksTooMuch):
            Session.objects.select_for_update()

    def test_accept_a_lock_that_says_what_it_locks(self):
        assert Session.objects.select_for_update(of=("self",)).query.select_for_update_of == ("self",)

    def test_refuse_a_moment_where_a_day_is_meant(self):
        field = models.DateField(name="day")
        field.model = Session

        with pytest.raises(MomentInADay):
            field.get_prep_value(datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC))
