"""A person takes home everything that the centres keep about them: on paper, and as a file in the documented form."""

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import jsonschema_rs
import pytest
from tests.desk.shop import DIMITAR, EUGENIA, ILINCA, LIDIA, enter
from tests.support.counter import all_of, ask_for, change, come, journaled, leave, place, scan, sign, tell

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.journeys.my_data_paper import NOT_PRINTED
from ghiseu.journeys.my_data_reading import without_numbers_of_others
from ghiseu.journeys.my_data_words import CODES, WORDS
from ghiseu.modules.applicants.models import Person, ReadingOutcome
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.cases.models import CallReason, Case, EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.models import DocumentKind
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.payments.models import PaymentOrderState
from ghiseu.modules.privacy.models import CorrectionState
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitOutcome

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "interfaces" / "my-data.schema.json"
GHEORGHE = "2099080102964"
EXTRACT = "asp.civil.extract-birth"
AT_MOST = 120  # seconds at the desk


@pytest.fixture
def at_lozova(shop):
    with scoped_to(shop.lidia.scope):
        yield shop


def given_file(browser) -> dict:
    answer = browser.post("/visit/my-data/file", {"visit": all_of(Visit)[-1].number})
    assert answer.status_code == 200
    return json.loads(answer.content)


def words_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", said.stdout.decode())


def centres_in(data: dict) -> dict[str, dict]:
    return {one["code"]: one for one in data["centres"]}


class TestFile:
    def test_has_the_documented_form(self, at_lozova):
        scan(at_lozova.number, "id_applicant", to=at_lozova.lidia, at=clock.now())
        sign(at_lozova.number, to=at_lozova.lidia, at=clock.now())

        data = given_file(enter(LIDIA))

        checker = jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text()), validate_formats=True)
        assert [str(one) for one in checker.iter_errors(data)] == []

    def test_has_everything_of_the_case(self, at_lozova):
        scan(at_lozova.number, "id_applicant", to=at_lozova.lidia, at=clock.now())
        sign(at_lozova.number, to=at_lozova.lidia, at=clock.now())
        tell(at_lozova.number, to=at_lozova.lidia, at=clock.now(), purpose="inheritance")

        case = centres_in(given_file(enter(LIDIA)))["LOZ"]["cases"][0]

        assert case["number"] == at_lozova.number
        values = {one["field"]: (one["value"], one["source"]) for one in case["fields"]}
        assert values["purpose"] == ("inheritance", "operator")
        assert [one["kind"] for one in case["documents"]] != []
        assert {"explicit_request", "processing_consent"} <= {one["kind"] for one in case["evidence"]}
        assert all(len(one["sha256"]) == 64 for one in case["documents"])

    def test_is_handed_over_as_a_download_that_the_browser_does_not_keep(self, at_lozova):
        answer = enter(LIDIA).post("/visit/my-data/file")

        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert EUGENIA not in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store"

    def test_is_an_export_in_the_journal_of_the_person(self, at_lozova):
        given_file(enter(LIDIA))

        (row,) = journaled("journeys.data.exported")
        assert (row.subject_idnp, row.details, row.legal_basis) == (
            EUGENIA,
            {"form": "file", "centres": 1},
            "Legea 195/2024",
        )

    def test_masks_the_numbers_of_other_people_in_what_registers_said(self, at_lozova):
        data = given_file(enter(LIDIA))

        facts = json.dumps([one["facts"] for one in data["centres"][0]["readings"]], ensure_ascii=False)
        assert [one for one in re.findall(r"\b[02]\d{12}\b", facts) if one != EUGENIA] == []
        said = {"family": [{"idnp": GHEORGHE, "full_name": "Gheorghe"}], "idnp": EUGENIA}
        masked = without_numbers_of_others(said, own=EUGENIA)
        assert masked == {"family": [{"idnp": "••••••••••964", "full_name": "Gheorghe"}], "idnp": EUGENIA}

    def test_names_no_operator(self, at_lozova):
        assert "Lidia" not in json.dumps(given_file(enter(LIDIA)), ensure_ascii=False)

    def test_says_who_received_and_who_looked(self, at_lozova):
        data = given_file(enter(LIDIA))

        assert [one for one in data["look_ups"] if one["number"] == at_lozova.number] != []
        assert data["recipients"] == []

    def test_of_a_matter_of_somebody_else_says_only_that_it_was_asked_for(self, at_lozova):
        (case,) = all_of(Case)
        with transaction():
            eugenia, other = case.holder, somebody_else(at_lozova)
            mandate = guardian(eugenia, of=other)
        change(case, applicant=eugenia, holder=other, mandate=mandate)

        kept = centres_in(given_file(enter(LIDIA)))["LOZ"]

        assert kept["cases"] == []
        (case,) = kept["cases_for_others"]
        assert set(case) == {"number", "service_code", "service", "institution", "state", "opened_at"}


def somebody_else(shop) -> Person:
    """Return another person whom the centre knows."""
    return Person.objects.create(
        centre_id=shop.lidia.centre_id, idnp_index=b"x" * 32, idnp=GHEORGHE, first_seen_at=clock.now()
    )


def guardian(representative: Person, *, of: Person) -> Mandate:
    """Return the mandate of a guardian."""
    return Mandate.objects.create(
        centre_id=of.centre_id,
        subject=of,
        representative=representative,
        kind="guardian",
        evidence="paper",
        confirmed_by="paper",
        recorded_at=clock.now(),
        recorded_by_id=1,
    )


