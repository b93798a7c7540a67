"""Questions that open no dossier, and the question whether the institution is there at all."""

import pytest
from tests.adapters.institution_api.conftest import EUGENIA, acting_for, parcel_of

from ghiseu.adapters.institution_api import InstitutionApi
from ghiseu.foundation.outcomes import (
    NotFoundThere,
    Refused,
    TryLater,
    UnusableAnswer,
    WrongSubject,
)

VALENTINA = "2099220108140"
OLGA = "2099180106666"
ANA = "2099060102227"
PETRU = "2099070102594"


class TestLookup:
    def test_says_that_valentinas_first_request_was_received(self, cnas_api):
        facts = cnas_api.lookup("pension-reexamination", subject_idnp=VALENTINA, acting=acting_for(VALENTINA))

        assert facts["status"] == "received"
        assert facts["filed_on"] == "2026-11-02"
        assert facts["message"] == "cererea a fost recepționată"

    def test_says_that_nothing_was_filed(self, cnas_api):
        with pytest.raises(NotFoundThere):
            cnas_api.lookup("pension-reexamination", subject_idnp=EUGENIA, acting=acting_for())

    def test_says_that_olgas_birth_allowance_was_granted_and_waits(self, cnas_api):
        facts = cnas_api.lookup("family-benefits", subject_idnp=OLGA, acting=acting_for(OLGA))

        (benefit,) = facts["benefits"]
        assert (benefit["kind"], benefit["status"], benefit["collected"]) == (
            "birth_allowance",
            "granted",
            False,
        )

    def test_says_that_somebody_claimed_the_death_aid_but_not_who(self, cnas_api):
        facts = cnas_api.lookup(
            "death-aid",
            subject_idnp=ANA,
            acting=acting_for(ANA),
            parameters={"deceased_idnp": PETRU},
        )

        assert facts == {"claimed": True, "claimed_on": "2026-11-22", "status": "new"}

    def test_leaves_a_trace_of_the_person_asked_about(self, cnas, cnas_api):
        cnas_api.lookup("family-benefits", subject_idnp=OLGA, acting=acting_for(OLGA))

        (effect,) = cnas.ledger()["effects"]
        assert (effect["kind"], effect["subject"]) == ("lookup.answered", OLGA)

    def test_an_unknown_question_is_refused(self, cnas_api):
        with pytest.raises(Refused) as refused:
            cnas_api.lookup("weather", subject_idnp=OLGA, acting=acting_for(OLGA))

        assert refused.value.code == "no-such-lookup"

    @pytest.mark.parametrize(
        ("mode", "ending"),
        [
            ("5xx", TryLater),
            ("after_commit_timeout", TryLater),
            ("cut_answer", TryLater),
            ("garbage", UnusableAnswer),
            ("wrong_subject", WrongSubject),
        ],
    )
    def test_each_fault_has_its_ending(self, cnas, cnas_api, mode, ending):
        cnas.behave(mode, times=1, seconds=0.1)

        with pytest.raises(ending):
            cnas_api.lookup("family-benefits", subject_idnp=OLGA, acting=acting_for(OLGA))


class TestStatusWords:
    def test_reexamination_uses_the_published_messages_and_benefits_their_own(self, cnas_api):
        words = [
            cnas_api.deliver(parcel_of(service, institution="cnas", service_code=service), acting=acting_for()).status
            for service in ("cnas.pension.reexam-old-age", "cnas.family.paternity")
        ]

        assert words == ["received", "new"]


class TestCheck:
    def test_is_content_with_the_right_institution(self, asp_api):
        assert asp_api.check() == ""

    def test_notices_another_institution_at_the_address(self, asp):
        api = InstitutionApi("cnas", url=asp.url)

        assert "another system" in api.check()
        api.close()

    def test_notices_that_callbacks_could_not_be_verified(self, asp):
        api = InstitutionApi("asp", url=asp.url)

        assert "no certificate" in api.check()
        api.close()
