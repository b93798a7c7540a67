"""The institution's own pages: the control page, the verification page, and the portal without an interface."""

import re
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from tests.adapters.institution_api.conftest import EUGENIA, acting_for, parcel_of

from simulators.asp import profile as asp_profile
from simulators.cadastre.profile import write_result
from simulators.common import clock
from simulators.common.institution import papers
from simulators.common.institution.profile import Question, ResultText
from simulators.common.process import Running, running

NUMBER = "GH-2026-000001"
RECORD = {
    "record_kind": "plain",
    "person_kind": "natural",
    "applicant_idnp": EUGENIA,
    "applicant_surname": "Munteanu",
    "applicant_given_name": "Eugenia",
    "applicant_birth_date": "1945-03-01",
    "birth_place": "Colibași",
    "citizenship": "Republica Moldova",
    "applicant_id_document": "buletin A00000001",
    "language": "ro",
    "apostille": "no",
    "delivery": "mcabinet",
}


@pytest.fixture(scope="module")
def portal_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("interior", data=tmp_path_factory.mktemp("interior")) as started:
        yield started


@pytest.fixture
def portal(portal_process: Running) -> Running:
    portal_process.reset()
    return portal_process


def statuses(institution: Running) -> list[object]:
    return [row["status"] for row in institution.ledger()["dossiers"]]


