"""What villagers say leads to the right service: first with all words, and mostly with the first letters already."""

from pathlib import Path

import pytest

from ghiseu.modules.catalogue.authoring import read_yaml
from ghiseu.modules.catalogue.checking.checker import package_folders
from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.catalogue.package import LANGUAGES
from ghiseu.modules.catalogue.searching import Index, Searchable

SERVICES = Path(__file__).resolve().parents[3] / "services"
FEWEST = 6  # phrases of a service in each language that citizens speak

FIRST = {
    "ajutor social": "cnas.social-allowance",
    "ajutor social de la stat": "cnas.social-allowance",
    "социальная помощь": "cnas.social-allowance",
    "sotsialnaia pomosci": "cnas.social-allowance",
    "nu am stagiu": "cnas.social-allowance",
    "нет стажа": "cnas.social-allowance",
    "ребёнок инвалид": "cnas.social-allowance",
    "reexaminare": "cnas.pension.reexam-old-age",
    "recalcul": "cnas.pension.reexam-old-age",
    "recalculare pensie": "cnas.pension.reexam-old-age",
    "pensie mica": "cnas.pension.reexam-old-age",
    "пересчет": "cnas.pension.reexam-old-age",
    "перерасчёт пенсии": "cnas.pension.reexam-old-age",
    "увеличить пенсию": "cnas.pension.reexam-old-age",
    "reexaminare pensie de grad": "cnas.pension.reexam-disability",
    "перерасчет пенсии по группе": "cnas.pension.reexam-disability",
    "ce face cererea mea": "cnas.pension.reexam-status",
    "где мое заявление": "cnas.pension.reexam-status",
    "pensie": "cnas.pension.old-age",
    "vreau la pensie": "cnas.pension.old-age",
    "batranete": "cnas.pension.old-age",
    "пенсия": "cnas.pension.old-age",
    "выхожу на пенсию": "cnas.pension.old-age",
    "invaliditate": "cnas.pension.disability",
    "am grad": "cnas.pension.disability",
    "инвалидность": "cnas.pension.disability",
    "дали группу": "cnas.pension.disability",
    "bani de inmormantare": "cnas.death-aid.insured",
    "inmormintare": "cnas.death-aid.insured",
    "похороны": "cnas.death-aid.insured",
    "похороны без стажа": "cnas.death-aid.uninsured",
    "a murit si nu a lucrat": "cnas.death-aid.uninsured",
    "a murit sotul": "asp.civil.extract-death",
    "свидетельство о смерти": "asp.civil.extract-death",
    "bani la nastere": "cnas.family.birth-allowance",
    "родился ребенок": "cnas.family.birth-allowance",
    "concediu copil": "cnas.family.child-raising-3y",
    "декрет": "cnas.family.child-raising-3y",
    "bani pe copil": "cnas.family.childcare-2y",
    "детские": "cnas.family.childcare-2y",
    "concediu paternal": "cnas.family.paternity",
    "деньги папе": "cnas.family.paternity",
    "gemeni": "cnas.family.twins-support",
    "двойня": "cnas.family.twins-support",
    "stagiu": "cnas.info.account-extract",
    "трудовая книжка": "cnas.info.account-extract",
    "adeverinta de pensie": "cnas.info.benefits-certificate",
    "справка о пенсии": "cnas.info.benefits-certificate",
    "cod cpas": "cnas.info.cpas-code",
    "соцкод": "cnas.info.cpas-code",
    "nastere": "asp.civil.extract-birth",
    "metrica": "asp.civil.extract-birth",
    "метрика": "asp.civil.extract-birth",
    "certificat multilingv": "asp.civil.extract-birth-multilingual",
    "рождение для Италии": "asp.civil.extract-birth-multilingual",
    "cununie": "asp.civil.extract-marriage",
    "свадьба": "asp.civil.extract-marriage",
    "celibat": "asp.civil.certificate-civil-status",
    "справка не женат": "asp.civil.certificate-civil-status",
    "nascut in Italia": "asp.civil.transcription",
    "родился в России": "asp.civil.transcription",
    "componenta familiei": "asp.rsp.extract",
    "прописка": "asp.rsp.extract",
    "состав семьи": "asp.rsp.extract",
    "buletin": "asp.appointment.identity-passport",
    "паспорт": "asp.appointment.identity-passport",
    "permis auto": "asp.appointment.driving",
    "права": "asp.appointment.driving",
    "ridic actul": "asp.appointment.pickup",
    "забрать паспорт": "asp.appointment.pickup",
    "cadastru": "cbi.extract-register",
    "hartie pe casa": "cbi.extract-register",
    "документы на дом": "cbi.extract-register",
    "pretul casei": "cbi.extract-assessed-value",
    "налог на землю": "cbi.extract-assessed-value",
    "averea mea": "cbi.info-owned-property",
    "наследство": "cbi.info-owned-property",
    "polita": "cnam.insured-status-certificate",
    "полис": "cnam.insured-status-certificate",
    "cazier": "mai.criminal-record",
    "не судим": "mai.criminal-record",
    "amenda": "mpay.pay-order",
    "штраф": "mpay.pay-order",
}
# The first five letters are enough; the place is that in the list under the box.
SOON = {
    "pensi": "cnas.pension.old-age",
    "пенси": "cnas.pension.old-age",
    "nașt": "asp.civil.extract-birth",
    "nast": "asp.civil.extract-birth",
    "метри": "asp.civil.extract-birth",
    "reexa": "cnas.pension.reexam-old-age",
    "recal": "cnas.pension.reexam-old-age",
    "перес": "cnas.pension.reexam-old-age",
    "socia": "cnas.social-allowance",
    "соцпо": "cnas.social-allowance",
    "inmor": "cnas.death-aid.insured",
    "похор": "cnas.death-aid.insured",
    "gemen": "cnas.family.twins-support",
    "двойн": "cnas.family.twins-support",
    "декре": "cnas.family.child-raising-3y",
    "детск": "cnas.family.childcare-2y",
    "стаж": "cnas.info.account-extract",
    "stagi": "cnas.info.account-extract",
    "cazie": "mai.criminal-record",
    "судим": "mai.criminal-record",
    "bulet": "asp.appointment.identity-passport",
    "паспо": "asp.appointment.identity-passport",
    "permi": "asp.appointment.driving",
    "cunun": "asp.civil.extract-marriage",
    "celib": "asp.civil.certificate-civil-status",
    "пропи": "asp.rsp.extract",
    "cadas": "cbi.extract-register",
    "кадас": "cbi.extract-register",
    "polit": "cnam.insured-status-certificate",
    "полис": "cnam.insured-status-certificate",
    "amend": "mpay.pay-order",
    "штраф": "mpay.pay-order",
}


