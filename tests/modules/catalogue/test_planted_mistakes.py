"""Each mistake that people make in packages is refused, with the file, the line, and what to do."""

from dataclasses import dataclass

import pytest

from ghiseu.modules.catalogue.checking import check_package

BIRTH = "asp/civil.extract-birth/1"
ALLOWANCE = "cnas/family.birth-allowance/1"


@dataclass(frozen=True, kw_only=True)
class Plant:
    """Replace `old` by `new` in `file`; the report must point at the line of `at` and say `says`."""

    file: str
    old: str
    new: str
    at: str
    says: str
    package: str = BIRTH
    reported_in: str = ""


PLANTS = {
    "broken YAML": Plant(
        file="service.yaml", old="kind: application", new="kind: [application", at="institution: asp", says="expected"
    ),
    "a key given twice": Plant(
        file="texts.ro.yaml", old="request: Cer", new="summary: Alta\nrequest: Cer", at="summary: Alta",
        says="given twice"
    ),
    "a key that the format does not have": Plant(
        file="service.yaml", old="repeatability:", new="repeatible:", at="repeatible:", says="no repeatible"
    ),
    "a field without purpose": Plant(
        file="service.yaml",
        old="{id: purpose, type: text, purpose: record, certainty: inferred}",
        new="{id: purpose, type: text, certainty: inferred}",
        at="{id: purpose, type: text",
        says="purpose is missing",
    ),
    "a term without certainty": Plant(
        file="service.yaml",
        old="{id: t1, value: 1, unit: working_day, kind: urgent, channels: [counter], certainty: inferred}",
        new="{id: t1, value: 1, unit: working_day, kind: urgent, channels: [counter]}",
        at="{id: t1, value: 1,",
        says="certainty is missing",
    ),
    "a folder of another version": Plant(
        file="service.yaml", old="version: 1", new="version: 2", at="code: asp", says="belong in the folder"
    ),
    "a field that nobody can fill": Plant(
        file="service.yaml",
        old="{id: purpose, type: text, purpose: record, certainty: inferred}",
        new="{id: purpose, type: text, purpose: record, readonly: yes, certainty: inferred}",
        at="{id: purpose, type: text",
        says="readonly without a source",
    ),
    "an id used twice": Plant(
        file="service.yaml", old="- {id: mcabinet}", new="- {id: mdelivery}", at="- {id: mdelivery}", says="used twice"
    ),
    "a paper that does not exist": Plant(
        file="service.yaml",
        old="evidence: [id_applicant, guardianship_act]",
        new="evidence: [id_applicant, guardian_act]",
        at="guardian_act]",
        says="'guardian_act' is no attachment",
    ),
    "an act that does not exist": Plant(
        file="service.yaml", old="operation: birth, legal: law100", new="operation: birth, legal: law101", at="law101",
        says="no legal basis",
    ),
    "an institution that does not exist": Plant(
        file="service.yaml", old="institution: asp", new="institution: aps", at="institution: aps",
        says="no institution"
    ),
    "a service that does not exist": Plant(
        file="service.yaml", old="service: asp.civil.transcription", new="service: asp.civil.transcripton",
        at="asp.civil.transcripton", says="no service",
    ),
    "a register fact that does not exist": Plant(
        file="service.yaml",
        old="{register: SC, operation: birth, path: record_number}",
        new="{register: SC, operation: birth, path: record_no}",
        at="path: record_no",
        says="SC/birth has no fact 'record_no'",
    ),
    "a register asked for nothing": Plant(
        file="service.yaml",
        old="  - {register: SC, operation: birth, legal: law100}",
        new="  - {register: SC, operation: birth, legal: law100}\n"
        "  - {register: CNAM, operation: insurance, legal: law100}",
        at="register: CNAM",
        says="no field and no condition uses it",
    ),
    "an operator outside the language": Plant(
        file="service.yaml",
        old='when: {"==": [{var: channel}, consulate]}',
        new="when: {regex: [{var: channel}, consulate]}",
        at="{regex:",
        says="'regex' is not an operator",
    ),
    "a rule that looks at a later field": Plant(
        file="service.yaml",
        old='visible: {"!=": [{var: form.applicant_role}, holder]}',
        new='visible: {"!=": [{var: form.delivery}, email]}',
        at="{var: form.delivery}, email]",
        says="asked later",
    ),
    "a condition that is never true": Plant(
        file="service.yaml",
        old='when: {"==": [{var: form.delivery}, mdelivery]}',
        new='when: {"==": [{var: form.delivery}, pigeon]}',
        at="pigeon",
        says="no example makes this true",
    ),
    "a gap in the fee matrix": Plant(
        file="service.yaml",
        old="    - {term: t1, channels: [counter], amount: null, certainty: unknown}\n",
        new="",
        at="{id: t1, value: 1,",
        says="no price for t1 by counter",
    ),
    "two prices for the same thing": Plant(
        file="service.yaml",
        old="    - {term: t0, channels: [counter], amount: null, certainty: unknown}",
        new="    - {term: t0, channels: [counter], amount: null, certainty: unknown}\n"
        "    - {term: t0, channels: [counter], amount: 400, certainty: inferred}",
        at="{id: t0, value: 0,",
        says="two prices for t0",
    ),
    "an unknown amount that is promised": Plant(
        file="service.yaml",
        old="{term: t0, channels: [counter], amount: null, certainty: unknown}",
        new="{term: t0, channels: [counter], amount: null, certainty: sure}",
        at="{term: t0, channels: [counter]",
        says="not known but called sure",
    ),
    "a paper never required": Plant(
        file="service.yaml",
        old="  - {id: power_of_attorney, form: original_shown_and_copy}",
        new="  - {id: power_of_attorney, form: original_shown_and_copy, when: never}\n"
        "  - {id: birth_child, form: copy, when: never}",
        at="{id: birth_child",
        says="'birth_child' is never required",
    ),
    "a status that no example reaches": Plant(
        file="service.yaml",
        old="  - {provider: cancelled, ours: withdrawn, certainty: inferred}",
        new="  - {provider: cancelled, ours: withdrawn, certainty: inferred}\n"
        "  - {provider: approved, ours: decided_granted}",
        at="{provider: approved",
        says="no example passes through 'approved'",
    ),
    "a path that ends where nothing is over": Plant(
        file="examples/pensioner-without-phone.yaml",
        old="states: [submitted, in_progress, completed]",
        new="states: [submitted, in_progress]",
        at="states:",
        says="where nothing is over",
    ),
    "a price that comes out otherwise": Plant(
        file="examples/pensioner-without-phone.yaml", old="fee: 0.00 MDL", new="fee: 80.00 MDL", at="fee: 80.00",
        says="expected 80.00 MDL, but it is 0.00 MDL",
    ),
    "a day that comes out otherwise": Plant(
        file="examples/pensioner-without-phone.yaml", old="date: 2026-12-21", new="date: 2026-12-18",
        at="date: 2026-12-18", says="but it is 2026-12-21",
    ),
    "a text missing in one language": Plant(
        file="texts.ru.yaml", old="  event_place:\n    label: Место рождения\n", new="", at="fields:",
        says="fields.event_place.label is missing",
    ),
    "a text that nothing uses": Plant(
        file="texts.en.yaml", old="result:\n", new="fields_old:\n  a: Old\nresult:\n", at="  a: Old",
        says="used by nothing"
    ),
    "a text left in another language": Plant(
        file="texts.ru.yaml", old="name: Выписка из записи акта о рождении", new="name: Extras de pe actul de naștere",
        at="name: Extras", says="not in Russian",
    ),
    "a consent without text": Plant(
        file="service.yaml", old="  - {id: assisted_filing, certainty: inferred}",
        new="  - {id: assisted_filing, certainty: inferred}\n  - {id: data_abroad}", at="name:",
        says="consents.data_abroad is missing", reported_in="texts.ro.yaml",
    ),
    "a guided route without portal": Plant(
        file="service.yaml", old="kind: institution_api", new="kind: guided", at="route:",
        says="needs portal and handover"
    ),
    "an exemption that nothing shows": Plant(
        file="service.yaml", old="- {id: trafficking_victim, evidence: exemption_proof}",
        new="- {id: trafficking_victim}",
        at="{id: trafficking_victim}", says="can be shown by nothing",
    ),
    "a block that no example reaches": Plant(
        package=ALLOWANCE, file="service.yaml", old="{months_since: {var: registers.RSP.child_person.birth_date}}, 12]",
        new="{months_since: {var: registers.RSP.child_person.birth_date}}, 120]", at="- id: within_12_months",
        says="no example in which 'within_12_months' fails",
    ),
}  # fmt: skip


def problems_of(root, plant):
    folder = root / plant.package
    path = folder / plant.file
    text = path.read_text(encoding="utf-8")
    assert text.count(plant.old) >= 1, "the model changed; plant the mistake elsewhere"
    path.write_text(text.replace(plant.old, plant.new, 1), encoding="utf-8")
    return check_package(folder).problems


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_mistake_is_refused_at_its_line(services, name):
    plant = PLANTS[name]
    reported = services / plant.package / (plant.reported_in or plant.file)

    problems = problems_of(services, plant)

    written = reported.read_text(encoding="utf-8").splitlines()
    lines = [number for number, line in enumerate(written, start=1) if plant.at in line]
    here = [(p.line, p.message) for p in problems if p.path == reported.resolve()]
    assert any(line in lines and plant.says in message for line, message in here), (lines, here or problems)


def test_the_models_have_no_mistakes(services):
    for package in (BIRTH, ALLOWANCE, "cbi/extract-register/1"):
        assert check_package(services / package).text().endswith("no mistakes.\n")


def test_there_are_twenty_mistakes_at_least():
    assert len(PLANTS) >= 20
