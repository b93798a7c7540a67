"""Sentences that papers say about the course of a case, in the citizen's language. Short, one idea each."""

WORDS: dict[str, dict[str, str]] = {
    "ro": {
        "we-send": "Noi trimitem cererea la instituție.",
        "pay-first": "Mai întâi achitați taxa. Apoi cererea pleacă singură.",
        "institution-decides": "Instituția examinează cererea și hotărăște.",
        "day-unknown": "Instituția nu a anunțat ziua. Sunați înainte de a veni.",
        "not-confirmed": "Ziua nu este confirmată: sunați înainte de a veni.",
        "come-for-result": "Veniți după rezultat cu buletinul.",
        "we-call": "Vă sunăm noi când este gata.",
        "bring-papers": "Aduceți actele cerute.",
        "result-here": "Rezultatul este la centru. Veniți cu buletinul.",
        "refused-here": "Instituția a refuzat. Veniți să primiți răspunsul.",
        "centre": "Centrul din",
        "told": "spus la ghișeu",
        "says": "Persoana spune că datele sunt greșite. Corect:",
        "terminal": "la orice terminal de plată, cu numerar",
        "bank": "la ghișeul unei bănci",
        "post": "la oficiul poștal",
        "card": "pe internet, cu cardul: mpay.gov.md",
        "seen": "act de identitate văzut la ghișeu",
    },
    "ru": {
        "we-send": "Мы отправляем заявление в учреждение.",
        "pay-first": "Сначала оплатите. Потом заявление уйдёт само.",
        "institution-decides": "Учреждение рассмотрит заявление и решит.",
        "day-unknown": "Учреждение не назвало день. Позвоните, прежде чем прийти.",
        "not-confirmed": "Этот день не подтверждён: позвоните, прежде чем прийти.",
        "come-for-result": "Приходите за результатом с удостоверением личности.",
        "we-call": "Мы позвоним, когда будет готово.",
        "bring-papers": "Принесите нужные документы.",
        "result-here": "Результат в центре. Приходите с удостоверением личности.",
        "refused-here": "Учреждение отказало. Приходите за ответом.",
        "centre": "Центр в селе",
        "told": "сказано в центре",
        "says": "Человек говорит, что данные неверны. Верно:",
        "terminal": "в любом платёжном терминале, наличными",
        "bank": "в кассе банка",
        "post": "на почте",
        "card": "в интернете, картой: mpay.gov.md",
        "seen": "удостоверение личности показано в центре",
    },
    "en": {
        "we-send": "We send the request to the institution.",
        "pay-first": "Pay the fee first. Then the request goes by itself.",
        "institution-decides": "The institution examines the request and decides.",
        "day-unknown": "The institution has not named the day. Call before you come.",
        "not-confirmed": "This day is not confirmed: call before you come.",
        "come-for-result": "Come for the result with your identity card.",
        "we-call": "We call you when it is ready.",
        "bring-papers": "Bring the papers that are asked for.",
        "result-here": "The result is at the centre. Come with your identity card.",
        "refused-here": "The institution refused. Come for the answer.",
        "centre": "Centre of",
        "told": "told at the desk",
        "says": "The person says that this is wrong. Right is:",
        "terminal": "at any payment terminal, in cash",
        "bank": "at the counter of a bank",
        "post": "at the post office",
        "card": "on the internet, by card: mpay.gov.md",
        "seen": "identity document seen at the desk",
    },
}

