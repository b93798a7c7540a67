"""The five questions over real sockets and mutual TLS, in every state of a power, and everything that can go wrong."""

import logging
from datetime import UTC, datetime

import httpx
import pytest
from tests.support.acting import EUGENIA, acting_for
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mpower import MPower
from ghiseu.foundation.log import CHATTY
from ghiseu.foundation.outcomes import NotFoundThere, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.mandates.ports import PowerBetween, PowersQuestion, PowerState
from simulators.common.behaviour import Mode
from simulators.common.process import Running

VASILE, GHEORGHE, TUDOR, ANA, ION = (
    "2099050101850", "2099080102964", "2099230108510", "2099060102227", "2099020100746",
)  # fmt: skip
VALID, NOT_ENDING, UNKNOWN = "2026000000000011", "2026000000000031", "9999999999999999"
CIVIL, CADASTRE = "AT-0000101", "AT-0000301"
# Codes of powers in each state of the registry.
STATES = {
    PowerState.DRAFT: {"2026000000000041"},
    PowerState.PENDING_ACCEPTANCE: {"2026000000000042"},
    PowerState.PENDING_VALIDITY: {"2026000000000043"},
    PowerState.VALID: {"2026000000000047"},
    PowerState.SUSPENDED: {"2026000000000044"},
    PowerState.CANCELLED: {"2026000000000045", "2026000000000046"},
}
ACTING = acting_for(EUGENIA)
AT = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the machine's clock


def questions(registry: Running) -> list[tuple[str, int]]:
    """Return what was asked there, with the status of each answer."""
    return [(str(row["operation"]), int(str(row["status"]))) for row in registry.ledger()["questions"]]


def grant(registry: Running, **rights: object) -> None:
    httpx.post(f"{registry.url}/control/rights", json=rights, timeout=10).raise_for_status()


def act(registry: Running, code: str, what: str) -> None:
    httpx.post(f"{registry.url}/control/powers/{code}/{what}", json={}, timeout=10).raise_for_status()


class TestCode:
    def test_of_a_power_that_holds_is_true(self, mpower, registry):
        assert mpower.is_valid(VALID, acting=ACTING)
        assert questions(registry) == [("Code-True-One", 200)]

    @pytest.mark.parametrize("state", [state for state in PowerState if state is not PowerState.VALID])
    def test_of_one_that_does_not_is_false(self, mpower, state):
        assert not any(mpower.is_valid(code, acting=ACTING) for code in STATES[state])

    def test_that_nobody_has_is_not_found(self, mpower):
        with pytest.raises(NotFoundThere):
            mpower.is_valid(UNKNOWN, acting=ACTING)

    @pytest.mark.parametrize("code", ["", "123", "12345678901234567", "123456789012345x"])
    def test_of_another_form_is_refused_and_never_asked_about(self, mpower, registry, code):
        with pytest.raises(Refused):
            mpower.details(code, acting=ACTING)

        assert questions(registry) == []


class TestDetails:
    @pytest.mark.parametrize("shape", ["sample", "table"])
    def test_say_who_whom_what_and_until_when(self, mpower, registry, shape):
        grant(registry, shape=shape)

        power = mpower.details(VALID, acting=ACTING)

        assert (power.subject.number, power.representative.number) == (EUGENIA, VASILE)
        assert (power.subject.name, power.representative.name) == ("Eugenia Munteanu", "Vasile Rotaru")
        assert (power.type_code, power.is_valid) == (CIVIL, True)
        assert power.ends is not None
        assert power.ends.date().isoformat() == "2036-01-14"
        assert "Vasile Rotaru" in power.raw

    def test_of_one_without_end_have_none(self, mpower):
        power = mpower.details(NOT_ENDING, acting=ACTING)
        assert (power.ends, power.is_valid) == (None, True)

    def test_of_one_that_was_withdrawn_say_since_when(self, mpower, registry):
        act(registry, VALID, "revoke")

        power = mpower.details(VALID, acting=ACTING)

        assert (power.is_valid, power.ends) == (False, None)
        assert power.begins is not None

    def test_of_a_company_name_an_organisation(self, mpower):
        assert mpower.details("2026000000000051", acting=ACTING).subject.is_organisation

    def test_of_another_providers_power_may_be_hidden(self, mpower, registry):
        grant(registry, sees_all=False)

        assert mpower.details(VALID, acting=ACTING).code == VALID
        with pytest.raises(NotFoundThere):
            mpower.details("2026000000000012", acting=ACTING)


