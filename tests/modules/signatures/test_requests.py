"""Requests to sign: every step of their table, and what the database itself refuses."""

from itertools import product
from uuid import uuid4

import pytest
from django.db import IntegrityError
from tests.journeys.conftest import exchange, exchange_process, lozova, simulators_folder
from tests.support.acting import acting_for
from tests.support.counter import NOON, ask_for, case_of, come

from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.signatures import operations, queries
from ghiseu.modules.signatures.models import STEPS, Purpose, SignatureRequest, SigningPlace, SigningState
from ghiseu.modules.signatures.operations import Wanted

__all__ = ["exchange", "exchange_process", "lozova", "simulators_folder"]
BIRTH, EUGENIA = "asp.civil.extract-birth", "2099010100376"
SERVICES = [BIRTH]


@pytest.fixture
def case(lozova: AtDesk, exchange: object) -> Case:
    return case_of(ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova))


def asked(case: Case, desk: AtDesk, *, text: str = "a" * 64) -> SignatureRequest:
    wanted = Wanted(
        purpose=Purpose.AGREEMENT,
        signer_idnp=EUGENIA,
        content=b"%PDF-1.7",
        text_sha256=text,
        acting="{}",
        desk_id=desk.desk_id,
    )
    acting = acting_for(EUGENIA, centre_id=desk.centre_id, operator_id=desk.operator_id)
    with transaction():
        return operations.ask(case=case, wanted=wanted, acting=acting, at=NOON)


class TestSteps:
    @pytest.mark.parametrize(("begin", "to"), sorted(product(SigningState, SigningState)))
    def test_are_those_of_the_table(self, begin: SigningState, to: SigningState):
        request = SignatureRequest(state=begin)

        if (begin, to) in STEPS:
            assert request.move_to(to) == STEPS[(begin, to)]
        else:
            with pytest.raises(StepNotAllowed):
                request.move_to(to)

    def test_lead_out_of_no_end(self):
        assert {begin for begin, _ in STEPS} == {SigningState.ASKED, SigningState.PENDING}


class TestARequest:
    def test_keeps_the_document_before_it_leaves(self, case: Case, lozova: AtDesk):
        request = asked(case, lozova)

        assert operations.content_of(request) == b"%PDF-1.7"
        assert request.state == SigningState.ASKED
        with transaction():
            assert queries.centre_of(request.key) == lozova.centre_id

    def test_is_the_only_one_that_a_case_waits_for(self, case: Case, lozova: AtDesk):
        first, second = asked(case, lozova), asked(case, lozova)

        with transaction():
            states = list(SignatureRequest.objects.order_by("id").values_list("state", "why"))
        assert first.pk != second.pk
        assert states == [("cancelled", "asked-anew"), ("asked", "")]

    def test_cannot_wait_twice_whatever_the_code_does(self, case: Case, lozova: AtDesk):
        first = asked(case, lozova)

        first.pk, first.key = None, uuid4()
        with pytest.raises(IntegrityError, match="signatures_case_waits_for_one_signature"), transaction():
            first.save(force_insert=True)

    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"state": "pending"}, "signatures_what_the_platform_knows_has_its_number"),
            (
                {"state": "signed", "platform_id": "1", "ended_at": NOON, "next_ask_at": None},
                "signatures_signed_request_says_what_and_when",
            ),
            ({"state": "failed"}, "signatures_ended_request_is_not_asked_about"),
            ({"content_sha256": "x"}, "signatures_hash_is_sha256_in_hex"),
        ],
    )
    def test_says_what_its_state_needs(self, case: Case, lozova: AtDesk, values, constraint: str):
        request = asked(case, lozova)

        with pytest.raises(IntegrityError, match=constraint), transaction():
            SignatureRequest.objects.filter(pk=request.pk).update(**values)

    def test_is_sealed_in_the_database(self, case: Case, lozova: AtDesk):
        request = asked(case, lozova)

        with transaction():
            (raw,) = SignatureRequest.objects.filter(pk=request.pk).extra(select={"raw": "signer_idnp"})
        assert EUGENIA.encode() not in bytes(raw.raw)

    def test_leaves_nothing_personal_in_the_list_of_places(self):
        assert {field.name for field in SigningPlace._meta.get_fields()} == {"id", "key", "centre_number"}
