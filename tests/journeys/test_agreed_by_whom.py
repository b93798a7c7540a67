"""The sealed record names who stood at the desk when it was agreed or withdrawn, and the mandate that they acted on."""

import json

import pytest
from tests.support.counter import (
    LATER,
    NOON,
    act_for,
    all_of,
    ask_for,
    case_of,
    change,
    come,
    journaled,
    leave,
    opened,
    scan_all,
    sign,
)

from ghiseu.foundation.access import transaction
from ghiseu.journeys.confirm_request import How, keep_agreed, texts_of
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import NobodyIsHere, acting_on
from ghiseu.journeys.revoke_agreement import revoke_agreement
from ghiseu.modules.cases.models import Evidence, EvidenceMethod
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.bundle_models import AgreementContent
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.visits.models import Visit
from ghiseu.modules.visits.queries import visit_of
from simulators.common.process import Running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA, DARIA, TUDOR = "2099010100376", "2099040101480", "2099230108510"
REASON = "M-am răzgândit."

pytestmark = pytest.mark.usefixtures("exchange")


def on_a_power(visit: Visit, to: AtDesk) -> None:
    act_for(visit, DARIA, MandateKind.NOTARISED_POWER, to=to, paper="N-77")


def sealed(number: str, *, kind: str = "agreement") -> list[dict[str, object]]:
    """Return what the records of the request will say."""
    contents = [json.loads(one.content) for one in all_of(AgreementContent, case__number=number, kind=kind)]
    return [one for one in contents if one["kind"] == "explicit_request"]


def agree(number: str, *, to: AtDesk) -> None:
    """Keep an agreement of whoever is here now, as by touch but for the screen."""
    with transaction():
        file = opened(number, to=to)
        acting = acting_on(file.case, at_desk=to, package=file.package, reason="agreed")
        how = How(method=EvidenceMethod.HAND_SIGNATURE, document_sha256="a" * 64)
        keep_agreed(file, texts=texts_of(file), how=how, acting=acting, at=NOON)


@pytest.fixture
def opened_by_another(lozova: AtDesk) -> str:
    """Let Eugenia open a case for Daria, on a power, and leave."""
    visit = come(EUGENIA, to=lozova)
    on_a_power(visit, lozova)
    number = ask_for(BIRTH, visit=visit, to=lozova)
    leave(visit, to=lozova)
    return number


class TestPresent:
    def test_is_who_agreed_and_not_who_opened_the_case(self, opened_by_another: str, lozova: AtDesk) -> None:
        visit = come(DARIA, to=lozova, at=LATER)
        scan_all(opened_by_another, to=lozova)
        sign(opened_by_another, to=lozova)

        [said] = sealed(opened_by_another)
        assert said["present"]["idnp"] == DARIA
        assert said["identity"]["visit"] == visit.number
        assert said["acting"]["represented_by_idnp"] == ""
        assert said["mandate"] is None
        [kept] = all_of(Evidence, case__number=opened_by_another, kind="explicit_request")
        assert (kept.method, kept.mandate_id) == ("hand_signature", None)

    def test_is_the_representative_when_they_agree(self, opened_by_another: str, lozova: AtDesk) -> None:
        come(EUGENIA, to=lozova, at=LATER)
        scan_all(opened_by_another, to=lozova)
        sign(opened_by_another, to=lozova)

        [said] = sealed(opened_by_another)
        assert said["present"]["idnp"] == EUGENIA
        assert said["mandate"]["kind"] == "notarised_power"

    def test_of_a_withdrawal_is_who_withdrew(self, opened_by_another: str, lozova: AtDesk) -> None:
        first = come(EUGENIA, to=lozova)
        scan_all(opened_by_another, to=lozova)
        sign(opened_by_another, to=lozova)
        leave(first, to=lozova)
        come(DARIA, to=lozova, at=LATER)

        revoke_agreement(number=opened_by_another, reason=REASON, at_desk=lozova, at=LATER)

        [agreed], [taken_back] = sealed(opened_by_another), sealed(opened_by_another, kind="revocation")
        assert (agreed["present"]["idnp"], taken_back["present"]["idnp"]) == (EUGENIA, DARIA)