class TestBetween:
    def test_finds_the_power_of_the_type(self, mpower):
        found = mpower.between(type_code=CIVIL, subject=EUGENIA, representative=VASILE, acting=ACTING)
        assert found == PowerBetween(code=VALID, is_valid=True)

    def test_prefers_the_one_that_holds(self, mpower):
        found = mpower.between(type_code=CIVIL, subject=GHEORGHE, representative=TUDOR, acting=ACTING)
        assert found == PowerBetween(code="2026000000000047", is_valid=True)

    @pytest.mark.parametrize(
        ("type_code", "subject", "representative"),
        [(CIVIL, VASILE, EUGENIA), ("AT-0000102", EUGENIA, VASILE), (CIVIL, ANA, VASILE)],
    )
    def test_says_that_there_is_none(self, mpower, type_code, subject, representative):
        found = mpower.between(type_code=type_code, subject=subject, representative=representative, acting=ACTING)
        assert found == PowerBetween(code="", is_valid=False)

    @pytest.mark.parametrize(("type_code", "subject"), [("civil", EUGENIA), (CIVIL, "123")])
    def test_refuses_what_has_not_the_form(self, mpower, type_code, subject):
        with pytest.raises(Refused):
            mpower.between(type_code=type_code, subject=subject, representative=VASILE, acting=ACTING)


class TestList:
    @pytest.mark.parametrize("state", list(PowerState))
    def test_has_the_powers_of_one_state(self, mpower, state):
        found = mpower.listed(PowersQuestion(party=TUDOR, state=state), acting=ACTING)

        assert {one.code for one in found} == STATES[state]
        assert all(one.is_valid is (state is PowerState.VALID) for one in found)

    def test_has_both_given_and_held_unless_it_is_said(self, mpower, registry):
        made = {"by": VASILE, "to": TUDOR, "type": CIVIL}
        httpx.post(f"{registry.url}/control/powers", json=made, timeout=10).raise_for_status()

        everything = mpower.listed(PowersQuestion(party=VASILE), acting=ACTING)
        held = mpower.listed(PowersQuestion(party=VASILE, given_to=VASILE), acting=ACTING)
        given = mpower.listed(PowersQuestion(party=VASILE, given_by=VASILE), acting=ACTING)

        assert (len(everything), len(held), len(given)) == (3, 2, 1)

    def test_has_one_type(self, mpower):
        found = mpower.listed(PowersQuestion(party=VASILE, type_code=CADASTRE), acting=ACTING)
        assert [one.type_code for one in found] == [CADASTRE]

    def test_has_those_of_a_time(self, mpower):
        begins = datetime(2026, 9, 1, tzinfo=UTC)
        asked = PowersQuestion(party=ION, from_moment=begins, to_moment=datetime(2026, 12, 1, tzinfo=UTC))

        assert [one.type_code for one in mpower.listed(asked, acting=ACTING)] == ["AT-0000201"]

    def test_comes_in_pages_and_ends_with_an_empty_one(self, mpower):
        pages = [
            mpower.listed(PowersQuestion(party=TUDOR, page=page, per_page=5), acting=ACTING) for page in (0, 1, 2, 3)
        ]
        assert [len(one) for one in pages] == [5, 5, 2, 0]
        assert pages[0] == pages[1]

    def test_of_one_with_themselves_is_refused_and_never_asked(self, mpower, registry):
        with pytest.raises(Refused):
            mpower.listed(PowersQuestion(party=TUDOR, given_by=TUDOR, given_to=TUDOR), acting=ACTING)

        assert questions(registry) == []

    def test_whose_time_ends_before_it_begins_is_refused_there(self, mpower, registry):
        first, last = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)

        with pytest.raises(Refused) as refusal:
            mpower.listed(PowersQuestion(party=TUDOR, from_moment=first, to_moment=last), acting=ACTING)

        assert refusal.value.code == "400"
        assert questions(registry) == [("Idn-Details-List", 400)]


