"""What CNAS decides and in which words.

Pension re-examination has three published messages: received, under examination, decision approved. There is
none for a refusal, so `refused` is the word of our own interface. Other requests have the states of the
planned CNAS system (terms of reference of 17 April 2026: new, assigned, in examination, awaiting approval,
processed); its "processed" is told apart here by the kind of decision (acordare, refuz), because nobody must be
told the wrong one.
"""

from simulators.cnas.known import LOOKUPS
from simulators.common.institution.profile import Profile, Question, ResultText, StatusWords

REEXAMINATION = StatusWords(
    received="received",
    examined="in_examination",
    decided="in_examination",
    papers_asked="papers_requested",
    approved="approved",
    refused="refused",
)
BENEFIT = StatusWords(
    received="new",
    examined="in_examination",
    decided="awaiting_approval",
    papers_asked="papers_requested",
    approved="processed_acordare",
    refused="processed_refuz",
)

TITLES = {
    "pension.reexam-old-age": "Decizie privind reexaminarea pensiei pentru limită de vârstă",
    "pension.reexam-disability": "Decizie privind reexaminarea pensiei de dizabilitate",
    "pension.old-age": "Decizie de acordare a pensiei pentru limită de vârstă",
    "pension.disability": "Decizie de acordare a pensiei de dizabilitate",
    "family.birth-allowance": "Decizie de acordare a indemnizației unice la nașterea copilului",
    "family.child-raising-3y": "Decizie privind indemnizația pentru creșterea copilului",
    "family.childcare-2y": "Decizie privind indemnizația pentru îngrijirea copilului",
    "family.twins-support": "Decizie privind suportul pentru copii gemeni",
    "family.paternity": "Decizie de acordare a indemnizației paternale",
    "death-aid.insured": "Decizie de acordare a ajutorului de deces",
    "death-aid.uninsured": "Decizie de acordare a ajutorului de deces",
    "social-allowance": "Decizie de acordare a alocației sociale de stat",
    "info.account-extract": "Informația privind starea contului personal",
    "info.benefits-certificate": "Informație privind prestațiile sociale",
}
PAPERS = (
    ("id_applicant", "Actul de identitate al solicitantului"),
    ("birth_child", "Certificatul sau extrasul de naștere al copilului"),
    ("power_of_attorney", "Procură (sau codul MPower)"),
    ("work_book", "Carnetul de muncă"),
    ("guardianship_act", "Hotărârea de adopție sau dispoziția de tutelă"),
)


def words_of(service_code: str) -> StatusWords:
    """Return the words of this kind of request."""
    return REEXAMINATION if "reexam" in service_code else BENEFIT


def write_result(question: Question) -> ResultText:
    """Write the decision. No amount is invented: it says where the amount is told."""
    title = next(
        (title for part, title in TITLES.items() if question.service_code.endswith(part)),
        "Decizie privind cererea depusă",
    )
    lines = [("IDNP al beneficiarului", question.subject_idnp)]
    name = f"{question.answer('applicant_surname')} {question.answer('applicant_given_name')}".strip()
    if name:
        lines.insert(0, ("Beneficiar", name))
    for label, names in (
        ("IDNP al copilului", ("child_idnp",)),
        ("Modul de primire a banilor", ("payout_method",)),
        ("CPAS", ("cpas",)),
    ):
        value = question.answer(*names)
        if value:
            lines.append((label, value))
    return ResultText(
        title=title,
        intro="Casa teritorială de asigurări sociale a examinat cererea și a decis favorabil.",
        lines=tuple(lines),
        note="Cuantumul se comunică beneficiarului în cabinetul personal. Semnat conform Legii 124/2022.",
    )


PROFILE = Profile(
    name="cnas",
    title="CNAS – Casa Națională de Asigurări Sociale",
    organisation="Casa Națională de Asigurări Sociale",
    number_prefix="CTAS",
    words_of=words_of,
    write_result=write_result,
    papers=PAPERS,
    lookups=LOOKUPS,
)
