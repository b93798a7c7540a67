"""Acting for another on a power of MPower, as the operator sees it: choosing, refusals with a next step, waiting."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import jsonschema_rs
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from tests.support import counter
from tests.support.counter import act_for, all_of, ask_for, case_of, come, sign
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mpower import MPower
from ghiseu.foundation import clock
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys.my_data_words import CODES
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import Mandate, MandateKind, PowerVerdict
from ghiseu.modules.mandates.ports import REGISTRY, powers
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import Visit
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

SERVICES = ("asp.civil.extract-birth", "cnas.info.account-extract")
BIRTH, ACCOUNT = SERVICES
EUGENIA, VASILE = "2099010100376", "2099050101850"
MY_DATA = Path(__file__).resolve().parents[2] / "docs" / "interfaces" / "my-data.schema.json"
SCHEMA = jsonschema_rs.Draft202012Validator(json.loads(MY_DATA.read_text()), validate_formats=True)
CIVIL, CADASTRE, SUSPENDED = "2026000000000011", "2026000000000012", "2026000000000044"


@pytest.fixture(scope="module")
def process(simulators_folder: Path) -> Iterator[Running]:
    with running("mpower", data=simulators_folder) as started:
        yield started


@pytest.fixture
def registry(process: Running) -> Iterator[Running]:
    """Serve the registry of powers by the simulated one, with the powers it starts with."""
    process.reset()
    adapter = MPower(
        url=f"{process.system_url}/clients-api",
        limits=Limits(connect=2, answer=1),
        tls=certificate_of(process.folder.parent).client_context(),
    )
    with powers.serving(REGISTRY, adapter):
        yield process
    adapter.close()


@pytest.fixture
def desk(browser: Client) -> Client:
    """Return Lidia's browser, in English."""
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


@pytest.fixture
def vasile(lozova: AtDesk) -> Visit:
    return come(VASILE, to=lozova, at=clock.now())


@pytest.fixture
def signed(lozova: AtDesk, vasile: Visit, registry: Running) -> str:
    """Bring Eugenia's request so far that it only has to be sent."""
    at = clock.now()
    act_for(vasile, EUGENIA, MandateKind.MPOWER, to=lozova, paper=CIVIL, at=at)
    number = ask_for(BIRTH, visit=vasile, to=lozova, at=at)
    sign(number, to=lozova, at=at)
    return number


def record(desk: Client, visit: Visit, code: str) -> HttpResponse:
    typed = {"visit": visit.number, "kind": "mpower", "subject": EUGENIA, "evidence_number": code}
    return desk.post("/visit/for", typed)


def send(desk: Client, number: str) -> HttpResponse:
    return desk.post(f"/cases/{number}/submit", {"command_id": str(uuid4())})


def act(registry: Running, code: str, what: str) -> None:
    httpx.post(f"{registry.url}/control/powers/{code}/{what}", json={}, timeout=10).raise_for_status()