class TestPaper:
    def test_is_a_pdf(self, mpower):
        assert mpower.paper(VALID, acting=ACTING).startswith(b"%PDF-")

    def test_of_no_power_is_not_found(self, mpower):
        with pytest.raises(NotFoundThere):
            mpower.paper(UNKNOWN, acting=ACTING)


OPERATIONS = {
    "Code-True-One": lambda it: it.is_valid(VALID, acting=ACTING),
    "Code-Details-One": lambda it: it.details(VALID, acting=ACTING),
    "TypeCode-Valid-One": lambda it: it.between(type_code=CIVIL, subject=EUGENIA, representative=VASILE, acting=ACTING),
    "Idn-Details-List": lambda it: it.listed(PowersQuestion(party=VASILE), acting=ACTING),
    "file": lambda it: it.paper(VALID, acting=ACTING),
}


class TestWhenItMisbehaves:
    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize(
        "mode",
        [
            Mode.BEFORE_COMMIT_TIMEOUT,
            Mode.AFTER_COMMIT_TIMEOUT,
            Mode.CUT_ANSWER,
            Mode.SERVER_ERROR,
            Mode.SERVER_ERROR_AFTER_COMMIT,
            Mode.SLOW,
        ],
    )
    def test_silence_and_errors_mean_try_later(self, mpower, registry, operation, mode):
        registry.behave(mode, seconds=1.5, operations=[operation])

        with pytest.raises(TryLater):
            OPERATIONS[operation](mpower)

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_a_log_in_page_is_no_answer(self, mpower, registry, operation):
        registry.behave(Mode.GARBAGE)

        with pytest.raises(UnusableAnswer):
            OPERATIONS[operation](mpower)

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_a_right_that_lacks_is_a_refusal(self, mpower, registry, operation):
        grant(registry, endpoints=[])

        with pytest.raises(Refused) as refusal:
            OPERATIONS[operation](mpower)

        assert refusal.value.code == "403"

    def test_an_ended_certificate_is_not_believed(self, registry):
        registry.behave(Mode.EXPIRED_CERTIFICATE)
        tls = certificate_of(registry.folder.parent).client_context()
        fresh = MPower(url=f"{registry.system_url}/clients-api", limits=Limits(connect=2, answer=1), tls=tls)

        with pytest.raises(TryLater, match="certificate is not accepted"):
            fresh.is_valid(VALID, acting=ACTING)
        fresh.close()

    def test_a_list_about_other_people_is_never_used(self, mpower, registry):
        registry.behave(Mode.WRONG_SUBJECT)

        with pytest.raises(WrongSubject):
            mpower.listed(PowersQuestion(party=VASILE), acting=ACTING)

    def test_details_about_other_people_come_through_for_the_caller_to_compare(self, mpower, registry):
        registry.behave(Mode.WRONG_SUBJECT)

        power = mpower.details(VALID, acting=ACTING)

        assert power.code == VALID
        assert EUGENIA not in (power.subject.number, power.representative.number)

    def test_no_address_with_its_personal_numbers_is_logged(self, mpower, caplog):
        for name in CHATTY:
            caplog.set_level(logging.WARNING, logger=name)  # as the product configures it

        with caplog.at_level(logging.DEBUG, logger="ghiseu"):
            mpower.listed(PowersQuestion(party=VASILE), acting=ACTING)

        assert {"httpx", "httpcore"} <= set(CHATTY)
        assert VASILE not in caplog.text


