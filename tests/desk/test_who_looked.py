"""The page and the paper that say who looked, and whole identifiers kept from the screen."""

import gzip
import re
import subprocess

import pytest
from tests.desk.shop import EUGENIA, LIDIA, enter
from tests.support.counter import all_of, come, journaled, leave

from ghiseu.channels.desk import looks
from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to
from ghiseu.modules.applicants.models import Reading
from ghiseu.modules.visits.models import IdentifiedBy, Visit

HEAVIEST = 30_000


@pytest.fixture
def at_lozova(shop):
    with scoped_to(shop.lidia.scope):
        yield shop


def words_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", said.stdout.decode())


def all_pages(browser) -> str:
    """Return the text of every page of the list, one after the other."""
    first = browser.get("/visit/looks").content.decode()
    last = int(re.search(r"Pagina 1 din (\d+)", first)[1])
    return first + "".join(browser.get(f"/visit/looks?page={page}").content.decode() for page in range(2, last + 1))


class TestPage:
    def test_is_one_key_away_from_the_visit(self, shop):
        page = enter(LIDIA).get("/visit").content.decode()

        link = re.search(r'<a href="/visit/looks"[^>]*data-key="([^"]+)"', page)
        assert link[1] == "Alt+J"
        assert "<kbd" in page[link.end() : link.end() + 120]

    def test_shows_every_call_of_a_register_made_in_the_visit(self, at_lozova):
        page = all_pages(enter(LIDIA))

        visit = all_of(Visit)[0]
        readings = all_of(Reading, visit_number=visit.number)
        shown = re.findall(r"<td>[^<]*(?:<br>(\d+)[^<]*)?</td><td>S-au citit datele", page)
        assert len(readings) > 1
        assert sum(int(times or 1) for times in shown) == len(readings)

    def test_names_no_operator_in_the_list(self, shop):
        table = re.search(r"<table.*</table>", enter(LIDIA).get("/visit/looks").content.decode(), re.DOTALL)[0]

        assert f"operator nr. {shop.lidia.operator_id}" in table
        assert "Lidia" not in table

    def test_is_light_and_goes_on_over_pages(self, at_lozova, monkeypatch):
        monkeypatch.setattr(looks, "AT_ONCE", 3)
        browser = enter(LIDIA)

        first, second = browser.get("/visit/looks"), browser.get("/visit/looks?page=2")

        assert len(gzip.compress(first.content)) < HEAVIEST
        assert first.content.count(b"<tr><td>") == second.content.count(b"<tr><td>") == 3
        assert b'href="/visit/looks?page=2"' in first.content
        assert b'href="/visit/looks?page=1"' in second.content

    @pytest.mark.parametrize("told", ["0", "-1", "99999999", "x", "²", ""])
    def test_takes_any_page_number(self, shop, told):
        assert enter(LIDIA).get("/visit/looks", {"page": told}).status_code == 200

    @pytest.mark.parametrize("path", ["/visit/looks", "/visit/looks/paper"])
    def test_is_refused_when_no_document_was_seen(self, at_lozova, path):
        leave(all_of(Visit)[0], to=at_lozova.lidia, at=clock.now())
        come(EUGENIA, to=at_lozova.lidia, by=IdentifiedBy.NOT_SEEN, at=clock.now())

        answer = enter(LIDIA).get(path)

        assert answer.status_code == 403
        assert "numai" in answer.content.decode()

    @pytest.mark.parametrize("path", ["/visit/looks", "/visit/looks/paper"])
    def test_leads_to_the_desk_when_nobody_is_there(self, at_lozova, path):
        leave(all_of(Visit)[0], to=at_lozova.lidia, at=clock.now())

        assert enter(LIDIA).get(path)["Location"] == "/"


class TestPaper:
    @pytest.mark.parametrize("size", ["", "large"])
    def test_says_the_same_and_whom_to_complain_to(self, at_lozova, size):
        answer = enter(LIDIA).get("/visit/looks/paper", {"size": size})

        said = words_of(answer.content)
        assert answer["Content-Type"] == "application/pdf"
        assert "Cine s-a uitat la datele mele" in said
        assert "Centrul Național pentru Protecția Datelor" in said
        assert "Lidia" not in said
        assert len(journaled("journeys.looks.printed")) == 1


class TestReveal:
    def test_leaves_an_event_each_time(self, at_lozova):
        browser = enter(LIDIA)
        for _ in range(2):
            assert browser.post("/visit/reveal").content.decode() == EUGENIA

        assert len(journaled("applicants.person.revealed")) == 2


class TestWholeIdentifiers:
    @pytest.mark.parametrize("page", ["", "/check", "/hand-over", "/sent"])
    def test_do_not_stand_on_pages_of_the_case(self, shop, page):
        said = enter(LIDIA).get(f"/cases/{shop.number}{page}").content.decode()

        assert EUGENIA not in said.replace(" ", "").replace("\u00a0", "")

    @pytest.mark.parametrize("path", ["/", "/visit", "/work-list", "/services", "/visit/looks"])
    def test_do_not_stand_on_the_other_pages(self, shop, path):
        said = enter(LIDIA).get(path).content.decode()

        assert EUGENIA not in said.replace(" ", "").replace("\u00a0", "")
