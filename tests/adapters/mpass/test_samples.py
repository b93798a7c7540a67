"""The synthetic sample messages: they verify, and stop verifying when one thing around them differs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.adapters.mpass.conftest import AT, VECTORS, encoded

from ghiseu.adapters.mpass import errors
from ghiseu.adapters.mpass.answers import (
    Authenticated,
    Declined,
    read_logout_request,
    read_logout_response,
    read_response,
)
from ghiseu.adapters.mpass.parties import ServiceProvider
from simulators.mpass.signing import Signer

SUCCESS = encoded(VECTORS / "samples" / "response_success.signed.xml")
CANCELLED = encoded(VECTORS / "samples" / "response_cancelled.signed.xml")
LOGOUT = encoded(VECTORS / "samples" / "logout_request.mpass_to_sp.signed.xml")
LOGOUT_AT = datetime(2026, 1, 15, 7, 50, tzinfo=UTC)


class TestSuccess:
    def test_says_who_signed_in_and_how(self, sample_sp: ServiceProvider) -> None:
        answer = read_response(SUCCESS, sp=sample_sp, at=AT)

        assert isinstance(answer, Authenticated)
        assert answer.name_id == "2000000000004"
        assert answer.in_response_to == "_00000000-0000-4000-8000-000000000001"
        assert answer.session_index == "00000000-0000-4000-8000-00000000000a"
        assert answer.authenticated_at == datetime(2026, 1, 15, 7, 30, 40, tzinfo=UTC)
        assert answer.valid_until == datetime(2026, 1, 15, 7, 41, tzinfo=UTC)

    def test_keeps_every_value_of_an_attribute(self, sample_sp: ServiceProvider) -> None:
        answer = read_response(SUCCESS, sp=sample_sp, at=AT)

        assert isinstance(answer, Authenticated)
        assert answer.attributes["AdministeredLegalEntity"] == (
            "Exemplu Prim SRL 1000000000007",
            "Al Doilea Exemplu SA 1000000000018",
        )

    def test_is_accepted_with_line_breaks_in_its_base64(self, sample_sp: ServiceProvider) -> None:
        wrapped = "\r\n".join(SUCCESS[start : start + 76] for start in range(0, len(SUCCESS), 76))

        assert isinstance(read_response(wrapped, sp=sample_sp, at=AT), Authenticated)

    @pytest.mark.parametrize("base64", ["", "not base64!", SUCCESS[:-3], SUCCESS.replace("P", "-", 1), "Ș" * 8])
    def test_needs_real_base64_of_a_whole_document(self, sample_sp: ServiceProvider, base64: str) -> None:
        with pytest.raises((errors.NotBase64, errors.NotWellFormed)):
            read_response(base64, sp=sample_sp, at=AT)

    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            (AT + timedelta(minutes=7), errors.Expired),
            (AT + timedelta(hours=5), errors.Expired),
            (AT - timedelta(minutes=6), errors.TooNew),
            (AT - timedelta(days=1), errors.TooNew),
        ],
    )
    def test_counts_only_in_its_minutes(
        self, sample_sp: ServiceProvider, at: datetime, expected: type[Exception]
    ) -> None:
        with pytest.raises(expected):
            read_response(SUCCESS, sp=sample_sp, at=at)

    @pytest.mark.parametrize("seconds", [-299, 359, 419])
    def test_tolerates_a_minute_of_difference_between_clocks(self, sample_sp: ServiceProvider, seconds: int) -> None:
        answer = read_response(SUCCESS, sp=sample_sp, at=AT + timedelta(seconds=seconds))

        assert isinstance(answer, Authenticated)

    def test_is_not_for_another_service(self, sample_sp: ServiceProvider) -> None:
        with pytest.raises(errors.WrongAudience):
            read_response(SUCCESS, sp=replace(sample_sp, entity_id="https://other.example.md"), at=AT)

    def test_is_not_for_another_address(self, sample_sp: ServiceProvider) -> None:
        with pytest.raises(errors.WrongDestination):
            read_response(SUCCESS, sp=replace(sample_sp, acs_url="https://cups.example.md/other"), at=AT)

    def test_needs_a_context_that_is_strong_enough(self, sample_sp: ServiceProvider) -> None:
        demanding = replace(sample_sp, strong_contexts=frozenset({"urn:oasis:names:tc:SAML:2.0:ac:classes:X509"}))

        with pytest.raises(errors.WeakContext):
            read_response(SUCCESS, sp=demanding, at=AT)


class TestPinnedCertificates:
    def test_two_make_a_change_of_key_silent(self, sample_sp: ServiceProvider, own: Signer) -> None:
        (present,) = sample_sp.mpass.certificates

        for certificates in ((own.certificate, present), (present, own.certificate)):
            both = replace(sample_sp, mpass=replace(sample_sp.mpass, certificates=certificates))
            assert isinstance(read_response(SUCCESS, sp=both, at=AT), Authenticated)

    def test_another_one_verifies_nothing_though_the_message_carries_its_own(
        self, sample_sp: ServiceProvider, own: Signer
    ) -> None:
        other = replace(sample_sp, mpass=replace(sample_sp.mpass, certificates=(own.certificate,)))

        with pytest.raises(errors.SignatureWrong):
            read_response(SUCCESS, sp=other, at=AT)

    def test_an_expired_one_verifies_nothing(self, sample_sp: ServiceProvider) -> None:
        patient = replace(sample_sp, answer_lives=timedelta(days=20_000))

        with pytest.raises(errors.SignatureWrong):
            read_response(SUCCESS, sp=patient, at=datetime(2036, 1, 2, tzinfo=UTC))


class TestCancelled:
    def test_is_no_error_and_names_its_question(self, sample_sp: ServiceProvider) -> None:
        answer = read_response(CANCELLED, sp=sample_sp, at=AT)

        assert answer == Declined(in_response_to="_00000000-0000-4000-8000-000000000001")


class TestLogoutRequest:
    def test_names_the_person_and_the_session(self, sample_sp: ServiceProvider) -> None:
        asked = read_logout_request(LOGOUT, sp=sample_sp, at=LOGOUT_AT)

        assert asked.message_id == "_00000000-0000-4000-8000-000000000006"
        assert asked.name_id == "2000000000004"
        assert asked.session_indexes == ("00000000-0000-4000-8000-00000000000a",)

    def test_does_not_pass_for_an_answer(self, sample_sp: ServiceProvider) -> None:
        with pytest.raises(errors.NotOfTheProfile):
            read_response(LOGOUT, sp=sample_sp, at=LOGOUT_AT)
        with pytest.raises(errors.NotOfTheProfile):
            read_logout_response(LOGOUT, sp=sample_sp, at=LOGOUT_AT)

    def test_from_us_is_not_from_mpass(self, sample_sp: ServiceProvider) -> None:
        ours = encoded(VECTORS / "samples" / "logout_request.sp_to_mpass.signed.xml")

        with pytest.raises(errors.SignatureWrong):
            read_logout_request(ours, sp=sample_sp, at=LOGOUT_AT)

    def test_of_yesterday_does_not_count(self, sample_sp: ServiceProvider) -> None:
        with pytest.raises(errors.Expired):
            read_logout_request(LOGOUT, sp=sample_sp, at=LOGOUT_AT + timedelta(days=1))
