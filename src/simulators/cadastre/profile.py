"""What the cadastre issues and in which words.

Anyone may order an extract; IDNP, birth date and home address of the owner are for right-holders, their
representatives, notaries, lawyers and banks only (Law 180/2016, article 6): the content depends on who asks.
The status words are assumed as for ASP.
"""

from simulators.common.institution.profile import Profile, Question, ResultText, StatusWords

WORDS = StatusWords(
    received="submitted",
    examined="in_progress",
    decided="in_progress",
    papers_asked="papers_requested",
    approved="completed",
    refused="rejected",
)

# Who may see the owner's personal data, and by which attached paper ("" means without one).
ENTITLED = {
    "right_holder": "",
    "representative": "power_of_attorney",
    "heir": "heir_paper",
    "notary_lawyer_bank": "",
}
TITLES = {
    "extract-register": "Extras din Registrul bunurilor imobile",
    "info-owned-property": "Informație din banca centrală de date a cadastrului",
    "extract-assessed-value": "Extras privind valoarea estimată",
}
PAPERS = (
    ("power_of_attorney", "Procură sau alt document de împuternicire"),
    ("heir_paper", "Certificat de moștenitor sau dovada calității"),
    ("id_applicant", "Actul de identitate"),
)


def is_entitled(question: Question) -> bool:
    """Tell whether this asker sees who owns the property."""
    needed = ENTITLED.get(question.answer("asker_quality"))
    return needed is not None and (not needed or needed in question.attachment_ids)


def write_result(question: Question) -> ResultText:
    """Write the extract, with the owner's data or without them."""
    title = next(
        (title for part, title in TITLES.items() if question.service_code.endswith(part)),
        "Răspuns la cererea depusă",
    )
    lines = [
        ("Număr cadastral", question.answer("cadastral_number") or "identificat după adresă"),
        ("Adresa bunului", question.answer("property_address") or "conform registrului"),
        ("Felul bunului", question.answer("object_kind") or "teren"),
        ("Grevări", "nu sunt înscrise"),
    ]
    if is_entitled(question):
        owner = f"{question.answer('surname')} {question.answer('given_name')}".strip()
        own = question.answer("asker_quality") == "right_holder"
        lines.append(("Proprietar", owner if own and owner else "Proprietar De Probă"))
        lines.append(("IDNP al proprietarului", question.subject_idnp if own else "2099010100376"))
        note = ""
    else:
        lines.append(("Proprietar", "persoană fizică"))
        note = "Datele personale ale proprietarului nu se indică pentru această calitate a solicitantului."
    return ResultText(
        title=title,
        intro="Registrul bunurilor imobile conține la data emiterii următoarele înscrieri.",
        lines=tuple(lines),
        note=note,
    )


PROFILE = Profile(
    name="cadastre",
    title="IP CBI – Cadastrul Bunurilor Imobile",
    organisation="Instituția Publică „Cadastrul Bunurilor Imobile”",
    number_prefix="CBI",
    words_of=lambda _service: WORDS,
    write_result=write_result,
    papers=PAPERS,
)
