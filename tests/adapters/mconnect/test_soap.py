"""A data service by signed SOAP: the same people, and each way in which it can fail ends in the right outcome."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from lxml import etree
from tests.adapters.mconnect.conftest import acting_for
from tests.adapters.mconnect.test_faults import answering, whole
from tests.adapters.mpay.conftest import own
from tests.support.platform_place import certificate_of, registers_of

from ghiseu.adapters.mconnect import Envelope, MConnectRegisters, SoapService, data_service, load
from ghiseu.adapters.mconnect.facts import One
from ghiseu.foundation import clock
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.platforms import Level
from ghiseu.foundation.wire.signed_soap_writing import signed
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion
from simulators.common.keys import Identity, identity_of
from simulators.common.process import Running

__all__ = ["own"]
GET_PERSON = Path(data_service.__file__).parent / "services" / "get_person.yaml"
EUGENIA, LIDIA, NOBODY = "2099010100376", "2099240108887", "2000000000015"
QUESTION = RegisterQuestion(register="RSP", operation="person", subject_idnp=EUGENIA)
MCONNECT = "https://mconnect.gov.md"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
AT = datetime(2026, 1, 15, 8, 0, 30, tzinfo=UTC)
ANSWER = f"""<GetPersonResponse xmlns="{MCONNECT}"><Person><IDNP>{EUGENIA}</IDNP><FamilyName>Exemplu</FamilyName>\
<GivenName>Maria</GivenName><DateOfBirth>1990-12-31</DateOfBirth><Registrations><Registration><Address>\
<Region>Exemplu</Region><Locality>Satul</Locality></Address></Registration></Registrations></Person>\
</GetPersonResponse>"""


def by_soap(process: Running) -> dict[str, SoapService]:
    """Return the data service that this simulator gives out."""
    ours = certificate_of(process.folder.parent)
    envelope = Envelope(ours=ours, pinned=(process.folder / "certificate.pem",), now=clock.now)
    return {"RSP/person": SoapService(service=load(GET_PERSON), envelope=envelope)}


@pytest.fixture
def registers(platform: Running) -> Iterator[MConnectRegisters]:
    """Return the adapter that asks RSP/person by SOAP."""
    adapter = registers_of(platform, services=by_soap(platform))
    yield adapter
    adapter.close()


def read(registers: MConnectRegisters, question: RegisterQuestion = QUESTION) -> RegisterAnswer:
    return registers.read(question, acting=acting_for(question.subject_idnp))


class TestPerson:
    def test_is_the_one_whom_the_other_interface_knows(self, registers, platform):
        other = registers_of(platform)

        by_json, answer = read(other).facts, read(registers)

        other.close()
        assert answer.facts["address"] == {name: by_json["address"][name] for name in ("region", "locality")}
        simple = answer.facts.keys() - {"address"}
        assert {name: answer.facts[name] for name in simple} == {name: by_json[name] for name in simple}

    def test_comes_with_the_moment_of_the_signature_and_a_number_of_its_own(self, registers):
        first, second = read(registers), read(registers)

        assert abs(first.read_at - clock.now()) < timedelta(minutes=1)
        assert first.record_id.startswith("RSP-")
        assert first.record_id != second.record_id

    def test_is_read_in_the_name_of_operator_entity_law_and_case(self, registers, platform):
        acting = replace(acting_for(EUGENIA), case_number="CUPS-2026-000001")

        registers.read(QUESTION, acting=acting)

        (row,) = platform.ledger()["reads"]
        assert (row["operation"], row["subject"], row["user"]) == ("GetPerson", EUGENIA, LIDIA)
        assert (row["entity"], row["basis"]) == ("1099000000021", acting.legal_basis)
        assert row["reason"] == f"CUPS-2026-000001: {acting.legal_reason}"
        assert row["correlation"] == acting.correlation_id

    def test_is_read_with_texts_cut_to_the_lengths_of_the_platform(self, registers, platform):
        acting = acting_for(EUGENIA).because(legal_basis="ș" * 99 + "\x01" + "ș" * 300, legal_reason="ț" * 600)

        registers.read(QUESTION, acting=acting)

        (row,) = platform.ledger()["reads"]
        assert row["basis"] == "ș" * 99 + " " + "ș" * 156
        assert len(str(row["reason"])) == 512

    def test_nobody_knows_is_not_found(self, registers, platform):
        with pytest.raises(NotFoundThere):
            read(registers, replace(QUESTION, subject_idnp=NOBODY))

        assert [row["found"] for row in platform.ledger()["reads"]] == [0]

    def test_who_asks_reads_no_record_of_their_own(self, registers, platform):
        with pytest.raises(Refused) as refused:
            registers.read(replace(QUESTION, subject_idnp=LIDIA), acting=acting_for(EUGENIA))

        assert refused.value.code == "own_record"
        assert platform.ledger()["reads"] == []

    def test_takes_no_parameter_that_has_no_place(self, registers, platform):
        with pytest.raises(Refused):
            read(registers, replace(QUESTION, parameters={"kind": "x"}))

        assert platform.ledger()["reads"] == []

    def test_is_all_that_goes_by_soap(self, registers, platform):
        read(registers, replace(QUESTION, operation="household"))

        assert [row["operation"] for row in platform.ledger()["reads"]] == ["household"]


class TestCheck:
    def test_warns_of_what_a_partial_data_service_lets_go_unnoticed(self, registers):
        (found,) = [one for one in registers.check(at=clock.now()) if "SOAP" in one.fact]

        assert (found.level, "deaths and relatives of the operator" in found.fact) == (Level.WARNING, True)
        assert found.next_step

    def test_finds_no_fault_in_one_that_tells_all(self, platform):
        service = service_of(identity(platform), facts=dict.fromkeys(("deceased_on", "family"), One(paths=("Person",))))

        assert service.finding("RSP/person").level is Level.OK
        assert service.finding("SC/birth").level is Level.OK


class TestSimulatedFaults:
    @pytest.mark.parametrize(
        ("mode", "expected", "read_there"),
        [
            ("5xx", TryLater, 0),
            ("5xx_after_commit", TryLater, 1),
            ("cut_answer", TryLater, 1),
            ("garbage", UnusableAnswer, 1),
            ("wrong_subject", WrongSubject, 1),
            ("wrong_signature", UnusableAnswer, 1),
            ("expired_certificate", TryLater, 0),
        ],
    )
    def test_become_the_outcome(self, registers, platform, mode, expected, read_there):
        platform.behave(mode, times=1)

        with pytest.raises(expected) as outcome:
            read(registers)

        assert type(outcome.value) is expected
        assert len(platform.ledger()["reads"]) == read_there
        assert read(registers).subject_idnp == EUGENIA

    @pytest.mark.parametrize("mode", ["before_commit_timeout", "after_commit_timeout"])
    def test_of_slowness_cost_no_more_than_the_limit(self, platform, mode):
        platform.behave(mode, times=1, seconds=3)
        hasty = registers_of(platform, services=by_soap(platform), connect_seconds=0.5, total_seconds=0.8)
        began = time.monotonic()

        with pytest.raises(TryLater):
            read(hasty)

        hasty.close()
        assert time.monotonic() - began < 2.0


class TestPlatform:
    def test_that_keeps_refusing_for_its_own_reasons_is_left_alone(self, platform):
        service = service_of(identity(platform), at=AT)

        with answering(whole_soap(fault("Server"), platform, status=500), services={"RSP/person": service}) as adapter:
            for _ in range(3):
                with pytest.raises(TryLater, match="fault of its own"):
                    read(adapter)
            with pytest.raises(TryLater, match="did not answer a moment ago"):
                read(adapter)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ((b"</mc:CallingUser>", b"0</mc:CallingUser>"), "CallingUser"),
            ((b"</mc:CallBasis>", b"x" * 256 + b"</mc:CallBasis>"), "CallBasis"),
            ((b"</mc:CallReason>", b"x" * 512 + b"</mc:CallReason>"), "CallReason"),
            ((b"mc:CallingEntity", b"mc:CallingNobody"), "CallingEntity"),
            ((f">{LIDIA}<".encode(), f">{EUGENIA}<".encode()), "record of their own"),
            ((EUGENIA.encode(), NOBODY.encode()), "changed after it was signed"),
            ((b"<s:Body", b"<s:Body "), ""),
        ],
    )
    def test_refuses_what_is_not_of_the_agreed_form(self, platform, change, words):
        """The headers are not signed: a change of theirs is met by the rules for them."""
        message, headers = question_of(platform)
        root = etree.fromstring(message.replace(*change))

        answer = posted(platform, etree.tostring(root), headers)

        found = etree.fromstring(answer.content).findtext(".//faultstring") or ""
        assert (answer.status_code, words in found) == ((500, True) if words else (200, True))
        assert len(platform.ledger()["reads"]) == (0 if words else 1)

    def test_refuses_what_somebody_else_signed(self, platform, own):
        pinned = platform.folder / "certificate.pem"
        stranger = SystemCertificate(key=own.key_path, certificate=own.certificate_path, trust=own.certificate_path)
        envelope = Envelope(ours=stranger, pinned=(pinned,), now=clock.now)
        service = SoapService(service=load(GET_PERSON), envelope=envelope)
        adapter = registers_of(platform, services={"RSP/person": service})

        with pytest.raises(Refused) as refused:
            read(adapter)

        adapter.close()
        assert (refused.value.code, platform.ledger()["reads"]) == ("NotSigned", [])

    def test_refuses_what_was_signed_an_hour_ago(self, platform):
        service = by_soap(platform)["RSP/person"]
        envelope = replace(service.envelope, now=lambda: clock.now() - timedelta(hours=1))
        asked = replace(service, envelope=envelope).asked(QUESTION, acting=acting_for(EUGENIA))

        answer = posted(platform, asked.content, dict(asked.headers))

        assert b"not of now" in answer.content
        assert platform.ledger()["reads"] == []


def question_of(platform: Running) -> tuple[bytes, dict[str, str]]:
    asked = by_soap(platform)["RSP/person"].asked(QUESTION, acting=acting_for(EUGENIA))
    return asked.content, dict(asked.headers)


def posted(platform: Running, content: bytes, headers: dict[str, str]) -> httpx.Response:
    context = certificate_of(platform.folder.parent).client_context()
    return httpx.post(f"{platform.system_url}/soap/population", content=content, headers=headers, verify=context)


def identity(platform: Running) -> Identity:
    """Return a platform's identity of the days of the samples."""
    return identity_of(platform.folder / "then", common_name="MConnect", organisation="test", at=AT)


