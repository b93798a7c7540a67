"""The portal: a form, a number, a status page.

Sending the form again opens a second dossier, as such portals do; the same page pressed twice does not.
"""

import hashlib
import secrets
from pathlib import Path

import orjson
from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from simulators.common.behaviour import Behaviour
from simulators.common.control import page
from simulators.common.institution.dossiers import Dossiers, Incoming, UnknownDossier
from simulators.common.institution.profile import Profile, Question, ResultText, StatusWords
from simulators.interior.form import FIELDS, faults

SERVICE = "mai.criminal-record"
KINDS = {"plain": "judiciar", "detailed": "detaliat", "contravention": "contravențional"}
STATUS_TEXT = {
    "submitted": "depusă",
    "in_progress": "în lucru",
    "papers_requested": "se așteaptă acte",
    "completed": "finalizată",
    "rejected": "respinsă",
    "cancelled": "anulată",
}
WORDS = StatusWords(
    received="submitted",
    examined="in_progress",
    decided="in_progress",
    papers_asked="papers_requested",
    approved="completed",
    refused="rejected",
)
HERE = Path(__file__).parent
FORM = (HERE / "form.html").read_text(encoding="utf-8")
STATUS = (HERE / "status.html").read_text(encoding="utf-8")


def write_result(question: Question) -> ResultText:
    """Write the certificate."""
    kind = KINDS.get(question.answer("record_kind"), "judiciar")
    name = f"{question.answer('applicant_surname')} {question.answer('applicant_given_name')}"
    return ResultText(
        title=f"Certificat de cazier {kind}",
        intro="Conform datelor deținute, persoana nu figurează cu antecedente.",
        lines=(
            ("Numele, prenumele", name),
            ("IDNP", question.subject_idnp or "nu deține"),
            ("Data nașterii", question.answer("applicant_birth_date")),
        ),
        note="Valabil 90 de zile de la emitere.",
    )


PROFILE = Profile(
    name="interior",
    title="MAI – portalul cazierului judiciar",
    organisation="Ministerul Afacerilor Interne, Serviciul Tehnologii Informaționale",
    number_prefix="STI",
    words_of=lambda _service: WORDS,
    write_result=write_result,
    papers=(("power_of_attorney", "Procură notarială, original"),),
)


def portal(dossiers: Dossiers, behaviour: Behaviour) -> Blueprint:
    """Return the pages that a person uses."""
    pages = Blueprint("portal", __name__)

    @pages.get("/")
    def form() -> ResponseReturnValue:
        return _form_page({}, {})

    @pages.post("/cereri")
    @behaviour.applies("order")
    def order() -> ResponseReturnValue:
        given = {name: value.strip() for name, value in request.form.items()}
        wrong = faults(given)
        if wrong:
            return _form_page(given, wrong), 422
        number = _open(dossiers, given)
        return redirect(f"/cereri/{number}", code=303)

    @pages.get("/cereri")
    def seek() -> ResponseReturnValue:
        return redirect(f"/cereri/{request.args.get('numar', '').strip() or 'fara-numar'}", code=303)

    @pages.get("/cereri/<number>")
    @behaviour.applies("status")
    def status(number: str) -> ResponseReturnValue:
        row = dossiers.ledger.row("SELECT * FROM dossiers WHERE provider_number = ?", (number,))
        word = STATUS_TEXT[str(row["status"])] if row else ""
        body = page("Starea cererii", STATUS, language="ro", found=row, word=word, number=number)
        return body, 200 if row else 404

    return pages


def _open(dossiers: Dossiers, given: dict[str, str]) -> str:
    """Open the dossier of this page's token, or return the one that it opened before."""
    answers = {field.name: given.get(field.name, "") for field in FIELDS}
    payload = orjson.dumps(answers, option=orjson.OPT_SORT_KEYS).decode()
    key = given.get("token") or secrets.token_urlsafe(16)
    try:
        return str(dossiers.find(key)["provider_number"])
    except UnknownDossier:
        pass
    dossier, _is_new = dossiers.receive(
        Incoming(
            number=key,
            service_code=SERVICE,
            provider_service_code="006000022",
            subject_idnp=answers["applicant_idnp"],
            subject_document=answers["applicant_id_document"],
            payload=payload,
            payload_sha256=hashlib.sha256(payload.encode()).hexdigest(),
            acting={},
            attachments=(),
        )
    )
    return str(dossier["provider_number"])


def _form_page(given: dict[str, str], wrong: dict[str, str]) -> str:
    token = given.get("token") or secrets.token_urlsafe(16)
    return page("Cazier judiciar", FORM, language="ro", fields=FIELDS, given=given, wrong=wrong, token=token)
