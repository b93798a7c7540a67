"""The recorded messages: what was signed is accepted, and nothing that was changed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.adapters.mpay.conftest import AT, VECTORS, certificate, vector

from ghiseu.adapters.mpay import wire
from ghiseu.adapters.mpay.errors import AlgorithmNotAllowed, OutsideWindow, SignatureWrong
from ghiseu.adapters.mpay.security import verified

CHISINAU = ZoneInfo("Europe/Chisinau")
REQUESTS = sorted(path.name for path in VECTORS.glob("*.request.signed.*.xml"))
ANSWERS = sorted(path.name for path in VECTORS.glob("*.response.signed.*.xml"))
CONFIRMATION = "confirm_order_payment.request.signed.dotnet_style.sha1.xml"
QUERY_SHA256 = "get_order_details.request.signed.dotnet_style.sha256.xml"


def checked(name, *, owner="mpay", accepts_sha1=True, at=AT):
    return verified(vector(name), pinned=(certificate(owner),), accepts_sha1=accepts_sha1, at=at)


class TestSignedSamples:
    def test_are_all_there(self):
        assert (len(REQUESTS), len(ANSWERS)) == (4, 4)

    @pytest.mark.parametrize("name", REQUESTS)
    def test_of_mpay_are_accepted_whatever_the_style_of_signing(self, name):
        found = wire.read(checked(name).body, zone=CHISINAU)

        assert (found.order_key, found.service_id) == ("CUPS-2026-000001", "EXMPL01")

    @pytest.mark.parametrize("name", ANSWERS)
    def test_of_answers_are_accepted_whatever_they_say_about_their_key(self, name):
        body = checked(name, owner="service").body

        assert body[0].tag.endswith("Response")

    @pytest.mark.parametrize("name", [name for name in REQUESTS + ANSWERS if "sha1" in name])
    def test_with_sha1_are_refused_unless_the_settings_accept_it(self, name):
        owner = "mpay" if name in REQUESTS else "service"

        with pytest.raises(AlgorithmNotAllowed):
            checked(name, owner=owner, accepts_sha1=False)

    def test_with_sha256_needs_no_permission(self):
        assert checked(QUERY_SHA256, accepts_sha1=False).is_sha1 is False

    def test_changed_after_signing_is_refused(self):
        with pytest.raises(SignatureWrong):
            checked("negative.confirm_order_payment.tampered_body.xml")

    def test_of_another_system_is_refused(self):
        with pytest.raises(SignatureWrong):
            checked(CONFIRMATION, owner="service")

    def test_is_accepted_by_either_of_two_certificates_during_a_change_of_key(self):
        pinned = (certificate("service"), certificate("mpay"))

        found = verified(vector(CONFIRMATION), pinned=pinned, accepts_sha1=True, at=AT)

        assert found.is_sha1

    @pytest.mark.parametrize(
        ("at", "is_accepted"),
        [
            (datetime(2026, 1, 15, 7, 58, 59, tzinfo=UTC), False),
            (datetime(2026, 1, 15, 7, 59, 1, tzinfo=UTC), True),
            (datetime(2026, 1, 15, 8, 5, 59, tzinfo=UTC), True),
            (datetime(2026, 1, 15, 8, 6, tzinfo=UTC), False),
            (datetime(2026, 1, 16, 8, 0, tzinfo=UTC), False),
        ],
    )
    def test_counts_only_within_its_window_and_a_minute_of_tolerance(self, at, is_accepted):
        if is_accepted:
            assert checked(CONFIRMATION, at=at).body is not None
        else:
            with pytest.raises(OutsideWindow):
                checked(CONFIRMATION, at=at)

    def test_is_refused_when_the_pinned_certificate_has_ended(self):
        pinned = certificate("mpay")

        with pytest.raises(SignatureWrong):
            verified(
                vector(CONFIRMATION),
                pinned=(pinned,),
                accepts_sha1=True,
                at=pinned.not_valid_before_utc - timedelta(days=1),
            )


class TestConfirmation:
    def test_is_read_with_local_time_and_exact_amount(self):
        found = wire.read(checked(CONFIRMATION).body, zone=CHISINAU)

        assert found == wire.PaymentConfirmation(
            service_id="EXMPL01",
            order_key="CUPS-2026-000001",
            payment_id="90000001",
            invoice_id="00000000000001",
            paid_at=datetime(2026, 1, 15, 10, 10, tzinfo=CHISINAU),
            amount=Decimal("100.00"),
            currency="MDL",
        )