class TestRepresentative:
    @pytest.fixture
    def own(self, lozova: AtDesk) -> str:
        """Let Daria open her own case and leave; then Eugenia comes with a power of hers."""
        visit = come(DARIA, to=lozova)
        number = ask_for(BIRTH, visit=visit, to=lozova)
        scan_all(number, to=lozova)
        leave(visit, to=lozova)
        on_a_power(come(EUGENIA, to=lozova), lozova)
        return number

    def test_signs_as_such_on_the_mandate_of_the_visit(self, own: str, lozova: AtDesk) -> None:
        sign(own, to=lozova)

        [kept] = all_of(Evidence, case__number=own, kind="explicit_request")
        [mandate] = all_of(Mandate)
        assert (kept.method, kept.mandate_id) == ("guardian", mandate.pk)
        assert kept.details["by"] == "hand_signature"
        [said] = sealed(own)
        assert (said["present"]["idnp"], said["mandate"]["kind"]) == (EUGENIA, "notarised_power")

    def test_cannot_agree_when_the_mandate_has_ended(self, own: str, lozova: AtDesk) -> None:
        change(all_of(Mandate)[0], valid_until=NOON.date().replace(year=2020))

        with pytest.raises(NotReady) as refused:
            agree(own, to=lozova)

        assert refused.value.lacks == ["mandate"]
        assert all_of(Evidence, case__number=own, kind="explicit_request") == []

    def test_is_not_taken_for_another_who_agreed_to_the_same(self, own: str, lozova: AtDesk) -> None:
        agree(own, to=lozova)
        change(all_of(Mandate)[0], revoked_on=NOON.date().replace(year=2020))
        with transaction():
            visit = visit_of(lozova)
        assert visit is not None
        act_for(visit, DARIA, MandateKind.NOTARISED_POWER, to=lozova, paper="N-78")

        agree(own, to=lozova)

        kept = all_of(Evidence, case__number=own, kind="explicit_request")
        assert len({one.mandate_id for one in kept}) == len(kept) == 2


class TestWithdrawal:
    @pytest.fixture
    def signed(self, lozova: AtDesk) -> str:
        visit = come(EUGENIA, to=lozova)
        number = ask_for(BIRTH, visit=visit, to=lozova)
        scan_all(number, to=lozova)
        sign(number, to=lozova)
        leave(visit, to=lozova)
        return number

    def check_refused(self, number: str, lozova: AtDesk) -> None:
        with pytest.raises(NobodyIsHere):
            revoke_agreement(number=number, reason=REASON, at_desk=lozova, at=LATER)

        assert case_of(number).state == "draft"
        assert sealed(number, kind="revocation") == []
        assert journaled("documents.agreement.withdrawn") == []

    def test_is_refused_with_nobody_at_the_desk(self, signed: str, lozova: AtDesk) -> None:
        self.check_refused(signed, lozova)

    def test_is_refused_while_somebody_else_is_there(self, signed: str, lozova: AtDesk) -> None:
        come(TUDOR, to=lozova)

        self.check_refused(signed, lozova)

    def test_is_refused_on_a_mandate_that_ended(self, lozova: AtDesk, opened_by_another: str) -> None:
        first = come(EUGENIA, to=lozova)
        scan_all(opened_by_another, to=lozova)
        sign(opened_by_another, to=lozova)
        leave(first, to=lozova)
        come(EUGENIA, to=lozova)
        change(all_of(Mandate)[0], revoked_on=NOON.date())

        self.check_refused(opened_by_another, lozova)

    def test_is_taken_of_the_person_who_came(self, signed: str, lozova: AtDesk, exchange: Running) -> None:
        come(EUGENIA, to=lozova)

        revoke_agreement(number=signed, reason=REASON, at_desk=lozova, at=LATER)

        assert [one["present"]["idnp"] for one in sealed(signed, kind="revocation")] == [EUGENIA]
