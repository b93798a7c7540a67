"""Read what comes in: multipart parts, hashes, acting context. Nothing is believed that does not add up."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

import orjson
from flask import request
from werkzeug.datastructures import FileStorage

from simulators.common.institution.dossiers import Attachment, Incoming

MAX_FILES = 40
ACTING_FIELDS = ("subject", "actor", "centre", "legal_basis", "legal_reason", "channel")


class NotAccepted(Exception):
    """The request does not keep the contract. `code` goes into the problem document."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read_submission(number: str) -> Incoming:
    """Read the parts of PUT /v1/submissions/{number}. Raises NotAccepted."""
    envelope = _object(_part("submission"), "submission")
    payload = _part("payload")
    acting = read_acting(envelope.get("acting"))
    subject = acting["subject"]
    _require(isinstance(subject, dict), "acting-incomplete", "acting.subject is an object")
    idnp, document = _text(subject, "idnp"), _text(subject, "document")
    _require(_text(envelope, "number") == number, "number-differs", "path and body name two numbers")
    _require(_text(envelope, "subject_idnp") == idnp, "subject-differs", "the acting context is about another")
    sha256 = hashlib.sha256(payload).hexdigest()
    _require(_text(envelope, "payload_sha256") == sha256, "hash-differs", "the payload has another hash")
    _object(payload, "payload")
    return Incoming(
        number=number,
        service_code=_text(envelope, "service_code"),
        provider_service_code=_text(envelope, "provider_service_code"),
        subject_idnp=idnp,
        subject_document=document,
        payload=payload.decode(),
        payload_sha256=sha256,
        acting=acting,
        attachments=_attachments(envelope),
    )


def read_papers() -> tuple[Mapping[str, object], tuple[Attachment, ...]]:
    """Read the parts of POST …/papers: acting context and attachments. Raises NotAccepted."""
    envelope = _object(_part("papers"), "papers")
    attachments = _attachments(envelope)
    _require(bool(attachments), "no-papers", "at least one attachment is expected")
    return read_acting(envelope.get("acting")), attachments


def read_acting(given: object) -> Mapping[str, object]:
    """Check that subject and actor are both named and differ. Raises NotAccepted."""
    _require(isinstance(given, dict), "acting-missing", "every call says who acts for whom")
    acting = given if isinstance(given, dict) else {}
    absent = [name for name in ACTING_FIELDS if not acting.get(name)]
    _require(not absent, "acting-incomplete", f"missing: {', '.join(absent)}")
    subject, actor = acting["subject"], acting["actor"]
    _require(isinstance(subject, dict) and isinstance(actor, dict), "acting-incomplete", "two people")
    _require(bool(_text(actor, "idnp")), "acting-incomplete", "the actor has an IDNP")
    _require(bool(_text(subject, "idnp") or _text(subject, "document")), "acting-incomplete", "no subject")
    _require(_text(subject, "idnp") != _text(actor, "idnp"), "subject-is-actor", "nobody serves themselves")
    return acting


def read_acting_header() -> Mapping[str, object]:
    """Read the acting context of a reading call from its Acting-Context header. Raises NotAccepted."""
    encoded = request.headers.get("Acting-Context", "")
    _require(bool(encoded), "acting-missing", "every call says who acts for whom")
    try:
        text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError) as error:
        raise NotAccepted("acting-unreadable", "Acting-Context is base64url of JSON") from error
    return read_acting(_object(text, "Acting-Context"))


def subject_of(acting: Mapping[str, object]) -> tuple[str, str]:
    """Return (IDNP, document) of the subject of a checked acting context."""
    subject = acting["subject"]
    return _text(subject, "idnp"), _text(subject, "document")


def _attachments(envelope: Mapping[str, object]) -> tuple[Attachment, ...]:
    listed = envelope.get("attachments")
    _require(isinstance(listed, list), "attachments-missing", "attachments is a list")
    entries = listed if isinstance(listed, list) else []
    files = {file.filename or "": file for file in request.files.getlist("file")}
    _require(len(entries) <= MAX_FILES, "too-many-files", f"at most {MAX_FILES} files")
    _require(len(files) == len(entries), "files-differ", "each listed attachment comes as one file part")
    return tuple(_attachment(entry, files) for entry in entries)


def _attachment(entry: object, files: Mapping[str, FileStorage]) -> Attachment:
    name = _text(entry, "name")
    file = files.get(name)
    if file is None:
        raise NotAccepted("files-differ", "each listed attachment comes as one file part")
    content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    _require(_text(entry, "sha256") == sha256, "hash-differs", "an attachment has another hash")
    return Attachment(
        attachment_id=_text(entry, "attachment_id"),
        name=name,
        media_type=_text(entry, "media_type"),
        sha256=sha256,
        content=content,
    )


def _part(name: str) -> bytes:
    file = request.files.get(name)
    if file is None:
        raise NotAccepted("part-missing", f"the part {name} is missing")
    content: bytes = file.read()
    return content


def _object(text: bytes, name: str) -> dict[str, object]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotAccepted("not-json", f"{name} is not JSON") from error
    if not isinstance(value, dict):
        raise NotAccepted("not-json", f"{name} is not a JSON object")
    return value


def _text(holder: object, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def _require(holds: bool, code: str, detail: str) -> None:  # noqa: FBT001 - reads as a claim
    if not holds:
        raise NotAccepted(code, detail)
