"""A photograph of the document fills the identification field; the visit is opened by the operator alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from lxml import html
from PIL import Image
from tests.desk.shop import LIDIA, OFFICER, enter
from tests.foundation.identifiers.mrz_specimens import td1, td3
from tests.support import counter
from tests.support.document_pictures import as_jpeg, draw

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import Visit

EUGENIA = "2099010100376"
ADDRESS = "/visits/photograph"
CARD = td1(idnp=EUGENIA, names="MUNTEANU<<EUGENIA")
WRONG = CARD.replace("\n450312", "\n450313")


@pytest.fixture
def lidia(db: None, as_owner: Callable[[], AbstractContextManager[None]]) -> AtDesk:
    """Stock the counter; nobody is at Lidia's desk."""
    with as_owner():
        counter.stock()
    return counter.place()


@pytest.fixture
def desk(lidia: AtDesk) -> Client:
    return enter(LIDIA)


def post(browser: Client, content: bytes, *, language: str = "en") -> HttpResponse:
    browser.cookies["language"] = language
    photo = SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")
    return browser.post(ADDRESS, {"photo": photo}, headers={"Accept-Language": language})


def field(answer: HttpResponse) -> str:
    return str(html.fromstring(answer.content).get_element_by_id("f-who").text_content())


def visits(lidia: AtDesk) -> int:
    with scoped_to(lidia.scope), transaction():
        return Visit.objects.count()


class TestAGoodPhotograph:
    def test_fills_the_field_and_shows_whose_document_it_is(self, desk, lidia):
        answer = post(desk, as_jpeg(draw(CARD, tilt=1.5, blur=1.0)))

        page = html.fromstring(answer.content)
        read = page.xpath("//section[@aria-labelledby='recognised']")[0]
        assert answer.status_code == 200
        assert field(answer) == CARD
        assert "MUNTEANU EUGENIA" in read.text_content()
        assert "A12345678" in read.text_content()
        assert "panel--done" in read.get("class")

    def test_opens_no_visit_by_itself(self, desk, lidia):
        post(desk, as_jpeg(draw(CARD)))

        assert visits(lidia) == 0

    def test_opens_the_visit_when_the_operator_sends_the_field(self, desk, lidia, exchange):
        text = field(post(desk, as_jpeg(draw(CARD))))

        answer = desk.post("/visits", {"who": text, "seen": "identity_card"})

        with scoped_to(lidia.scope), transaction():
            visit = Visit.objects.select_related("person").get()
        assert answer.headers["Location"] == "/visit"
        assert visit.person.idnp == EUGENIA

    def test_of_an_ended_document_says_so(self, desk):
        answer = post(desk, as_jpeg(draw(td3(expiry="200101"))))

        page = html.fromstring(answer.content)
        assert page.xpath("//section[@aria-labelledby='recognised']//*[contains(@class, 'box--warning')]")


class TestAPhotographWithAWrongCheckDigit:
    def test_says_which_and_lets_the_lines_be_corrected(self, desk):
        answer = post(desk, as_jpeg(draw(WRONG)))

        read = html.fromstring(answer.content).xpath("//section[@aria-labelledby='recognised']")[0]
        assert field(answer) == WRONG
        assert "panel--waits" in read.get("class")
        assert "MUNTEANU EUGENIA" not in read.text_content()

    def test_opens_no_visit_even_when_the_field_is_sent(self, desk, lidia):
        text = field(post(desk, as_jpeg(draw(WRONG))))

        answer = desk.post("/visits", {"who": text, "seen": "identity_card"})

        assert answer.status_code == 422
        assert visits(lidia) == 0


class TestAPictureThatIsNoDocument:
    @pytest.mark.parametrize("content", [b"GIF89a", as_jpeg(Image.new("L", (900, 600), 99)), b"\xff\xd8\xff\xe0"])
    def test_is_answered_with_what_to_do(self, desk, content):
        answer = post(desk, content)

        page = html.fromstring(answer.content)
        assert answer.status_code == 422
        assert page.xpath("//*[@id='f-photo-error'][@role='alert']")
        assert field(answer) == ""

    def test_is_asked_for_when_the_form_is_empty(self, desk):
        assert desk.post(ADDRESS).status_code == 422


class TestWhoMayPhotograph:
    def test_is_not_somebody_unknown(self, lidia):
        assert post(Client(), as_jpeg(draw(CARD))).status_code == 302

    def test_is_not_an_officer_of_an_institution(self, lidia):
        assert post(enter(OFFICER), as_jpeg(draw(CARD))).status_code == 403

    def test_is_nobody_while_another_person_is_being_served(self, desk, lidia, exchange):
        with scoped_to(lidia.scope):
            counter.come(EUGENIA, to=lidia)

        answer = post(desk, as_jpeg(draw(CARD)))

        assert answer.headers["Location"] == "/visit"


class TestThePage:
    def test_has_a_file_box_that_works_without_scripts(self, desk):
        page = html.fromstring(desk.get("/").content)

        form = page.xpath(f"//form[@action='{ADDRESS}']")[0]
        assert form.get("enctype") == "multipart/form-data"
        assert form.xpath(".//input[@type='file'][@name='photo']")
        assert form.xpath(".//button[@type='submit']")
        assert form.xpath(".//button[@data-key='F6']")