@pytest.fixture(scope="module")
def packages():
    return [load(folder) for folder in package_folders(SERVICES)]


@pytest.fixture(scope="module")
def index(packages):
    """Return the same index as the desk's: every package, and what the wider catalogue knows besides."""
    services = [
        Searchable(
            code=one.code,
            is_package=True,
            phrases={language: (*one.search[language], one.name(language)) for language in LANGUAGES},
        )
        for one in packages
    ]
    covered = {one.code for one in packages}
    for row in read_yaml(SERVICES / "catalogue.yaml").value["services"]:
        if row.get("package") not in covered:
            phrases = {language: (name,) for language, name in row["names"].items()}
            services.append(Searchable(code=row["code"], is_package=False, phrases=phrases))
    return Index(services)


class TestWordsOfCitizens:
    @pytest.mark.parametrize("language", ["ro", "ru"])
    @pytest.mark.parametrize(("said", "code"), FIRST.items())
    def test_lead_to_the_service_first(self, index, said, code, language):
        assert [one.code for one in index.find(said, language=language)][:1] == [code]

    @pytest.mark.parametrize(("typed", "code"), SOON.items())
    def test_lead_there_within_five_letters(self, index, typed, code):
        assert [one.code for one in index.find(typed, language="ro")][:1] == [code]

    @pytest.mark.parametrize("language", ["ro", "ru"])
    def test_are_many_for_every_service(self, packages, language):
        assert {one.code: len(one.search[language]) for one in packages if len(one.search[language]) < FEWEST} == {}
