"""A register is wrong: the request to its owner, outside any case, until it is answered."""

import re
import subprocess

import pytest
from django.db import IntegrityError
from tests.desk.shop import EUGENIA, LIDIA, enter
from tests.support.counter import all_of, change, come, journaled, leave

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to
from ghiseu.modules.privacy.models import CorrectionRequest, CorrectionState
from ghiseu.modules.visits.models import IdentifiedBy, Visit

TOLD = {
    "register": "RSP",
    "field": "adresa",
    "register_says": "s. Colibași",
    "person_says": "s. Lozova, str. Păcii 3",
    "evidence": "buletin nr. 0123",
}


@pytest.fixture
def at_lozova(shop):
    with scoped_to(shop.lidia.scope):
        yield shop


@pytest.fixture
def asked(at_lozova) -> CorrectionRequest:
    enter(LIDIA).post("/visit/correction", TOLD)
    return all_of(CorrectionRequest)[0]


def words_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", said.stdout.decode())


class TestAsking:
    def test_is_one_key_away_from_the_visit(self, shop):
        page = enter(LIDIA).get("/visit").content.decode()

        link = re.search(r'<a href="/visit/correction"[^>]*data-key="([^"]+)"', page)
        assert re.findall(r'data-key="([^"]+)"', page).count(link[1]) == 1

    def test_keeps_what_was_told_and_leads_to_its_paper(self, at_lozova):
        answer = enter(LIDIA).post("/visit/correction", TOLD)

        (kept,) = all_of(CorrectionRequest)
        assert answer["Location"] == f"/corrections/{kept.number}"
        assert (kept.state, kept.register_says, kept.person_says) == ("asked", "s. Colibași", "s. Lozova, str. Păcii 3")
        (row,) = journaled("privacy.correction.asked")
        assert (row.subject_idnp, row.object_id, row.object_type) == (EUGENIA, kept.number, "RSP.correction")

    def test_pressed_twice_is_kept_once(self, at_lozova):
        lidia = enter(LIDIA)
        for _ in range(2):
            lidia.post("/visit/correction", TOLD)

        assert len(all_of(CorrectionRequest)) == len(journaled("privacy.correction.asked")) == 1

    @pytest.mark.parametrize(
        ("field", "value"), [("field", ""), ("person_says", " "), ("evidence", ""), ("register", "NSA")]
    )
    def test_wants_register_field_value_and_paper(self, at_lozova, field, value):
        answer = enter(LIDIA).post("/visit/correction", TOLD | {field: value})

        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.content.decode()
        assert all_of(CorrectionRequest) == []

    def test_is_not_for_somebody_whose_document_was_not_seen(self, at_lozova):
        leave(all_of(Visit)[0], to=at_lozova.lidia, at=clock.now())
        come(EUGENIA, to=at_lozova.lidia, by=IdentifiedBy.NOT_SEEN, at=clock.now())

        assert enter(LIDIA).post("/visit/correction", TOLD).status_code == 403
        assert all_of(CorrectionRequest) == []


class TestPaper:
    @pytest.mark.parametrize("size", ["", "large"])
    def test_is_to_be_signed_and_names_the_owner(self, asked, size):
        answer = enter(LIDIA).get(f"/corrections/{asked.number}/paper", {"size": size})

        said = words_of(answer.content)
        for text in ("Agenția Servicii Publice", asked.number, EUGENIA, "s. Lozova, str. Păcii 3", "Semnătura"):
            assert text in said
        assert len(journaled("privacy.correction.printed")) == 1

    def test_page_says_that_there_is_no_electronic_way(self, asked):
        page = enter(LIDIA).get(f"/corrections/{asked.number}", headers={"accept-language": "en"}).content.decode()

        assert "Agenția Servicii Publice" in page or "Public Services Agency" in page
        assert len(journaled("privacy.correction.shown")) == 1


class TestAnswer:
    @pytest.mark.parametrize("state", ["answered", "refused"])
    def test_is_kept_with_its_state(self, asked, state):
        enter(LIDIA).post(f"/corrections/{asked.number}/answer", {"state": state, "answer": "scrisoarea 17"})

        (kept,) = all_of(CorrectionRequest)
        assert (kept.state, kept.answer, kept.ended_by_id is not None) == (state, "scrisoarea 17", True)
        assert len(journaled(f"privacy.correction.{state}")) == 1

    def test_is_not_empty(self, asked):
        answer = enter(LIDIA).post(f"/corrections/{asked.number}/answer", {"state": "answered", "answer": ""})

        assert answer.status_code == 422
        assert all_of(CorrectionRequest)[0].state == "asked"

    def test_may_turn_from_refused_to_answered_and_never_back(self, asked):
        lidia = enter(LIDIA)
        for state in ("refused", "answered", "refused"):
            lidia.post(f"/corrections/{asked.number}/answer", {"state": state, "answer": state})

        assert all_of(CorrectionRequest)[0].answer == "answered"

    def test_says_when_and_by_whom_or_the_database_refuses(self, asked, as_owner):
        with as_owner(), pytest.raises(IntegrityError, match="privacy_ended_correction"):
            change(asked, state=CorrectionState.REFUSED)


class TestList:
    def test_shows_the_requests_of_the_centre_without_names(self, asked):
        page = enter(LIDIA).get("/corrections").content.decode()

        table = re.search(r"<table.*</table>", page, re.DOTALL)[0]
        assert asked.number in table
        assert "Munteanu" not in table

    def test_marks_what_is_late(self, asked, as_owner):
        before = enter(LIDIA).get("/corrections").content.decode()
        with as_owner():
            change(asked, answer_due_on="2026-01-01")

        after = enter(LIDIA).get("/corrections").content.decode()
        assert ("tag--bad" in before, "tag--bad" in after) == (False, True)

    def test_is_led_to_from_the_work_list(self, shop):
        assert 'href="/corrections"' in enter(LIDIA).get("/work-list").content.decode()