class TestRestrictedCase:
    @pytest.mark.parametrize(("who", "is_told"), [(LIDIA, False), (ILINCA, True)])
    def test_is_given_by_those_who_answer_for_the_data(self, at_lozova, who, is_told):
        change(all_of(Case)[0], restricted_at=clock.now(), restricted_by_id=1, restriction_reason="objection 7")

        leave(all_of(Visit)[0], to=at_lozova.lidia, at=clock.now())
        come(EUGENIA, to=place(who), at=clock.now())
        browser = enter(who)
        (case,) = centres_in(given_file(browser))["LOZ"]["cases"]

        assert (case["number"], case["is_restricted"]) == (at_lozova.number, True)
        assert bool(case["fields"]) is is_told
        assert "șeful centrului" in words_of(browser.get("/visit/my-data/paper").content)


class TestOtherCentres:
    @pytest.fixture
    def tvardita(self, shop):
        """Eugenia asked for something at Tvardița; Gheorghe too."""
        desk, before = place(DIMITAR, centre="TVA"), clock.now() - timedelta(days=30)
        with scoped_to(desk.scope):
            visit = come(EUGENIA, to=desk, at=before)
            ask_for(EXTRACT, visit=visit, to=desk, at=before)
            leave(visit, to=desk, at=before)
            visit = come(GHEORGHE, to=desk, at=before)
            ask_for(EXTRACT, visit=visit, to=desk, at=before)
            leave(visit, to=desk, at=before)
        return desk

    def test_are_in_it_when_their_journal_names_the_person(self, at_lozova, tvardita):
        found = centres_in(given_file(enter(LIDIA)))

        assert set(found) == {"LOZ", "TVA"}
        assert [len(one["cases"]) for one in found.values()] == [1, 1]
        assert {one["person"]["idnp"] for one in found.values()} == {EUGENIA}

    def test_keep_what_they_have_about_others(self, at_lozova, tvardita):
        data = given_file(enter(LIDIA))

        assert GHEORGHE not in json.dumps(data)

    def test_are_not_read_when_they_know_nothing_of_the_person(self, at_lozova):
        assert set(centres_in(given_file(enter(LIDIA)))) == {"LOZ"}

    def test_are_as_closed_as_before_when_it_was_read(self, at_lozova, tvardita):
        given_file(enter(LIDIA))

        assert {one.centre_id for one in all_of(JournalRecord)} == {at_lozova.lidia.centre_id}
        assert len(all_of(Case)) == 1


class TestPaper:
    def test_says_the_same_in_large_print_within_two_minutes(self, at_lozova):
        began = perf_counter()
        answer = enter(LIDIA).get("/visit/my-data/paper")
        took = perf_counter() - began

        said = words_of(answer.content)
        assert answer["Content-Type"] == "application/pdf"
        assert "Datele mele la centru" in said
        assert at_lozova.number in said
        assert EUGENIA in said
        assert "Lidia" not in said
        assert took < AT_MOST

    @pytest.mark.parametrize("language", ["ro", "ru", "en"])
    def test_prints_labels_in_words(self, at_lozova, language):
        change(all_of(Visit)[0], language=language)

        said = words_of(enter(LIDIA).get("/visit/my-data/paper?size=normal").content)

        index = {"ro": 0, "ru": 1, "en": 2}[language]
        assert WORDS["look_ups"][index] in said
        assert "identity_card" not in said
        assert CODES["draft"][index] in said

    def test_is_one_key_away_from_the_visit(self, shop):
        page = enter(LIDIA).get("/visit").content.decode()

        link = re.search(r'<a href="/visit/my-data/paper"[^>]*data-key="([^"]+)"', page)
        keys = re.findall(r'data-key="([^"]+)"', page)
        assert keys.count(link[1]) == 1

    def test_has_words_for_every_code(self):
        lists = (
            CaseState, DocumentKind, EvidenceKind, EvidenceMethod, PaymentOrderState, AppointmentState, ReadingOutcome,
            CorrectionState, MandateKind, IdentifiedBy, CallReason, VisitOutcome,
        )  # fmt: skip
        assert {value for one in lists for value in one.values} - set(CODES) == set()

    def test_has_words_for_everything_that_the_file_may_hold(self):
        def names(part: object) -> set[str]:
            if isinstance(part, list):
                return {name for one in part for name in names(one)}
            if not isinstance(part, dict):
                return set()
            own = set(part.get("properties", {}))
            return own | {name for one in part.values() for name in names(one)}

        unnamed = names(json.loads(SCHEMA.read_text())["$defs"]) - set(WORDS) - NOT_PRINTED

        # The name of the centre stands above; values of a form under the labels of the form.
        assert unnamed == {"code", "value", "shown", "changed_at"}


class TestWithoutADocument:
    @pytest.mark.parametrize(("method", "path"), [("get", "/visit/my-data/paper"), ("post", "/visit/my-data/file")])
    def test_nothing_is_given(self, at_lozova, method, path):
        leave(all_of(Visit)[0], to=at_lozova.lidia, at=clock.now())
        come(EUGENIA, to=at_lozova.lidia, by=IdentifiedBy.NOT_SEEN, at=clock.now())

        answer = getattr(enter(LIDIA), method)(path)

        assert answer.status_code == 403
        assert journaled("journeys.data.exported") == []