def service_of(who: Identity, *, at: datetime = AT, **changes: object) -> SoapService:
    """Return the data service whose both sides have this identity; `changes` are of its description."""
    ours = SystemCertificate(key=who.key_path, certificate=who.certificate_path, trust=who.certificate_path)
    envelope = Envelope(ours=ours, pinned=(who.certificate_path,), now=lambda: at)
    described = load(GET_PERSON)
    return SoapService(service=replace(described, **changes), envelope=envelope)  # type: ignore[arg-type]  # named as the fields are


def signed_by(who: Identity, content: str, *, at: datetime = AT) -> bytes:
    profile = load(GET_PERSON).signing.profile
    element = etree.fromstring(content)
    return signed(element, key=who.key, certificate=who.certificate, with_sha1=False, at=at, profile=profile)


def whole_soap(content: str, platform: Running, *, status: int = 200):
    return whole(signed_by(identity(platform), content), status=status, media_type="text/xml; charset=utf-8")


def fault(code: str, words: str = "said so") -> str:
    return (
        f'<s:Fault xmlns:s="{SOAP}"><faultcode>s:{code}</faultcode><faultstring>{words}</faultstring></s:Fault>'
        if code
        else f'<s:Fault xmlns:s="{SOAP}"><faultstring>{words}</faultstring></s:Fault>'
    )


