"""How a dossier looks on the wire: the `Record` of docs/interfaces/institution.openapi.yaml."""

import orjson

from simulators.common.behaviour import Mode, is_told_to
from simulators.common.institution.profile import Json
from simulators.common.ledger import Row

SOMEBODY_ELSE = ("2099010100376", "2099060102227")


def record_of(dossier: Row, results: list[Row], *, wrong_subject: bool = False) -> dict[str, Json]:
    """Return the record; `wrong_subject` lets it speak of another person."""
    subject = str(dossier["subject_idnp"])
    if wrong_subject or is_told_to(Mode.WRONG_SUBJECT):
        subject = next(idnp for idnp in SOMEBODY_ELSE if idnp != subject)
    return {
        "number": str(dossier["number"]),
        "provider_number": str(dossier["provider_number"]),
        "subject_idnp": subject,
        "subject_document": str(dossier["subject_document"]),
        "status": str(dossier["status"]),
        "sequence": int(str(dossier["sequence"])),
        "changed_at": str(dossier["changed_at"]),
        "reason": str(dossier["reason"]),
        "missing_papers": orjson.loads(str(dossier["missing_papers"])),
        "respond_by": str(dossier["respond_by"]) if dossier["respond_by"] else None,
        "results": [_result(result) for result in results],
        "details": orjson.loads(str(dossier["details"])),
    }


def _result(row: Row) -> Json:
    return {name: str(row[name]) for name in ("document_id", "name", "media_type", "sha256")}
