"""No sequence of what an operator does proves who the citizen is, and typing a number makes nobody surer.

The assurance of a visit follows from the document that was seen when it began. Whatever is done afterwards at the desk
(the same or another number typed, a mandate claimed, the number revealed, a case opened, the screen locked) leaves it
as it was; and nothing that the product writes down says "authenticated".
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction as django_transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.desk.shop import LIDIA, enter
from tests.support import counter
from tests.support.cards import identity_card
from tests.support.platform_place import registers_of
from tests.support.recorded_registers import RecordedRegisters

from ghiseu.foundation.access import Assurance, scoped_to, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.cases.models import Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitState
from ghiseu.modules.visits.operations import Identification
from simulators.common.process import Running

EUGENIA, GHEORGHE = "2099010100376", "2099080102964"
CARD = identity_card(idnp=EUGENIA, surname="MUNTEANU", given_name="EUGENIA", born=date(1958, 11, 3))
SERVICE = "mai.criminal-record"
SEEN = st.sampled_from([*IdentifiedBy.values, "", "authenticated", "mpass"])
TYPED = st.sampled_from([EUGENIA, f" {EUGENIA[:4]} {EUGENIA[4:]} ", GHEORGHE, CARD, "2099010100377", ""])
ORDER = [Assurance.NONE, Assurance.DOCUMENT_SEEN, Assurance.DOCUMENT_READ]


class TestIdentification:
    @given(by=st.sampled_from(IdentifiedBy), machine=st.booleans(), note=st.text(), says=st.text())
    def test_gives_what_was_seen_and_never_more(self, by, machine, note, says):
        found = Identification(by=by, machine_read=machine, document_note=note, document_says={"surname": says})
        plain = Identification(by=by, machine_read=machine)

        assert found.assurance in ORDER
        assert found.assurance == plain.assurance
        assert (found.assurance == Assurance.NONE) == (by == IdentifiedBy.NOT_SEEN)


class TestNumberAlone:
    def test_opens_no_visit_before_somebody_says_what_they_saw(self, lozova: AtDesk, browser: Client) -> None:
        answer = browser.post("/visits", {"who": EUGENIA})

        assert answer.status_code == 422
        assert 'id="f-seen-error"' in answer.content.decode()
        assert counter.all_of(Visit) == []

    @pytest.mark.parametrize("seen", ["not_seen", "unheard-of"])
    def test_makes_nobody_surer(self, lozova: AtDesk, browser: Client, seen: str) -> None:
        browser.post("/visits", {"who": EUGENIA, "seen": seen})

        assert [(one.identified_by, one.assurance) for one in counter.all_of(Visit)] == [("not_seen", "none")]

    def test_has_no_answer_chosen_for_it(self, lozova: AtDesk, browser: Client) -> None:
        page = browser.get("/").content.decode()

        assert "checked" not in page[page.index("<main") : page.index("</main")]
        assert [one for one in IdentifiedBy.values if f'name="seen" value="{one}"' not in page] == []

    def test_of_a_foreigner_is_asked_as_well(self, lozova: AtDesk, browser: Client) -> None:
        told = {"who": "", "document": "AB 123 456", "surname": "Popa", "issuing_state": "ROU"}

        assert browser.post("/visits", told).status_code == 422
        assert browser.post("/visits", {**told, "seen": "foreign_document"}).status_code == 302
        assert [one.assurance for one in counter.all_of(Visit)] == ["document-seen"]

    def test_needs_no_answer_beside_the_lines_of_a_document(self, lozova: AtDesk, browser: Client) -> None:
        assert browser.post("/visits", {"who": CARD}).status_code == 302
        assert [one.assurance for one in counter.all_of(Visit)] == ["document-read"]


class OneDesk(RuleBasedStateMachine):
    """An operator who tries whatever a desk offers."""

    lozova: AtDesk

    def __init__(self) -> None:
        super().__init__()
        self.undone = django_transaction.atomic()  # noqa: TID251 - each example is undone
        self.undone.__enter__()
        self.at_beginning: dict[str, str] = {}

    def teardown(self) -> None:
        django_transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def sits_down(self) -> None:
        self.browser: Client = enter(LIDIA)

    @rule(who=TYPED, seen=SEEN)
    def identifies(self, who: str, seen: str) -> None:
        before = self._open()
        self.browser.post("/visits", {"who": who, "seen": seen, "assurance": "authenticated"})
        visit = self._open()
        if before is None and visit is not None:
            seen_one = seen in set(IdentifiedBy.values) - {IdentifiedBy.NOT_SEEN}
            most = Assurance.DOCUMENT_READ if who == CARD else ORDER[seen_one]
            assert visit.assurance == most

    @rule(kind=st.sampled_from(MandateKind.values), subject=st.sampled_from([GHEORGHE, EUGENIA]))
    def claims_a_mandate(self, kind: str, subject: str) -> None:
        self.browser.post("/visit/for", {"kind": kind, "subject": subject, "evidence_number": "123/2026"})

    @rule(act=st.sampled_from(["reveal", "for-oneself", "contact"]))
    def presses(self, act: str) -> None:
        self.browser.post(f"/visit/{act}", {"assurance": "authenticated", "identified_by": "mpass", "language": "ro"})

    @rule()
    def opens_a_case(self) -> None:
        self.browser.post(f"/services/{SERVICE}/open", {"command_id": str(uuid4()), "assurance": "authenticated"})

    @rule()
    def looks_again(self) -> None:
        self.browser.get("/visit")

    @rule()
    def ends(self) -> None:
        self.browser.post("/visit/end", {"outcome": "served"})

    @invariant()
    def nobody_is_surer_than_at_the_beginning(self) -> None:
        with scoped_to(self.lozova.scope), transaction():
            for number, assurance in Visit.objects.order_by("pk").values_list("number", "assurance"):
                assert self.at_beginning.setdefault(number, assurance) == assurance
            for model in (Visit, JournalRecord):
                assert not model._default_manager.filter(assurance=Assurance.AUTHENTICATED).exists()
            surer = [one for one in Evidence.objects.order_by("pk") if "authenticated" in str(vars(one))]
            assert surer == []

    def _open(self) -> Visit | None:
        with scoped_to(self.lozova.scope), transaction():
            return Visit.objects.filter(state=VisitState.OPEN).first()


@pytest.fixture
def lozova_at_work(
    db: None, as_owner: Callable[[], AbstractContextManager[None]], exchange_process: Running
) -> Iterator[AtDesk]:
    with as_owner():
        counter.stock(SERVICE)
    exchange_process.reset()
    adapter = registers_of(exchange_process)
    with registers.serving("mconnect", RecordedRegisters(adapter)):
        yield counter.place()
    adapter.close()


def test_no_sequence_of_acts_makes_anybody_surer(lozova_at_work: AtDesk) -> None:
    machine = type("DeskOfThisRun", (OneDesk,), {"lozova": lozova_at_work})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=True,
        ),
    )
    with scoped_to(lozova_at_work.scope), transaction():
        assert Visit.objects.count() == 0  # every example was undone