def outcome(platform: Running, send, **changes: object) -> OutsideError | RegisterAnswer:
    """Return how a read of this answer ends."""
    with answering(send, services={"RSP/person": service_of(identity(platform), **changes)}) as registers:
        try:
            return read(registers)
        except OutsideError as error:
            return error


class TestFault:
    @pytest.mark.parametrize("status", [200, 400, 500])
    @pytest.mark.parametrize(
        ("code", "expected", "told"),
        [
            ("Client.NoSuchRecord", NotFoundThere, ""),
            ("NoSuchRecord", NotFoundThere, ""),
            ("Client", Refused, "Client"),
            ("Client.NoBasis", Refused, "NoBasis"),
            ("MustUnderstand", Refused, "MustUnderstand"),
            ("Server", TryLater, ""),
            ("Server.Busy", TryLater, ""),
            ("", UnusableAnswer, ""),
        ],
    )
    def test_that_is_signed_is_understood(self, platform, status, code, expected, told):
        found = outcome(platform, whole_soap(fault(code), platform, status=status))

        assert type(found) is expected
        assert getattr(found, "code", "") == told

    @pytest.mark.parametrize(("status", "expected"), [(200, UnusableAnswer), (403, UnusableAnswer), (500, TryLater)])
    def test_that_is_not_signed_says_nothing(self, platform, status, expected):
        message = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{fault("Client.NoSuchRecord")}</s:Body></s:Envelope>'

        found = outcome(platform, whole(message, status=status, media_type="text/xml"))

        assert type(found) is expected

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_of_a_gateway_is_for_later(self, platform, status):
        assert type(outcome(platform, whole("busy", status=status, media_type="text/plain"))) is TryLater


