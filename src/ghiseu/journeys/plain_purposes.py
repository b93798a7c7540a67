"""Why something was done, for the citizen: the reasons that acts give, each in Romanian, Russian and English.

A reason that stands in the code without a row here makes a test fail.
"""

from collections.abc import Mapping

from ghiseu.journeys.plain_events import in_language
from ghiseu.modules.catalogue.package import Package

PURPOSES: dict[str, tuple[str, str, str]] = {
    "a register answered late": ("registrul a răspuns mai târziu", "регистр ответил позже",
        "a register answered later"),
    "acts for another person": ("ați venit pentru altcineva", "вы пришли за другого человека",
        "you came for somebody else"),
    "agreement withdrawn by the person": ("ați retras acordul", "вы отозвали согласие", "you withdrew the agreement"),
    "answer read at the portal": ("răspuns citit pe portal", "ответ прочитан на портале",
        "the answer was read at the portal"),
    "appointment booked on request": ("ați cerut o programare", "вы просили запись", "you asked for an appointment"),
    "appointment cancelled on request": ("ați anulat programarea", "вы отменили запись",
        "you cancelled the appointment"),
    "appointment moved on request": ("ați mutat programarea", "вы перенесли запись", "you moved the appointment"),
    "call list shown": ("ca să vă putem suna", "чтобы вам позвонить", "so that you can be called"),
    "case ended at the desk": ("cererea s-a încheiat", "дело закончено", "the matter was ended"),
    "case opened on request": ("ați cerut serviciul", "вы попросили об услуге", "you asked for the service"),
    "case shown at the desk": ("lucru la cererea dvs.", "работа над вашим заявлением", "work on your request"),
    "choice made at the desk": ("ați ales la ghișeu", "вы выбрали в центре", "you chose at the desk"),
    "contact plan told by the person": ("ați spus cum vă găsim", "вы сказали, как с вами связаться",
        "you told how to reach you"),
    "delivery of the paper to the door": ("livrarea actului la ușă", "доставка документа на дом",
        "delivery of the paper to the door"),
    "document shown": ("lucru la cererea dvs.", "работа над вашим заявлением", "work on your request"),
    "draft was abandoned": ("nimeni nu a continuat cererea", "никто не продолжил заявление",
        "nobody went on with the request"),
    "electronic signature asked for": ("ați ales să semnați prin MSign", "вы выбрали подпись через MSign",
        "you chose to sign with MSign"),
    "file sent after payment": ("trimitere după plată", "отправка после оплаты", "sent after the payment"),
    "file sent on request": ("ați cerut să o trimitem", "вы просили отправить", "you asked to send it"),
    "found by a search at the desk": ("căutare la ghișeu", "поиск в центре", "a search at the desk"),
    "identification at the desk": ("ca să știm cine a venit", "чтобы знать, кто пришёл", "to know who came"),
    "identifier shown to the operator": ("operatorul a cerut numărul întreg", "оператор запросил полный номер",
        "the operator asked for the whole number"),
    "institution asked again": ("întrebare repetată", "повторный вопрос", "asked once more"),
    "message to the person": ("ca să fiți anunțat(ă)", "чтобы вам сообщить", "to tell you"),
    "missing papers sent": ("acte lipsă trimise", "недостающие документы", "missing papers"),
    "number of the portal filed": ("număr de la portal", "номер портала", "number of the portal"),
    "own data, asked by the person": ("ați cerut datele dvs.", "вы попросили свои данные",
        "you asked for your data"),
    "pages joined": ("lucru la actele dvs.", "работа с документами", "work on your papers"),
    "paper not taken": ("lucru la actele dvs.", "работа с документами", "work on your papers"),
    "paper scanned": ("lucru la actele dvs.", "работа с документами", "work on your papers"),
    "paper scanned at the desk": ("lucru la actele dvs.", "работа с документами", "work on your papers"),
    "paper taken off": ("lucru la actele dvs.", "работа с документами", "work on your papers"),
    "payment confirmed": ("plată confirmată", "оплата подтверждена", "payment confirmed"),
    "payment order expired": ("plata nu a venit la timp", "оплата не пришла вовремя", "it was not paid in time"),
    "payment order issued": ("taxa serviciului", "плата за услугу", "the fee of the service"),
    "payment settled": ("bani care nu se potriveau cu nota", "деньги, не подошедшие к счёту",
        "money that fitted no bill"),
    "people affected by an incident": ("examinarea unui incident", "разбор инцидента",
        "an incident was examined"),
    "person called": ("v-am sunat", "вам звонили", "you were called"),
    "power checked": ("verificarea împuternicirii", "проверка полномочия", "the power was checked"),
    "power checked before handing over": ("verificarea împuternicirii înainte de predare",
        "проверка полномочия перед выдачей", "the power was checked before handing over"),
    "power checked before sending": ("verificarea împuternicirii înainte de trimitere",
        "проверка полномочия перед отправкой", "the power was checked before sending"),
    "register value disputed": ("ați spus că datele sunt greșite", "вы сказали, что данные неверны",
        "you said that the data is wrong"),
    "result wanted electronically": ("doriți rezultatul electronic", "вы хотите результат в электронном виде",
        "you want the result electronically"),
    "result withdrawn on request": ("ați cerut retragerea rezultatului", "вы попросили отозвать результат",
        "you asked to take the result back"),
    "request agreed on the citizen's screen": ("ați fost de acord pe ecranul dvs.", "вы согласились на своём экране",
        "you agreed on your screen"),
    "request read aloud before a witness": ("cererea v-a fost citită cu voce tare", "заявление вам прочитали вслух",
        "the request was read aloud to you"),
    "request said to be wrong": ("ați spus că ceva nu e bine", "вы сказали, что что-то не так",
        "you said that something is wrong"),
    "request shown on the citizen's screen": ("ca să vedeți ce se trimite", "чтобы вы видели, что отправляется",
        "so that you see what is sent"),
    "request signed by hand": ("ați semnat cererea", "вы подписали заявление", "you signed the request"),
    "result handed over": ("predarea rezultatului", "выдача результата", "handing over the result"),
    "restriction of the case": ("cererea a fost pusă sub restricție", "дело ограничено", "the request was restricted"),
    "state asked by the person": ("ați întrebat unde este cererea", "вы спросили, где заявление",
        "you asked where the request is"),
    "the time to keep it was over": ("termenul de păstrare a trecut", "срок хранения прошёл",
        "the time to keep it was over"),
    "value typed at the desk": ("ați spus la ghișeu", "вы сказали в центре", "you told it at the desk"),
    "who looked, asked by the person": ("ați întrebat cine s-a uitat", "вы спросили, кто смотрел",
        "you asked who looked"),
    "work list shown": ("lista de lucru a centrului", "рабочий список центра", "work list of the centre"),
}  # fmt: skip
# A person wrote the rest of it, and it may name others.
BEGINNINGS: dict[str, tuple[str, str, str]] = {
    "alarm looked at: ": ("verificarea unei alarme", "проверка тревоги", "an alarm was looked at"),
}


def service_in(reason: str) -> str:
    """Return the code of the service that a reason begins with, or an empty text."""
    code, found, _ = reason.partition(": ")
    return code if found and "." in code and " " not in code else ""


def plain_purpose(reason: str, *, packages: Mapping[str, Package], language: str) -> str:
    """Return why it was done: the service, when it was for one, and what for."""
    code = service_in(reason)
    package, rest = packages.get(code), reason.removeprefix(f"{code}: ") if code else reason
    why = _plain(rest, package, language)
    if package is None:
        return why
    return f"{package.name(language)}: {why}" if why else package.name(language)


def _plain(reason: str, package: Package | None, language: str) -> str:
    if reason in PURPOSES:
        return in_language(PURPOSES[reason], language)
    for beginning, texts in BEGINNINGS.items():
        if reason.startswith(beginning):
            return in_language(texts, language)
    # A register was read: the package says why, and the journal keeps the Romanian text.
    for use in package.registers if package else ():
        key = f"registers.{use.name}"
        if package is not None and package.has_text(key) and package.text(key, "ro") == reason:
            return package.text(key, language)
    return reason
