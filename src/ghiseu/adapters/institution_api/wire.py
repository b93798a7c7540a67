"""What goes over the wire, as docs/interfaces/institution.openapi.yaml describes it."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import orjson

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.applicants.ports import FactValue
from ghiseu.modules.submissions.ports import Parcel, ParcelFile, ProviderRecord, ResultFile

Part = tuple[str, tuple[str, bytes, str]]
JsonObject = dict[str, FactValue]
_TRACE_ID = re.compile(r"[0-9a-f]{32}")


def acting_object(acting: ActingContext) -> JsonObject:
    """Return who acts for whom: subject and actor are always both named."""
    return {
        "subject": {"idnp": acting.subject_idnp, "document": acting.subject_document},
        "identified_by": acting.identified_by,
        "assurance": str(acting.assurance),
        "actor": _actor(acting),
        "centre": {"code": acting.centre_code, "idno": acting.legal_entity_idno},
        "represented_by": {"idnp": acting.represented_by_idnp} if acting.represented_by_idnp else None,
        "mandate": acting.mandate,
        "legal_basis": acting.legal_basis,
        "legal_reason": acting.legal_reason,
        "channel": str(acting.channel),
        "language": acting.language,
        "visit_number": acting.visit_number,
        "case_number": acting.case_number,
    }


def _actor(acting: ActingContext) -> JsonObject:
    """Return the operator, with their own power in MPower when there is one."""
    actor: JsonObject = {"idnp": acting.operator_idnp}
    return actor | {"mpower_number": acting.operator_mpower_number} if acting.operator_mpower_number else actor


def acting_header(acting: ActingContext) -> dict[str, str]:
    """Return the headers of a reading call; the acting context in base64url, so no address has an IDNP."""
    encoded = base64.urlsafe_b64encode(orjson.dumps(acting_object(acting))).decode().rstrip("=")
    return {"Acting-Context": encoded, **trace_header(acting)}


def trace_header(acting: ActingContext) -> dict[str, str]:
    """Return the W3C trace context: the trace is our correlation id, or made from it."""
    plain = acting.correlation_id.replace("-", "").lower()
    trace = plain if _TRACE_ID.fullmatch(plain) else hashlib.sha256(plain.encode()).hexdigest()[:32]
    return {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}


def submission_parts(parcel: Parcel, acting: ActingContext) -> list[Part]:
    """Return the multipart parts of a submission: envelope, payload byte for byte, files."""
    envelope: JsonObject = {
        "number": parcel.number,
        "institution": parcel.institution,
        "service_code": parcel.service_code,
        "provider_service_code": parcel.provider_service_code,
        "subject_idnp": parcel.subject_idnp,
        "payload_sha256": parcel.payload_sha256,
        "attachments": _listed(parcel.files),
        "acting": acting_object(acting),
    }
    payload = ("payload", ("payload.json", parcel.payload.encode(), "application/json"))
    return [_json_part("submission", envelope), payload, *_file_parts(parcel.files)]


def paper_parts(files: Iterable[ParcelFile], acting: ActingContext) -> list[Part]:
    """Return the multipart parts of papers that were asked for."""
    kept = tuple(files)
    envelope: JsonObject = {"attachments": _listed(kept), "acting": acting_object(acting)}
    return [_json_part("papers", envelope), *_file_parts(kept)]


def read_object(body: bytes) -> JsonObject:
    """Return the JSON object of an answer. Raises UnusableAnswer."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer("the answer is not JSON") from error
    if not isinstance(value, dict):
        raise UnusableAnswer("the answer is not a JSON object")
    return value


def read_record(value: object) -> tuple[ProviderRecord, str]:
    """Return the record and the subject's document. Raises UnusableAnswer when anything is not as agreed."""
    if not isinstance(value, dict):
        raise UnusableAnswer("the record is not an object")
    try:
        record = ProviderRecord(
            number=_text(value, "number"),
            provider_number=_text(value, "provider_number"),
            subject_idnp=_text(value, "subject_idnp"),
            status=_text(value, "status"),
            sequence=_whole(value, "sequence"),
            changed_at=_moment(value, "changed_at"),
            reason=_text(value, "reason"),
            missing_papers=tuple(_texts(value, "missing_papers")),
            respond_by=date.fromisoformat(_text(value, "respond_by")) if value["respond_by"] else None,
            results=tuple(_result(one) for one in _list(value, "results")),
            details=_text_map(value, "details"),
        )
        document = _text(value, "subject_document")
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableAnswer("the record does not keep the contract") from error
    if not (record.number and record.provider_number and record.status):
        raise UnusableAnswer("the record names no number or no status")
    return record, document


def _json_part(name: str, value: JsonObject) -> Part:
    return (name, (f"{name}.json", orjson.dumps(value), "application/json"))


def _file_parts(files: Iterable[ParcelFile]) -> list[Part]:
    return [("file", (one.name, one.content, one.media_type)) for one in files]


def _listed(files: Iterable[ParcelFile]) -> list[FactValue]:
    return [
        {
            "attachment_id": one.attachment_id,
            "name": one.name,
            "media_type": one.media_type,
            "sha256": one.sha256,
        }
        for one in files
    ]


def _result(value: object) -> ResultFile:
    if not isinstance(value, dict):
        raise TypeError("a result is an object")
    sha256 = _text(value, "sha256")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("sha256 is 64 hexadecimal digits")
    return ResultFile(
        document_id=_text(value, "document_id"),
        name=_text(value, "name"),
        media_type=_text(value, "media_type"),
        sha256=sha256,
    )


def _text(value: Mapping[str, object], name: str) -> str:
    found = value[name]
    if not isinstance(found, str):
        raise TypeError(f"{name} is text")
    return found


def _whole(value: Mapping[str, object], name: str) -> int:
    found = value[name]
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise TypeError(f"{name} is a whole number")
    return found


def _moment(value: Mapping[str, object], name: str) -> datetime:
    found = datetime.fromisoformat(_text(value, name))
    if found.tzinfo is None:
        raise ValueError(f"{name} has a time zone")
    return found


def _list(value: Mapping[str, object], name: str) -> list[object]:
    found = value[name]
    if not isinstance(found, list):
        raise TypeError(f"{name} is a list")
    return found


def _texts(value: Mapping[str, object], name: str) -> list[str]:
    found = _list(value, name)
    return [_text({name: one}, name) for one in found]


def _text_map(value: Mapping[str, object], name: str) -> dict[str, str]:
    found = value[name]
    if not isinstance(found, dict):
        raise TypeError(f"{name} is an object")
    return {str(key): _text(found, key) for key in found}