def said(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


class TestVisit:
    def test_offers_the_list_by_one_key(self, desk, vasile, registry):
        page = said(desk.get("/visit"))

        keys = re.findall(r'data-key="([^"]+)"', page)
        assert "/visit/powers" in page
        assert keys.count("Alt+P") == 1

    def test_offers_no_list_where_no_registry_is_connected(self, desk, vasile):
        assert "/visit/powers" not in said(desk.get("/visit"))

    def test_says_what_was_confirmed_until_when_and_when_it_was_asked(self, desk, vasile, registry):
        assert record(desk, vasile, CIVIL).status_code == 302

        page = said(desk.get("/visit"))
        assert "Obținerea documentelor de stare civilă" in page
        assert "until 14.01.2036" in page
        assert "asked on" in page

    @pytest.mark.parametrize(
        ("code", "cause", "step"),
        [
            ("9999999999999999", "MPower shows no power with this code.", "Compare the 16 digits."),
            ("12", "This is not a code of MPower.", "Type the 16 digits"),
            (SUSPENDED, "This power was given to another person", "a notarised power"),
        ],
    )
    @pytest.mark.usefixtures("registry")
    def test_refuses_with_a_next_step_and_keeps_what_was_typed(self, desk, vasile, code, cause, step):
        answer = record(desk, vasile, code)

        page = said(answer)
        assert answer.status_code == 422
        assert cause in page
        assert step in page
        assert f'value="{code}"' in page
        assert all_of(Mandate) == []

    def test_tells_that_mpower_is_silent_and_takes_the_same_form_again(self, desk, vasile, registry):
        registry.behave(Mode.SERVER_ERROR)
        answer = record(desk, vasile, CIVIL)

        assert answer.status_code == 422
        assert "MPower does not answer now." in said(answer)
        assert "Try again in a few minutes." in said(answer)

        registry.behave(Mode.NORMAL)
        assert record(desk, vasile, CIVIL).status_code == 302

    def test_names_nobody_of_an_answer_about_other_people(self, desk, vasile, registry):
        registry.behave(Mode.WRONG_SUBJECT)

        page = said(record(desk, vasile, CIVIL))

        assert "This power was given to another person" in page
        assert "Denis" not in page
        assert all_of(Mandate) == []


class TestChoosing:
    def test_shows_each_power_with_a_key_and_records_the_chosen(self, desk, vasile, registry):
        page = said(desk.post("/visit/powers", {"visit": vasile.number}))

        assert "Eugenia Munteanu" in page
        assert "14.01.2036" in page
        assert 'data-key="Alt+4"' in page
        codes = re.findall(r'name="evidence_number" value="(\d+)"', page)
        assert codes == [CIVIL, CADASTRE]

        record(desk, vasile, codes[0])
        assert counter.again(vasile).mandate_id is not None

    def test_says_so_when_nobody_answers(self, desk, vasile, registry):
        registry.behave(Mode.GARBAGE)

        answer = desk.post("/visit/powers", {"visit": vasile.number})

        assert answer.status_code == 503
        assert "The answer of MPower cannot be used." in said(answer)

    def test_says_so_when_there_is_none(self, desk, lozova, registry):
        visit = come("2099130104818", to=lozova, at=clock.now())

        assert "MPower lists no power that holds today." in said(desk.post("/visit/powers", {"visit": visit.number}))

    def test_is_not_shown_for_a_visit_that_is_over(self, desk, lozova, vasile, registry):
        counter.leave(vasile, to=lozova, at=clock.now())
        come("2099130104818", to=lozova, at=clock.now())

        answer = desk.post("/visit/powers", {"visit": vasile.number})

        assert answer.status_code == 409
        assert "Eugenia" not in said(answer)


class TestService:
    def test_refuses_a_power_of_another_type_with_a_next_step(self, desk, vasile, registry):
        record(desk, vasile, CADASTRE)

        page = said(desk.get(f"/services/{BIRTH}"))
        answer = desk.post(f"/services/{BIRTH}/open", {"visit": vasile.number, "role": "mpower"})

        assert "The power in MPower is not for this service." in page
        assert answer.status_code == 422
        assert "Ask for a power of another type" in said(answer)

    def test_lets_the_operator_read_what_the_power_is_for_where_the_package_does_not_say(self, desk, vasile, registry):
        record(desk, vasile, CADASTRE)
        assert "Read what this one is for" in said(desk.get(f"/services/{ACCOUNT}"))

    def test_says_nothing_about_a_power_that_fits(self, desk, vasile, registry):
        record(desk, vasile, CIVIL)
        assert "The power in MPower" not in said(desk.get(f"/services/{BIRTH}"))


class TestMyData:
    def test_tells_the_person_what_mpower_said(self, desk, lozova, vasile, registry):
        record(desk, vasile, CIVIL)
        counter.leave(vasile, to=lozova, at=clock.now())
        visit = come(EUGENIA, to=lozova, at=clock.now())

        kept = json.loads(desk.post("/visit/my-data/file", {"visit": visit.number}).content)

        assert SCHEMA.is_valid(kept)
        [mandate] = kept["centres"][0]["mandates"]
        assert mandate["verdict"] == "holds"
        assert mandate["power_type"] == "Obținerea documentelor de stare civilă"

    @pytest.mark.parametrize("language", [0, 1, 2])
    def test_has_words_for_every_verdict(self, language):
        assert all(CODES[one][language] for one in PowerVerdict.values)


class TestSending:
    def test_shows_what_was_confirmed(self, desk, signed):
        assert "Obținerea documentelor de stare civilă" in said(desk.get(f"/cases/{signed}/check"))

    def test_goes_when_the_power_holds(self, desk, signed):
        assert send(desk, signed).status_code == 302
        assert case_of(signed).state != "draft"

    def test_stops_with_the_reason_when_the_power_was_withdrawn(self, desk, signed, registry):
        act(registry, CIVIL, "revoke")

        answer = send(desk, signed)

        page = said(answer)
        assert answer.status_code == 422
        assert "Nothing was sent, and nothing is lost" in page
        assert "This power has ended, or was withdrawn or given up." in page
        assert "Record another power or paper on the visit" in page
        assert all_of(Submission) == []

    def test_waits_while_nobody_answers_and_goes_by_the_same_button(self, desk, signed, registry):
        registry.behave(Mode.SERVER_ERROR)
        answer = send(desk, signed)

        page = said(answer)
        assert answer.status_code == 503
        assert "Nothing was sent, and nothing is lost" in page
        assert "MPower does not answer now." in page
        assert not re.search(r'<button[^>]*data-key="F9"[^>]* disabled', page)

        registry.behave(Mode.NORMAL)
        assert send(desk, signed).status_code == 302

    def test_stops_on_an_answer_about_other_people_and_names_none_of_them(self, desk, signed, registry):
        registry.behave(Mode.WRONG_SUBJECT)

        answer = send(desk, signed)

        assert answer.status_code == 422
        assert "MPower answered about other people." in said(answer)
        assert "Denis" not in said(answer)
        assert all_of(Submission) == []