class TestPage:
    """What people do on the page of the registry decides what systems are told."""

    def make(self, registry: Running, **given: object) -> httpx.Response:
        return httpx.post(f"{registry.url}/control/powers", json=given, timeout=10)

    def test_makes_a_power_that_holds_from_its_acceptance(self, mpower, registry):
        made = self.make(registry, by=ANA, to=VASILE, type=CIVIL, state="pending_acceptance").json()["code"]
        before = mpower.is_valid(made, acting=ACTING)

        act(registry, made, "accept")

        assert (before, mpower.is_valid(made, acting=ACTING)) == (False, True)

    def test_walks_through_all_states(self, mpower, registry):
        seen = []
        for what in ("sign", "accept", "suspend", "resume", "renounce"):
            act(registry, "2026000000000041", what)
            seen.append(mpower.is_valid("2026000000000041", acting=ACTING))

        assert seen == [False, True, False, True, False]

    @pytest.mark.parametrize(
        "given",
        [
            {"by": ANA, "to": ANA, "type": CIVIL},
            {"by": ANA, "to": "2000000000004", "type": CIVIL},
            {"by": ANA, "to": VASILE, "type": "AT-9999999"},
            {"by": ANA, "to": VASILE, "type": CIVIL, "days": "soon"},
        ],
    )
    def test_refuses_what_nobody_could_sign(self, registry, given):
        assert self.make(registry, **given).status_code == 409

    def test_refuses_an_act_that_the_state_does_not_allow(self, registry):
        url = f"{registry.url}/control/powers/2026000000000045/accept"
        assert httpx.post(url, json={}, timeout=10).status_code == 409

    def test_shows_every_power_with_what_can_be_done(self, registry):
        page = httpx.get(f"{registry.url}/control", timeout=10).text

        assert "Eugenia Munteanu" in page
        assert "/control/powers/2026000000000042/accept" in page
        assert "/control/powers/2026000000000045/" not in page

    def test_writes_each_question_down_before_it_answers(self, mpower, registry):
        registry.behave(Mode.AFTER_COMMIT_TIMEOUT, seconds=1.5)
        with pytest.raises(TryLater):
            mpower.is_valid(VALID, acting=ACTING)

        registry.behave(Mode.BEFORE_COMMIT_TIMEOUT, seconds=1.5)
        with pytest.raises(TryLater):
            mpower.is_valid(VALID, acting=ACTING)

        assert questions(registry) == [("Code-True-One", 200)]


class TestCheck:
    def test_says_that_all_is_well(self, mpower):
        found = mpower.check(at=AT)

        assert [one.level for one in found] == [Level.OK] * 3
        assert found[-1].fact == "MPower answers"

    def test_names_a_right_that_lacks_with_what_to_do(self, mpower, registry):
        grant(registry, endpoints=["file"])

        wrong = mpower.check(at=AT)[-1]

        assert (wrong.level, "403" in wrong.fact, "AllowedEndpoints" in wrong.next_step) == (Level.ERROR, True, True)

    @pytest.mark.parametrize("mode", [Mode.BEFORE_COMMIT_TIMEOUT, Mode.SERVER_ERROR, Mode.GARBAGE])
    def test_never_raises(self, mpower, registry, mode):
        registry.behave(mode, seconds=1.5)

        wrong = mpower.check(at=AT)[-1]

        assert wrong.level is Level.ERROR
        assert wrong.next_step

    def test_names_our_certificate_when_it_lacks(self, mpower, tmp_path):
        nothing = certificate_of(tmp_path)
        adapter = MPower(url="https://127.0.0.1:9", limits=Limits(connect=1, answer=1), tls=None, certificate=nothing)

        found = adapter.check(at=AT)
        adapter.close()

        assert [one.level for one in found] == [Level.ERROR, Level.ERROR]
        assert "our certificate" in found[0].fact
