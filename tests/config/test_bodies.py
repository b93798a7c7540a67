"""What is too long is refused unread, with a word about how much may be sent."""

import pytest
from django.test import Client

from ghiseu.config.bodies import KILOBYTE, OTHERWISE, limit_of
from ghiseu.modules.submissions.models import Quarantined

MEGABYTE = KILOBYTE * KILOBYTE
pytestmark = pytest.mark.django_db


def send(path: str, length: int | str, **headers: str):
    """Announce a body of this length; the client sends only its first bytes."""
    return Client().generic("POST", path, b"x", CONTENT_LENGTH=str(length), **headers)


class TestLimits:
    @pytest.mark.parametrize(
        ("path", "limit"),
        [
            ("/callbacks/institutions/asp", MEGABYTE),
            ("/mpay/service", 128 * KILOBYTE),
            ("/cases/LOZ-2026-000001-01/documents/chunks/x", 4 * MEGABYTE),
            ("/cases/LOZ-2026-000001-01/documents/begin", OTHERWISE),
            ("/find", OTHERWISE),
            ("/", OTHERWISE),
        ],
    )
    def test_are_those_of_the_address(self, path, limit):
        assert limit_of(path) == limit

    def test_of_a_form_with_a_file_leave_room_for_the_largest_file(self):
        for path in ("/cases/LOZ-2026-000001-01/documents", "/cases/LOZ-2026-000001-01/signed"):
            assert limit_of(path) > 25 * MEGABYTE
        assert 12 * MEGABYTE < limit_of("/visits/photograph") < 13 * MEGABYTE


class TestTooLong:
    @pytest.mark.parametrize(
        ("path", "length"),
        [
            ("/callbacks/institutions/asp", MEGABYTE + 1),
            ("/mpay/service", 128 * KILOBYTE + 1),
            ("/saml/acs", MEGABYTE),
            ("/find", OTHERWISE + 1),
            ("/no-such-page", "9" * 5000),
        ],
    )
    def test_is_refused_wherever_it_goes(self, path, length):
        assert send(path, length).status_code == 413

    def test_is_not_kept(self):
        answer = Client().post("/callbacks/institutions/asp", b"x" * (MEGABYTE + 1), content_type="application/json")

        assert answer.status_code == 413
        assert not Quarantined.objects.exists()

    def test_tells_a_machine_how_much_it_may_send(self):
        answer = send("/callbacks/institutions/asp", 2 * MEGABYTE)

        assert answer.content.decode() == "the body is longer than the 1048576 bytes that this address takes"

    def test_tells_a_person_in_their_language(self):
        browser = Client()
        browser.cookies["language"] = "en"

        answer = browser.generic("POST", "/cases/LOZ-2026-000001-01/signed", b"x", CONTENT_LENGTH=str(99 * MEGABYTE))

        assert "At most 25.06 MB can be sent here at once." in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"

    def test_tells_a_script_of_the_page_what_to_show(self):
        answer = send("/cases/LOZ-2026-000001-01/documents/chunks/x", 5 * MEGABYTE, HTTP_X_REQUESTED_WITH="fetch")

        assert set(answer.json()) == {"cause", "next_step"}


class TestLengthThatIsNotTold:
    def test_is_asked_for(self):
        answer = Client().generic("POST", "/callbacks/institutions/asp", b"", HTTP_TRANSFER_ENCODING="chunked")

        assert (answer.status_code, "Content-Length" in answer.content.decode()) == (411, True)

    @pytest.mark.parametrize("length", ["-1", "1e3", "twelve", "١٢"])
    def test_cannot_be_anything_but_a_number(self, length):
        assert send("/mpay/service", length).status_code == 400

    def test_does_not_matter_without_a_body(self):
        assert Client().get("/livez").status_code == 200