class TestAnswer:
    def test_of_the_shape_that_public_material_shows_is_read(self, platform):
        content = ANSWER.replace(f"<IDNP>{EUGENIA}</IDNP>", "")
        facts = {name: rule for name, rule in load(GET_PERSON).facts.items() if name != "idnp"}

        found = outcome(platform, whole_soap(content, platform), subject="", facts=facts)

        assert isinstance(found, RegisterAnswer)
        assert found.facts == {
            "surname": "Exemplu",
            "given_name": "Maria",
            "full_name": "Exemplu Maria",
            "birth_date": "1990-12-31",
            "address": {"region": "Exemplu", "locality": "Satul"},
        }
        assert found.read_at == AT

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            (EUGENIA, "2099020100746", WrongSubject),
            (f"<IDNP>{EUGENIA}</IDNP>", "", UnusableAnswer),
            ("1990-12-31", "31.12.1990", UnusableAnswer),
            ("1990-12-31", "1990-02-30", UnusableAnswer),
            ("<FamilyName>Exemplu", "<FamilyName>A</FamilyName><FamilyName>B", UnusableAnswer),
            ("<FamilyName>Exemplu", "<FamilyName><b>Exemplu</b>", UnusableAnswer),
            ("GetPersonResponse", "GetOwnerResponse", UnusableAnswer),
            (MCONNECT, "https://elsewhere.md", UnusableAnswer),
            (ANSWER, f'<GetPersonResponse xmlns="{MCONNECT}"/>', NotFoundThere),
        ],
    )
    def test_that_is_wrong_though_signed_is_not_taken(self, platform, old, new, expected):
        found = outcome(platform, whole_soap(ANSWER.replace(old, new), platform))

        assert type(found) is expected

    def test_without_a_domicile_has_null_for_it(self, platform):
        start, end = ANSWER.index("<Registration>"), ANSWER.index("</Registrations>")

        found = outcome(platform, whole_soap(ANSWER[:start] + ANSWER[end:], platform))

        assert isinstance(found, RegisterAnswer)
        assert found.facts["address"] is None

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda root: root.append(etree.Element(f"{{{SOAP}}}Body")), "no header"),
            (lambda root: root[0].append(etree.Element(f"{{{SOAP}}}Body")), "more than one Body"),
            (lambda root: root[0][0].append(etree.Element("Signature")), "more than one Signature"),
            (lambda root: root.remove(root[0]), "no header"),
            (lambda root: root[0].clear(), "no security header"),
            (lambda root: root[-1][0].clear(), "changed after"),
        ],
    )
    def test_that_was_changed_on_its_way_is_unusable(self, platform, change, reason):
        root = etree.fromstring(signed_by(identity(platform), ANSWER))
        change(root)

        found = outcome(platform, whole(etree.tostring(root), media_type="text/xml"))

        assert type(found) is UnusableAnswer
        assert "signature of the answer does not hold" in found.reason
        assert reason in found.reason

    def test_of_two_things_is_unusable(self, platform):
        profile = load(GET_PERSON).signing.profile
        who = identity(platform)
        wrapped = etree.fromstring(f"<w>{ANSWER}{ANSWER}</w>")
        message = signed(wrapped, key=who.key, certificate=who.certificate, with_sha1=False, at=AT, profile=profile)

        assert type(outcome(platform, whole(message, media_type="text/xml"))) is UnusableAnswer

    def test_signed_by_another_certificate_is_unusable(self, platform, own):
        found = outcome(platform, whole(signed_by(own, ANSWER), media_type="text/xml"))

        assert type(found) is UnusableAnswer

    @pytest.mark.parametrize("ago", [timedelta(minutes=17), timedelta(minutes=-2)])
    def test_signed_at_another_time_is_unusable(self, platform, ago):
        message = signed_by(identity(platform), ANSWER, at=AT - ago)

        assert type(outcome(platform, whole(message, media_type="text/xml"))) is UnusableAnswer

    @pytest.mark.parametrize("status", [201, 302, 404])
    def test_of_another_status_is_unusable(self, platform, status):
        assert type(outcome(platform, whole_soap(ANSWER, platform, status=status))) is UnusableAnswer

    def test_of_another_media_type_is_unusable(self, platform):
        message = signed_by(identity(platform), ANSWER)

        assert type(outcome(platform, whole(message, media_type="text/html"))) is UnusableAnswer
