"""Whatever leaves for the outside about a citizen says whose matter it is and who acts, and these are two people.

Every folder of src/ghiseu/adapters stands in a table below, and every call of an adapter that can leave. A new adapter,
or a new call of one, makes this file fail until it is said how the two are read from what it sends.
"""

import base64
import inspect
import json
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from importlib import import_module
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.acting import EUGENIA, LIDIA, acting_for

from ghiseu import adapters
from ghiseu.adapters.institution_api import InstitutionApi
from ghiseu.adapters.mconnect import MConnectRegisters
from ghiseu.foundation.access import ActingContext, Assurance, Channel, SubjectIsActor
from ghiseu.foundation.access.acting import NotProvedByTheCitizen
from ghiseu.foundation.outcomes import OutsideError
from ghiseu.modules.applicants.ports import RegisterQuestion
from ghiseu.modules.submissions.ports import Parcel, ParcelFile

FOREIGNER = "ROU RX123456"
Adapter = InstitutionApi | MConnectRegisters


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Whom a message names as the one whose matter it is, and as the one who acts."""

    subject: str
    actor: str


def parties_of_a_reading(request: httpx.Request) -> Parties:
    """Read the headers of the exchange platform."""
    return Parties(subject=unquote(request.headers["X-Call-Subject"]), actor=request.headers["X-Calling-User"])


def parties_of_a_delivery(request: httpx.Request) -> Parties:
    """Read the acting object: from the header of a reading call, the body, or the first part of a parcel."""
    kind, content = request.headers.get("Content-Type", ""), request.read()
    if encoded := request.headers.get("Acting-Context"):
        told = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    elif kind.startswith("multipart/"):
        parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content).get_payload()
        told = json.loads(parts[0].get_payload(decode=True))["acting"]
    else:
        told = json.loads(content)["acting"]
    subject = told["subject"]["idnp"] or told["subject"]["document"]
    return Parties(subject=subject, actor=told["actor"]["idnp"])


def parcel(subject_idnp: str) -> Parcel:
    return Parcel(
        number="GH-2026-000001",
        institution="asp",
        service_code="asp.civil.extract-birth",
        provider_service_code="015000383",
        subject_idnp=subject_idnp,
        payload="{}",
        payload_sha256="ab" * 32,
    )


PAPER = ParcelFile(attachment_id="a", name="a.pdf", media_type="application/pdf", sha256="ab" * 32, content=b"%PDF")
Call = Callable[[Adapter, ActingContext], object]

# Adapters that call, and how: each call with what is read from what it sends.
OUTBOUND: dict[str, tuple[type[Adapter], Callable[[httpx.Request], Parties], dict[str, Call]]] = {
    "mconnect": (
        MConnectRegisters,
        parties_of_a_reading,
        {
            "read": lambda it, acting: it.read(
                RegisterQuestion(register="RSP", operation="person", subject_idnp=acting.subject_idnp), acting=acting
            )
        },
    ),
    "institution_api": (
        InstitutionApi,
        parties_of_a_delivery,
        {
            "deliver": lambda it, acting: it.deliver(parcel(acting.subject_idnp), acting=acting),
            "find": lambda it, acting: it.find("GH-1", subject_idnp=acting.subject_idnp, acting=acting),
            "supplement": lambda it, acting: it.supplement("GH-1", (PAPER,), key="k", acting=acting),
            "fetch_result": lambda it, acting: it.fetch_result("GH-1", "d", acting=acting),
            "lookup": lambda it, acting: it.lookup("benefits", subject_idnp=acting.subject_idnp, acting=acting),
        },
    ),
}
# Calls that are about no citizen, and why.
ABOUT_NOBODY = {
    "mconnect.check": "asks whether the platform answers",
    "mconnect.close": "calls nobody",
    "institution_api.check": "asks whether the institution answers",
    "institution_api.close": "calls nobody",
    "institution_api.changes": "asks for everything that changed at the institution; no person acts and none is named",
    "institution_api.read_push": "calls nobody: it reads what the institution sent",
}
# Adapters that call nobody about a citizen, and why.
CALLS_NOBODY = {
    "mdelivery": "MDelivery calls us and is told who receives the paper; the journal of the order names who acts",
    "mpass": "signs operators in; the browser carries its messages, and no citizen is in them",
}
# Adapters whose calls carry nothing of a citizen, and what they carry.
CARRIES_NO_CITIZEN = {
    "seal": "the time stamp server gets a hash of the sealed document and a number made for the call",
    "mpay": "MPay is asked for its papers by the key of an order. It calls us for the rest and is told the payer",
    "mevents": "it reads what others say, confirms a place in the stream, and gives back what it cannot read",
}

# Adapters whose interface has a place for the citizen alone, and where it stands who acts.
NAMES_NO_ACTOR = {
    "mpower": "a question names the two parties of a power; the journal of the mandate names who asks",
    "mnotify": "a message has a place for its recipient alone; the journal of the message names who acts",
    "msign": "an order names who signs and nobody else; the journal of the request names who acts",
    "programari": "a place names who comes; the journal of the appointment names who acts",
    "mdocs": "a share names the person, a document the legal entity; the journal of the sharing names who acts",
}
# Adapters whose messages hold rows of the journal, each with its own subject and actor, and where that is tested.
CARRIES_THE_JOURNAL = {"mlog": "each event of a message names user and subject: tests/journeys/test_mlog_shipping.py"}


def test_every_adapter_says_how_subject_and_actor_are_read():
    found = {one.name for one in pkgutil.iter_modules(adapters.__path__)}
    tables = (OUTBOUND, CALLS_NOBODY, CARRIES_NO_CITIZEN, NAMES_NO_ACTOR, CARRIES_THE_JOURNAL)
    assert found == {name for table in tables for name in table}


@pytest.mark.parametrize("name", sorted(OUTBOUND))
def test_every_call_of_an_adapter_is_tried_or_is_about_nobody(name):
    adapter, _, calls = OUTBOUND[name]
    public = {one for one, _ in inspect.getmembers(adapter, inspect.isfunction) if not one.startswith("_")}
    assert public == set(calls) | {one.split(".")[1] for one in ABOUT_NOBODY if one.startswith(f"{name}.")}


@pytest.mark.parametrize("name", sorted(CALLS_NOBODY))
def test_an_adapter_that_calls_nobody_has_nothing_to_call_with(name):
    package = import_module(f"ghiseu.adapters.{name}")
    modules = [import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)]
    acting = [one for one in modules if not one.__name__.endswith(".checks")]  # these ask whether it answers
    able = [one.__name__ for one in acting if {"httpx", "requests", "urllib3", "socket"} & set(vars(one))]
    assert acting
    assert able == []


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """Return the list of what was about to leave; nothing leaves."""
    caught: list[httpx.Request] = []

    def catch(self: httpx.Client, request: httpx.Request, **_: object) -> httpx.Response:
        caught.append(request)
        raise httpx.ConnectError("caught by the test")

    monkeypatch.setattr(httpx.Client, "send", catch)
    return caught


CALLS = [(name, call) for name, (_, _, calls) in OUTBOUND.items() for call in calls]


class TestEveryCall:
    @pytest.mark.parametrize(("name", "call"), CALLS)
    @pytest.mark.parametrize("channel", [Channel.DESK, Channel.WORKER])
    def test_names_subject_and_actor_and_these_differ(self, name, call, channel, sent):
        adapter, read, calls = OUTBOUND[name]
        it = adapter("asp", url="http://there.test") if adapter is InstitutionApi else adapter(url="http://there.test")

        with suppress(OutsideError):
            calls[call](it, acting_for(EUGENIA, channel=channel))

        assert [read(request) for request in sent] == [Parties(subject=EUGENIA, actor=LIDIA)]

    @pytest.mark.parametrize(("name", "call"), [one for one in CALLS if one[0] == "institution_api"])
    def test_names_a_foreigner_by_document(self, name, call, sent):
        _, read, calls = OUTBOUND[name]

        with suppress(OutsideError):
            calls[call](InstitutionApi("asp", url="http://there.test"), acting_for("", subject_document=FOREIGNER))

        assert [read(request) for request in sent] == [Parties(subject=FOREIGNER, actor=LIDIA)]

    @pytest.mark.parametrize("name", sorted(OUTBOUND))
    def test_cannot_be_made_without_the_facts_of_the_act(self, name):
        adapter, _, calls = OUTBOUND[name]
        told = {call: inspect.signature(getattr(adapter, call)).parameters["acting"] for call in calls}
        required = (inspect.Parameter.empty, inspect.Parameter.KEYWORD_ONLY)
        assert [(one.default, one.kind) for one in told.values()] == [required] * len(calls)


NUMBERS = st.text("0123456789", min_size=13, max_size=13)


class TestFactsOfAnAct:
    @given(subject=NUMBERS | st.just(""), document=st.just("") | st.just(FOREIGNER), actor=NUMBERS | st.just(LIDIA))
    def test_always_hold_two_different_people(self, subject, document, actor):
        with suppress(SubjectIsActor, ValueError):
            acting = acting_for(subject, subject_document=document, operator_idnp=actor)
            assert acting.operator_idnp
            assert acting.subject_idnp or acting.subject_document
            assert acting.subject_idnp != acting.operator_idnp

    @given(idnp=NUMBERS)
    def test_are_refused_for_oneself(self, idnp):
        with pytest.raises(SubjectIsActor):
            acting_for(idnp, operator_idnp=idnp)

    @pytest.mark.parametrize("channel", [Channel.DESK, Channel.WORKER])
    def test_never_say_that_the_citizen_proved_who_they_are(self, channel):
        with pytest.raises(NotProvedByTheCitizen):
            acting_for(EUGENIA, channel=channel, assurance=Assurance.AUTHENTICATED)
