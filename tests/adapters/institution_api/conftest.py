"""A running ASP and CNAS for the module, emptied before each test; the adapter that talks to them."""

import hashlib
import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.support import acting
from tests.support.acting import EUGENIA

from ghiseu.adapters.institution_api import InstitutionApi, Limits
from ghiseu.foundation.access import ActingContext, Channel
from ghiseu.modules.submissions.ports import Parcel, ParcelFile
from simulators.common.process import Running, running

QUICK = Limits(connect=2.0, answer=2.0)


@pytest.fixture(scope="module")
def asp_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("asp", data=tmp_path_factory.mktemp("asp")) as started:
        yield started


@pytest.fixture(scope="module")
def cnas_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("cnas", data=tmp_path_factory.mktemp("cnas")) as started:
        yield started


@pytest.fixture
def asp(asp_process: Running) -> Running:
    asp_process.reset()
    return asp_process


@pytest.fixture
def cnas(cnas_process: Running) -> Running:
    cnas_process.reset()
    return cnas_process


@pytest.fixture
def asp_api(asp: Running) -> Iterator[InstitutionApi]:
    api = api_of(asp)
    yield api
    api.close()


@pytest.fixture
def cnas_api(cnas: Running) -> Iterator[InstitutionApi]:
    api = api_of(cnas)
    yield api
    api.close()


def api_of(institution: Running, *, limits: Limits = QUICK) -> InstitutionApi:
    certificate = (institution.folder / "certificate.pem").read_bytes()
    return InstitutionApi(institution.name, url=institution.url, callback_certificates=[certificate], limits=limits)


def acting_for(subject_idnp: str = EUGENIA, *, document: str = "") -> ActingContext:
    return acting.acting_for(
        subject_idnp,
        subject_document=document,
        identified_by="buletin A00000001",
        legal_basis="HG 322/2021",
        legal_reason="cererea persoanei",
        channel=Channel.WORKER,
        visit_number="",
        case_number="C-2026-000001",
        correlation_id="0af7651916cd43dd8448eb211c80319c",
    )


def parcel_of(
    number: str = "GH-2026-000001",
    *,
    subject_idnp: str = EUGENIA,
    service_code: str = "asp.civil.extract-birth",
    institution: str = "asp",
    answers: dict[str, str] | None = None,
    files: tuple[ParcelFile, ...] = (),
) -> Parcel:
    given = {"applicant_surname": "Munteanu", "applicant_given_name": "Eugenia", **(answers or {})}
    payload = json.dumps({"answers": given}, ensure_ascii=False, sort_keys=True)
    return Parcel(
        number=number,
        institution=institution,
        service_code=service_code,
        provider_service_code="015000383",
        subject_idnp=subject_idnp,
        payload=payload,
        payload_sha256=hashlib.sha256(payload.encode()).hexdigest(),
        files=files,
    )


def paper(attachment_id: str = "id_applicant", content: bytes = b"%PDF-1.7 scan") -> ParcelFile:
    return ParcelFile(
        attachment_id=attachment_id,
        name="Buletin ș.pdf",
        media_type="application/pdf",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


@pytest.fixture
def decide() -> Callable[..., None]:
    """Return a function that lets the institution's clerk act: decide(asp, "refuse", number, reason="…")."""

    def act(institution: Running, act: str, number: str, **given: object) -> None:
        url = f"{institution.url}/control/dossiers/{number}/{act}"
        httpx.post(url, json=given, timeout=10).raise_for_status()

    return act
