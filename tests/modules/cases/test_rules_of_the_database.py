"""What may not be, even if the code forgets: the database refuses it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError
from tests.support.counter import NOON

from ghiseu.foundation.access import NoTransaction, transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.modules.cases import commands, evidence, fields, operations
from ghiseu.modules.cases.commands import CommandBelongsToAnother
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.fields import CaseIsNotEditable, FieldChangedMeanwhile, RegisterValueStands
from ghiseu.modules.cases.models import CallReason, CallTask, Case, CaseField, Evidence, EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.states import CaseState, Outcome


class TestCase:
    def test_that_is_stopped_says_why(self, lozova) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="cases_stopped_case_says_why"), transaction():
            Case.objects.update(state="stopped")

    def test_that_ended_says_when_and_how(self, lozova) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="cases_ended_case_says_when_and_how"), transaction():
            Case.objects.update(state="done")

    def test_for_another_has_a_mandate(self, lozova) -> None:
        with lozova.at_work():
            other = lozova.visit.person
            other.pk, other.idnp_index = None, b"x" * 32
            other.save()
            with pytest.raises(DatabaseError, match="cases_case_for_another_has_a_mandate"), transaction():
                Case.objects.update(holder=other)

    def test_takes_no_step_that_the_table_lacks(self, lozova) -> None:
        with lozova.at_work():
            case = operations.locked(lozova.case.pk)
            with pytest.raises(StepNotAllowed):
                operations.move(case, CaseState.RESULT_READY, acting=lozova.acting, at=NOON)

            assert Case.objects.get().state == "draft"

    def test_frees_its_matter_when_it_ends(self, lozova) -> None:
        with lozova.at_work():
            operations.claim_matters(["a|1"], case_number=lozova.case.number, centre_name="L", on=NOON.date())
            case = operations.locked(lozova.case.pk)
            operations.move(case, CaseState.CLOSED, acting=lozova.acting, at=NOON, outcome=Outcome.WITHDRAWN)

            assert operations.find_open_matter(["a|1"]) is None


class TestEvidence:
    def test_signed_by_hand_has_text_and_scan(self, lozova) -> None:
        taken = Taken(kind=EvidenceKind.EXPLICIT_REQUEST, method=EvidenceMethod.HAND_SIGNATURE, text="Cer.")

        with (
            lozova.at_work(),
            pytest.raises(DatabaseError, match="cases_hand_signed_evidence_has_text_and_scan"),
            transaction(),
        ):
            evidence.take(case=lozova.case, taken=taken, acting=lozova.acting, at=NOON)

    def test_is_taken_once_and_never_changed(self, lozova) -> None:
        taken = Taken(kind=EvidenceKind.OPERATOR_ACT, method=EvidenceMethod.RECORDED)
        with lozova.at_work():
            first = evidence.take(case=lozova.case, taken=taken, acting=lozova.acting, at=NOON)
            again = evidence.take(case=lozova.case, taken=taken, acting=lozova.acting, at=NOON + timedelta(hours=1))
        assert first.pk == again.pk

        with lozova.at_work(), pytest.raises(DatabaseError), transaction():
            Evidence.objects.update(language="ru")


class TestField:
    def prefill(self, lozova) -> None:
        known = {"birth_date": ("1958-11-03", "RSP", NOON)}
        fields.prefill(case=lozova.case, values=known, by_id=lozova.acting.operator_id, at=NOON)

    def save(self, lozova, value: str, *, seen: int, field: str = "purpose", **more: bool):
        return fields.save_field(
            case=lozova.case, field=field, value=value, seen_version=seen, acting=lozova.acting, at=NOON, **more
        )

    def test_is_not_overwritten_silently_by_who_saw_an_older_value(self, lozova) -> None:
        with lozova.at_work():
            self.save(lozova, "inheritance", seen=0)

            with pytest.raises(FieldChangedMeanwhile) as change:
                self.save(lozova, "travel", seen=0)

        assert (change.value.theirs, change.value.version) == ("inheritance", 1)

    def test_saved_again_with_the_same_value_changes_nothing(self, lozova) -> None:
        with lozova.at_work():
            self.save(lozova, "inheritance", seen=0)

            assert self.save(lozova, "inheritance", seen=0).version == 1

    def test_of_a_register_stands(self, lozova) -> None:
        with lozova.at_work():
            self.prefill(lozova)

            with pytest.raises(RegisterValueStands):
                self.save(lozova, "1958-03-11", seen=1, field="birth_date")

    def test_that_a_register_only_proposes_may_be_replaced(self, lozova) -> None:
        with lozova.at_work():
            self.prefill(lozova)

            saved = self.save(lozova, "1958-03-11", seen=1, field="birth_date", register_stands=False)

        assert (saved.value, saved.source, saved.read_at) == ("1958-03-11", "operator", None)

    def test_that_is_disputed_says_on_what_paper(self, lozova) -> None:
        with lozova.at_work():
            self.prefill(lozova)
            with pytest.raises(DatabaseError, match="cases_dispute_says_its_evidence"), transaction():
                CaseField.objects.update(is_disputed=True)

    def test_of_a_sent_file_stands(self, lozova) -> None:
        with lozova.at_work():
            Case.objects.update(state="sending")
            lozova.case.refresh_from_db()

            with pytest.raises(CaseIsNotEditable):
                self.save(lozova, "inheritance", seen=0)


class TestCommand:
    def test_has_its_effect_once_and_one_answer(self, lozova) -> None:
        done: list[str] = []

        def do() -> dict[str, str]:
            done.append("done")
            return {"number": f"N-{len(done)}"}

        for _ in range(2):
            with lozova.at_work():
                answer = commands.once(command="press-1", name="open-case", acting=lozova.acting, at=NOON, do=do)

        assert (answer, done) == ({"number": "N-1"}, ["done"])

    def test_is_not_used_for_two_things(self, lozova) -> None:
        with lozova.at_work():
            commands.once(command="press-1", name="open-case", acting=lozova.acting, at=NOON, do=dict)

            with pytest.raises(CommandBelongsToAnother):
                commands.once(command="press-1", name="submit-case", acting=lozova.acting, at=NOON, do=dict)

    def test_that_failed_may_be_pressed_again(self, lozova) -> None:
        def fail() -> dict[str, str]:
            raise StepNotAllowed

        with pytest.raises(StepNotAllowed), lozova.at_work():
            commands.once(command="press-1", name="open-case", acting=lozova.acting, at=NOON, do=fail)

        with lozova.at_work():
            assert commands.once(command="press-1", name="open-case", acting=lozova.acting, at=NOON, do=dict) == {}


class TestCallList:
    def test_has_one_open_task_for_each_reason(self, lozova) -> None:
        with lozova.at_work():
            for _ in range(2):
                operations.ask_to_call(lozova.case, CallReason.ALARM, on=NOON.date(), at=NOON)
            operations.ask_to_call(lozova.case, CallReason.REFUSED, on=NOON.date(), at=NOON)

            assert CallTask.objects.count() == 2
            with pytest.raises(IntegrityError), transaction():
                CallTask.objects.create(
                    centre_id=lozova.at_desk.centre_id,
                    case=lozova.case,
                    reason="alarm",
                    due_on=NOON.date(),
                    made_at=NOON,
                )


class TestOperation:
    @pytest.mark.django_db(transaction=True)
    def test_demands_a_transaction(self, lozova) -> None:
        with pytest.raises(NoTransaction):
            operations.ask_to_call(lozova.case, CallReason.ALARM, on=NOON.date(), at=NOON)
