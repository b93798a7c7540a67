"""Each way of agreeing rests on something, and the database refuses evidence that does not say on what."""

import pytest
from django.db import DatabaseError
from tests.support.counter import ILINCA, NOON

from ghiseu.foundation.access import transaction
from ghiseu.modules.cases import agreeing, evidence
from ghiseu.modules.cases.agreeing_models import ShownText, WitnessTask
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.models import EvidenceKind, EvidenceMethod
from ghiseu.modules.centres.models import CitizenScreen, Operator


def request(method: EvidenceMethod, **more: object) -> Taken:
    return Taken(**{"kind": EvidenceKind.EXPLICIT_REQUEST, "method": method, "text": "Cer.", **more})


def screen_at(lozova) -> CitizenScreen:
    return CitizenScreen.objects.create(
        centre_id=lozova.at_desk.centre_id,
        desk_id=lozova.at_desk.desk_id,
        secret_hash="a" * 64,
        paired_at=NOON,
        paired_by_id=lozova.at_desk.operator_id,
        seen_at=NOON,
    )


def check_refused(lozova, taken: Taken, constraint: str) -> None:
    with lozova.at_work(), pytest.raises(DatabaseError, match=constraint), transaction():
        evidence.take(case=lozova.case, taken=taken, acting=lozova.acting, at=NOON)


class TestTouch:
    def test_names_its_screen(self, lozova) -> None:
        check_refused(lozova, request(EvidenceMethod.CITIZEN_TOUCH), "cases_touch_has_text_and_screen")

    def test_has_a_text(self, lozova) -> None:
        with lozova.at_work():
            screen = screen_at(lozova)
        taken = request(EvidenceMethod.CITIZEN_TOUCH, text="", screen_id=screen.pk)

        check_refused(lozova, taken, "cases_touch_has_text_and_screen")


class TestSpoken:
    def test_names_its_witness(self, lozova) -> None:
        taken = request(EvidenceMethod.SPOKEN_BEFORE_WITNESS)

        check_refused(lozova, taken, "cases_spoken_agreement_has_text_and_another_witness")

    def test_is_not_witnessed_by_who_read_it(self, lozova) -> None:
        taken = request(EvidenceMethod.SPOKEN_BEFORE_WITNESS, witness_id=lozova.acting.operator_id)

        check_refused(lozova, taken, "cases_spoken_agreement_has_text_and_another_witness")

    def test_is_kept_with_another_witness(self, lozova) -> None:
        with lozova.at_work():
            witness = Operator.objects.by_idnp(ILINCA)
            taken = request(EvidenceMethod.SPOKEN_BEFORE_WITNESS, witness_id=witness.pk)

            made = evidence.take(case=lozova.case, taken=taken, acting=lozova.acting, at=NOON)

        assert (made.witness_id, made.taken_by_id) == (witness.pk, lozova.acting.operator_id)

    def test_task_is_not_done_by_who_asked(self, lozova) -> None:
        with lozova.at_work():
            task = agreeing.ask_witness(
                case=lozova.case, visit_id=lozova.visit.pk, text_sha256="a" * 64, acting=lozova.acting, at=NOON
            )
            with pytest.raises(DatabaseError, match="cases_nobody_witnesses_their_own_reading"), transaction():
                agreeing.close_witnessed(task, witness_id=lozova.acting.operator_id, at=NOON)
            with pytest.raises(DatabaseError, match="cases_witnessed_task_names_the_witness"), transaction():
                WitnessTask.objects.update(done_at=NOON)


class TestGuardian:
    def test_names_the_mandate(self, lozova) -> None:
        taken = request(EvidenceMethod.GUARDIAN, document_sha256="a" * 64)

        check_refused(lozova, taken, "cases_guardian_has_text_mandate_and_scan_or_screen")


class TestShownText:
    def test_is_noted_once_and_never_changed(self, lozova) -> None:
        with lozova.at_work():
            order = agreeing.put_on_screen(
                case=lozova.case,
                visit_id=lozova.visit.pk,
                screen_id=screen_at(lozova).pk,
                acting=lozova.acting,
                at=NOON,
            )
            first = agreeing.note_shown(order, text_sha256="a" * 64, at=NOON)

            assert agreeing.note_shown(order, text_sha256="a" * 64, at=NOON).pk == first.pk
            assert agreeing.note_shown(order, text_sha256="b" * 64, at=NOON).pk != first.pk
            assert agreeing.note_shown(order, text_sha256="a" * 64, at=NOON).pk != first.pk
        with lozova.at_work(), pytest.raises(DatabaseError), transaction():
            ShownText.objects.update(shown_at=NOON)


class TestSameTextAfterAnother:
    def test_is_evidence_of_its_own(self, lozova) -> None:
        with lozova.at_work():
            screen = screen_at(lozova)
            texts = ("Cer.", "Cer altceva.", "Cer.")
            made = [
                evidence.take(
                    case=lozova.case,
                    taken=request(EvidenceMethod.CITIZEN_TOUCH, text=text, screen_id=screen.pk),
                    acting=lozova.acting,
                    at=NOON,
                ).pk
                for text in texts
            ]

            newest = evidence.newest_request(lozova.case, needs_paper=False)

        assert len(set(made)) == 3
        assert newest is not None
        assert newest.pk == made[2]
