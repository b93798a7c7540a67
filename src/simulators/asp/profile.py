"""What ASP issues and in which words.

The agency publishes no status values; the words are those of the portal's front-office framework, assumed.
`papers_requested` is the word of our own interface.
"""

from datetime import date

from simulators.common.institution.profile import Profile, Question, ResultText, StatusWords

WORDS = StatusWords(
    received="submitted",
    examined="in_progress",
    decided="in_progress",
    papers_asked="papers_requested",
    approved="completed",
    refused="rejected",
)

RECORDS = {
    "extract-birth-multilingual": "Extras multilingv de pe actul de naștere",
    "extract-birth": "Extras de pe actul de naștere",
    "extract-marriage": "Extras de pe actul de căsătorie",
    "extract-death": "Extras de pe actul de deces",
    "certificate-civil-status": "Certificat privind starea civilă",
    "transcription": "Extras de pe actul de stare civilă transcris",
    "rsp.extract": "Adeverință – extras din Registrul de stat al populației",
}
PAPERS = (
    ("id_applicant", "Actul de identitate al solicitantului"),
    ("kinship_proof", "Dovada gradului de rudenie"),
    ("power_of_attorney", "Procură notarială, original"),
    ("marriage_paper", "Actul de căsătorie"),
    ("foreign_act", "Actul emis în străinătate"),
)


def title_of(service_code: str) -> str:
    """Return the name of the document that this service ends in."""
    for part, title in RECORDS.items():
        if service_code.endswith(part):
            return title
    return "Răspuns la cererea depusă"


def _as_written(value: str) -> str:
    """Return a day as people write it, and any other text as it is."""
    try:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    except ValueError:
        return value


def write_result(question: Question) -> ResultText:
    """Write the extract. Only what the request itself said is repeated in it."""
    holder = question.answer("holder_idnp", "person_idnp", "applicant_idnp") or question.subject_idnp
    lines = [("IDNP al titularului", holder)]
    surname = question.answer("holder_surname", "applicant_surname", "surname")
    given = question.answer("holder_given_name", "applicant_given_name", "given_name")
    if surname or given:
        lines.insert(0, ("Titular", f"{surname} {given}".strip()))
    for label, names in (
        ("Data nașterii", ("holder_birth_date", "birth_date", "applicant_birth_date")),
        ("Locul înregistrării", ("registration_place", "event_place", "birth_place")),
        ("Data evenimentului", ("event_date", "registration_date", "death_date", "marriage_date")),
    ):
        value = question.answer(*names)
        if value:
            lines.append((label, _as_written(value)))
    return ResultText(
        title=title_of(question.service_code),
        intro="Se confirmă înscrierea din registrele ținute de Agenția Servicii Publice.",
        lines=tuple(lines),
        note="Documentul electronic are aceeași valoare ca și cel tipărit.",
    )


PROFILE = Profile(
    name="asp",
    title="ASP – Agenția Servicii Publice",
    organisation="Instituția Publică „Agenția Servicii Publice”",
    number_prefix="ASP-SC",
    words_of=lambda _service: WORDS,
    write_result=write_result,
    papers=PAPERS,
)