def wait_until_all_are(institution: Running, status: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if set(statuses(institution)) == {status}:
            return
        time.sleep(0.1)
    raise AssertionError(statuses(institution))


class TestControlPage:
    def test_shows_a_dossier_and_lets_a_person_refuse_it_by_form(self, asp, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())
        shown = httpx.get(f"{asp.url}/control", timeout=10).text

        address = f"{asp.url}/control/dossiers/{NUMBER}/refuse"
        answer = httpx.post(address, data={"reason": "Nu corespunde."}, timeout=10)

        assert f'action="/control/dossiers/{NUMBER}/refuse"' in shown
        assert (answer.status_code, answer.headers["location"]) == (303, "/control")
        assert statuses(asp) == ["rejected"]
        assert "Nu corespunde." in httpx.get(f"{asp.url}/control", timeout=10).text

    def test_escapes_what_citizens_write(self, asp, asp_api):
        asp_api.deliver(parcel_of("<b>1"), acting=acting_for())

        shown = httpx.get(f"{asp.url}/control", timeout=10).text

        assert "<b>1" not in shown
        assert "&lt;b&gt;1" in shown

    @pytest.mark.parametrize(("act", "given"), [("refuse", {}), ("cancel", {}), ("ask-papers", {"papers": []})])
    def test_does_nothing_without_a_reason_or_a_paper(self, asp, asp_api, act, given):
        asp_api.deliver(parcel_of(), acting=acting_for())

        answer = httpx.post(f"{asp.url}/control/dossiers/{NUMBER}/{act}", json=given, timeout=10)

        assert answer.status_code == 400
        assert statuses(asp) == ["submitted"]

    def test_a_decided_dossier_is_not_decided_again(self, asp, asp_api, decide):
        asp_api.deliver(parcel_of(), acting=acting_for())
        decide(asp, "refuse", NUMBER, reason="nu")

        answer = httpx.post(f"{asp.url}/control/dossiers/{NUMBER}/approve", json={}, timeout=10)

        assert (answer.status_code, answer.json()["code"]) == (409, "already-decided")
        assert statuses(asp) == ["rejected"]

    def test_approves_all_that_wait(self, asp, asp_api):
        for count in range(3):
            asp_api.deliver(parcel_of(f"GH-{count}"), acting=acting_for())

        httpx.post(f"{asp.url}/control/approve-all", json={}, timeout=10)

        wait_until_all_are(asp, "completed")
        assert len(asp.ledger()["results"]) == 3

    def test_approves_by_itself_only_when_told(self, asp, asp_api):
        asp_api.deliver(parcel_of(), acting=acting_for())
        time.sleep(0.5)
        before = statuses(asp)

        httpx.post(f"{asp.url}/control/automatic", json={"approve_after_seconds": 0}, timeout=10)

        assert before == ["submitted"]
        wait_until_all_are(asp, "completed")

    def test_does_not_obey_another_site(self, asp):
        foreign = {"Origin": "http://evil.example"}

        answer = httpx.post(f"{asp.url}/control/reset", headers=foreign, timeout=10)

        assert answer.status_code == 403

    @pytest.mark.parametrize("told", [{"mode": "dance"}, {"mode": "slow", "times": 0}, {"until": "now"}])
    def test_says_what_it_does_not_understand(self, asp, told):
        answer = httpx.post(f"{asp.url}/control/behaviour", json=told, timeout=10)

        assert answer.status_code == 400
        assert answer.json()["error"]


class TestVerification:
    def test_tells_the_hash_of_a_document_to_whoever_has_its_code(self, asp, asp_api, decide):
        asp_api.deliver(parcel_of(), acting=acting_for())
        decide(asp, "approve", NUMBER)
        wait_until_all_are(asp, "completed")
        (result,) = asp.ledger()["results"]

        known = httpx.get(f"{asp.url}/verify/{result['verification_code']}", timeout=10)
        unknown = httpx.get(f"{asp.url}/verify/nothing", timeout=10)

        assert str(result["sha256"]) in known.text
        assert EUGENIA not in known.text
        assert unknown.status_code == 404


class TestCadastreExtract:
    @pytest.mark.parametrize(
        ("quality", "attachments", "sees_owner"),
        [
            ("right_holder", (), True),
            ("anyone", (), False),
            ("heir", (), False),
            ("heir", ("heir_paper",), True),
            ("representative", (), False),
            ("representative", ("power_of_attorney",), True),
            ("", ("heir_paper",), False),
        ],
    )
    def test_names_the_owner_only_to_the_entitled(self, quality, attachments, sees_owner):
        question = Question(
            service_code="cbi.extract-register",
            subject_idnp=EUGENIA,
            answers={"answers": {"asker_quality": quality, "cadastral_number": "8025101001"}},
            attachment_ids=attachments,
        )

        labels = {label for label, _value in write_result(question).lines}

        assert ("IDNP al proprietarului" in labels) is sees_owner


class TestPortal:
    def test_gives_a_number_and_a_status_page(self, portal):
        answer = httpx.post(f"{portal.url}/cereri", data=RECORD, follow_redirects=True, timeout=10)

        number = re.search(r'id="number">(STI-\d{4}-\d{6})<', answer.text)
        assert number
        assert 'id="status">depusă<' in answer.text
        assert str(answer.url).endswith(number[1])

    def test_keeps_what_was_typed_and_says_what_is_missing(self, portal):
        wrong = {**RECORD, "applicant_surname": "", "applicant_idnp": "12"}

        answer = httpx.post(f"{portal.url}/cereri", data=wrong, timeout=10)

        assert answer.status_code == 422
        assert 'href="#applicant_surname"' in answer.text
        assert "IDNP-ul are 13 cifre." in answer.text
        assert 'value="Colibași"' in answer.text
        assert portal.ledger()["dossiers"] == []

    def test_asks_for_an_address_only_when_it_is_brought_home(self, portal):
        answer = httpx.post(f"{portal.url}/cereri", data={**RECORD, "delivery": "mdelivery"}, timeout=10)

        assert 'href="#delivery_address"' in answer.text

    def test_the_same_page_pressed_twice_is_one_dossier_another_page_is_a_second(self, portal):
        for token in ("page-1", "page-1", "page-2"):
            httpx.post(f"{portal.url}/cereri", data={**RECORD, "token": token}, timeout=10)

        assert len(portal.ledger()["dossiers"]) == 2

    def test_has_no_interface_for_machines(self, portal):
        assert httpx.get(f"{portal.url}/v1/submissions/1", timeout=10).status_code == 404

    def test_shows_the_refusal_with_its_reason(self, portal, decide):
        sent = httpx.post(f"{portal.url}/cereri", data={**RECORD, "token": "page-1"}, timeout=10)
        decide(portal, "refuse", "page-1", reason="Act expirat.")

        page = httpx.get(f"{portal.url}{sent.headers['location']}", timeout=10).text

        assert "respinsă" in page
        assert "Act expirat." in page


class TestExtract:
    def test_writes_days_as_people_do(self):
        asked = Question(
            service_code="asp.civil.extract-birth", subject_idnp=EUGENIA, answers={**RECORD}, attachment_ids=()
        )

        written = dict(asp_profile.write_result(asked).lines)

        assert written["Data nașterii"] == "01.03.1945"

    def test_bears_the_day_of_moldova(self, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
        text = ResultText(title="Extras", intro="x", lines=(), note="y")

        pdf = papers.write_pdf(text, organisation="ASP", number="1", verification="http://x", code="c")

        said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        assert "24.11.2026" in said
