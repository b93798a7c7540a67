"""Institutions are told the operator's own power in MPower, when there is one."""

import pytest
from django.db import IntegrityError
from tests.support import counter
from tests.support.acting import EUGENIA, LIDIA, acting_for

from ghiseu.adapters.institution_api.wire import acting_object
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.visits.queries import acting_in

POWER = "2026000000000091"


def test_stands_beside_the_operator():
    acting = acting_for(EUGENIA, operator_mpower_number=POWER)
    assert acting_object(acting)["actor"] == {"idnp": LIDIA, "mpower_number": POWER}


def test_is_left_out_when_there_is_none():
    assert acting_object(acting_for(EUGENIA))["actor"] == {"idnp": LIDIA}


def test_comes_from_the_settings_of_the_operator(db, as_owner):
    with as_owner():
        counter.stock()
        lidia = Operator.objects.by_idnp(LIDIA)
        lidia.mpower_number = POWER
        lidia.save(update_fields=["mpower_number"])
    desk = counter.place()
    with scoped_to(desk.scope):
        visit = counter.come(EUGENIA, to=desk)
        with transaction():
            acting = acting_in(visit, at_desk=desk, subject=visit.person, legal_basis="law", legal_reason="test")

    assert acting.operator_mpower_number == POWER


def test_has_sixteen_digits(db, as_owner):
    with as_owner():
        counter.stock()

        with pytest.raises(IntegrityError), transaction():
            Operator.objects.update(mpower_number="17")