SOURCES: dict[str, dict[str, str]] = {
    "ro": {
        "RSP": "registrul populației",
        "person": "cunoscut la acest centru",
        "applicant": "cunoscut la acest centru",
        "SC": "registrul de stare civilă",
        "CNAS": "asigurări sociale (CNAS)",
        "CNDDCM": "consiliul pentru dizabilitate (CNDDCM)",
        "CNAM": "asigurări medicale (CNAM)",
        "CBI": "cadastrul",
        "RSUD": "registrul organizațiilor",
        "mandate": "mandatul înregistrat",
        "operator": "acest ghișeu",
        "case": "această cerere",
        "document": "actul citit la ghișeu",
    },
    "ru": {
        "RSP": "регистр населения",
        "person": "известно в этом центре",
        "applicant": "известно в этом центре",
        "SC": "регистр актов гражданского состояния",
        "CNAS": "социальное страхование (НКСС)",
        "CNDDCM": "совет по инвалидности (CNDDCM)",
        "CNAM": "медицинское страхование (CNAM)",
        "CBI": "кадастр",
        "RSUD": "регистр организаций",
        "mandate": "записанное полномочие",
        "operator": "этот центр",
        "case": "это заявление",
        "document": "документ, прочитанный в центре",
    },
    "en": {
        "RSP": "population register",
        "person": "known at this centre",
        "applicant": "known at this centre",
        "SC": "civil status register",
        "CNAS": "social insurance (CNAS)",
        "CNDDCM": "disability council (CNDDCM)",
        "CNAM": "health insurance (CNAM)",
        "CBI": "cadastre",
        "RSUD": "register of organisations",
        "mandate": "recorded mandate",
        "operator": "this desk",
        "case": "this request",
        "document": "document read at the desk",
    },
}


def say(key: str, language: str) -> str:
    """Return the sentence in the citizen's language, in Romanian when we have no other."""
    return WORDS.get(language, WORDS["ro"])[key]


def source_name(source: str, language: str) -> str:
    """Return where a value comes from, in words; a value without a source was told at the desk."""
    if not source:
        return say("told", language)
    names = SOURCES.get(language, SOURCES["ro"])
    return names.get(source, source)


BUNDLES: dict[str, dict[str, str]] = {
    "ro": {
        "agreement-title": "Dovadă sigilată",
        "revocation-title": "Retragere sigilată",
        "seal": "Sigiliul electronic al platformei, cu marcă temporală",
        "explicit_request": "cererea către instituție",
        "processing_consent": "prelucrarea datelor",
        "mandate": "împuternicirea",
        "hand_signature": "semnat de mână pe hârtie, scanat",
        "citizen_touch": "atins „De acord” pe ecranul cetățeanului",
        "spoken_before_witness": "spus cu voce tare, în fața unui martor",
        "guardian": "dat de reprezentant, pe baza împuternicirii",
        "recorded": "consemnat la ghișeu",
        "document_seen": "act de identitate văzut la ghișeu",
        "document_read": "act de identitate citit la ghișeu",
        "not_needed": "nu s-a cerut semnătură",
    },
    "ru": {
        "agreement-title": "Запись с печатью",
        "revocation-title": "Отзыв с печатью",
        "seal": "Электронная печать платформы с меткой времени",
        "explicit_request": "заявление в учреждение",
        "processing_consent": "обработка данных",
        "mandate": "полномочие",
        "hand_signature": "подписано от руки на бумаге, отсканировано",
        "citizen_touch": "нажато «Согласен» на экране гражданина",
        "spoken_before_witness": "сказано вслух при свидетеле",
        "guardian": "дано представителем на основании полномочия",
        "recorded": "записано в центре",
        "document_seen": "удостоверение личности показано в центре",
        "document_read": "удостоверение личности прочитано в центре",
        "not_needed": "подпись не требовалась",
    },
    "en": {
        "agreement-title": "Sealed record",
        "revocation-title": "Sealed withdrawal",
        "seal": "Electronic seal of the platform, with a time stamp",
        "explicit_request": "the request to the institution",
        "processing_consent": "processing of data",
        "mandate": "the mandate",
        "hand_signature": "signed by hand on paper, scanned",
        "citizen_touch": "“I agree” touched on the citizen's screen",
        "spoken_before_witness": "said aloud before a witness",
        "guardian": "given by the representative on the mandate",
        "recorded": "recorded at the desk",
        "document_seen": "identity document seen at the desk",
        "document_read": "identity document read at the desk",
        "not_needed": "no signature was asked for",
    },
}


def say_bundle(key: str, language: str) -> str:
    """Return a word of a sealed record; what has no word stands as it is, so that no record waits for one."""
    return BUNDLES[language].get(key, key)
