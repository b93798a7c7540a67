"""One of each paper, in each language, with people who do not exist."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ghiseu.foundation.money import Money
from ghiseu.modules.documents import papers
from ghiseu.modules.documents.papers.bundle import BundlePaper, NamedFact, printable

AT = datetime(2026, 11, 23, 10, 15, tzinfo=ZoneInfo("Europe/Chisinau"))
HASH = "3b1f" * 16
NUMBER = "LOZ-2026-000417-07"

SAID = {
    "service": {
        "ro": "Extras de pe actul de naștere",
        "ru": "Выписка из акта о рождении",
        "en": "Extract of the birth record",
    },
    "institution": {
        "ro": "Agenția Servicii Publice",
        "ru": "Агентство публичных услуг",
        "en": "Public Services Agency",
    },
    "examine": {
        "ro": "Agenția pregătește extrasul.",
        "ru": "Агентство готовит выписку.",
        "en": "The agency prepares the extract.",
    },
    "come": {
        "ro": "Veniți la noi și luați extrasul.",
        "ru": "Приходите к нам за выпиской.",
        "en": "Come to us and take the extract.",
    },
    "id": {"ro": "Buletinul de identitate", "ru": "Удостоверение личности", "en": "Your identity card"},
    "hours": {
        "ro": "luni–vineri, 8:00–17:00",
        "ru": "понедельник–пятница, 8:00–17:00",
        "en": "Monday–Friday, 8:00–17:00",
    },
    "terminal": {
        "ro": "La orice terminal de plată",
        "ru": "В любом платёжном терминале",
        "en": "At any payment terminal",
    },
    "post": {
        "ro": "La poștă, str. Ștefan cel Mare 5",
        "ru": "На почте, ул. Штефан чел Маре, 5",
        "en": "At the post office, Ștefan cel Mare 5",
    },
    "text": {
        "ro": "Rog să-mi eliberați extrasul de pe actul de naștere. Am nevoie de el pentru dosarul de moștenire.",
        "ru": "Прошу выдать мне выписку из акта о рождении. Она нужна мне для наследственного дела.",
        "en": "Please issue the extract of my birth record. I need it for an inheritance file.",
    },
    "agree": {
        "ro": "Sunt de acord ca operatorul să citească datele de mai jos din registre, numai pentru cererea mea.",
        "ru": "Я согласна, чтобы оператор прочитал данные ниже из регистров, только для моего заявления.",
        "en": "I agree that the operator reads the details below from the registers, for my request only.",
    },
    "register": {"ro": "Registrul populației", "ru": "Регистр населения", "en": "Population register"},
    "told": {"ro": "Spus de persoană", "ru": "Сказано человеком", "en": "Told by the person"},
    "born": {"ro": "Data nașterii", "ru": "Дата рождения", "en": "Date of birth"},
    "purpose": {"ro": "Scopul", "ru": "Цель", "en": "Purpose"},
    "law": {
        "ro": "Legea nr. 100/2001 privind actele de stare civilă, art. 67",
        "ru": "Закон № 100/2001 об актах гражданского состояния, ст. 67",
        "en": "Law no. 100/2001 on civil-status records, art. 67",
    },
    "under": {
        "ro": "Cererea este în examinare.",
        "ru": "Заявление рассматривают.",
        "en": "The request is being examined.",
    },
    "meaning": {
        "ro": "Casa de asigurări verifică anii de muncă. Nu trebuie să faceți nimic.",
        "ru": "Касса проверяет ваш стаж. Вам ничего делать не нужно.",
        "en": "The insurance house checks your working years. You need to do nothing.",
    },
    "benefit": {
        "ro": "Indemnizație unică la nașterea copilului",
        "ru": "Единовременное пособие при рождении ребёнка",
        "en": "One-time allowance at the birth of a child",
    },
}


def say(key, language):
    return SAID[key][language]


def both(key, language):
    return papers.Both(ro=SAID[key]["ro"], own=SAID[key][language])


def all_papers(language, *, is_copy=False):
    """Return one of each kind, by name."""
    common = {
        "language": language,
        "made_at": AT,
        "is_copy": is_copy,
        "office": papers.Office(
            name="CUPS Lozova",
            address="s. Lozova, r. Strășeni",
            phone="+373 600 00 001",
            operator="Lidia Operator-Test",
        ),
    }
    person = papers.Party(
        name="Eugenia Munteanu",
        number="2099010100376",
        born_on=date(1945, 3, 2),
        address="s. Colibași, str. Ștefan cel Mare 7",
        phone="",
    )
    relative = papers.Party(name="Vasile Rotaru", number="2099050101850")
    call = (papers.Contact(name="CUPS Lozova", phone="+373 600 00 001", hours=say("hours", language)),)
    steps = (
        papers.Step(what=say("examine", language), by=date(2026, 12, 14)),
        papers.Step(what=say("come", language)),
    )
    service = say("service", language)
    institution = say("institution", language)
    return {
        "request": papers.RequestPaper(
            **common,
            case_number=NUMBER,
            service=both("service", language),
            institution=both("institution", language),
            text=both("text", language),
            text_sha256=HASH,
            applicant=person,
            representative=relative,
            mandate=papers.Both(ro="Procură notarială nr. 17 din 4 mai 2026", own="17 / 04.05.2026"),
            fields=(
                papers.RequestField(
                    label=both("born", language),
                    value="02.03.1945",
                    source=both("register", language),
                    remark=papers.Both(ro="03.02.1945", own="03.02.1945"),
                ),
                papers.RequestField(
                    label=both("purpose", language),
                    value="#set text(red) *moștenire* $x^2$",
                    source=both("told", language),
                ),
            ),
            attachments=(papers.AttachedPaper(title=both("id", language), pages=2),),
            consents=(papers.ConsentGiven(text=both("agree", language), is_given=True),),
            legal_basis=both("law", language),
            read_aloud_in={"ro": "română", "ru": "русском", "en": "English"}[language],
        ),
        "agreement": papers.AgreementPaper(
            **common,
            number=NUMBER,
            person=person,
            text=both("agree", language),
            text_sha256=HASH,
            looks=(
                papers.Look(
                    institution=both("institution", language),
                    what=both("born", language),
                    why=both("purpose", language),
                ),
            )
            * 2,
        ),
        "slip": papers.SlipPaper(
            **common,
            case_number=NUMBER,
            service=service,
            institution=institution,
            institution_number="ASP-2026-118845",
            person=person.name,
            filed_on=date(2026, 11, 23),
            steps=steps,
            call=call,
            status_url="https://ghiseu.example.md/s/Hk3v9QpTz7LmXw2RbY8cNdE4",
            come_back_on=date(2026, 12, 15),
            bring=(say("id", language),),
        ),
        "payment_note": papers.PaymentNotePaper(
            **common,
            case_number=NUMBER,
            service=service,
            payee=institution,
            order_key="GH7K2M4QX9",
            amount=Money(amount=Decimal("240.50"), currency="MDL"),
            expires_on=date(2026, 12, 23),
            where=(say("terminal", language), say("post", language)),
            call=call,
        ),
        "hand_over_sheet": papers.HandOverSheetPaper(
            **common,
            case_number=NUMBER,
            service=service,
            portal="e-Cerere",
            portal_address="https://ecerere.example.md",
            values=(
                papers.PortalValue(label="IDNP", value="2099010100376"),
                papers.PortalValue(label=say("born", language), value="02.03.1945"),
            ),
            papers=(say("id", language),),
        ),
        "result_receipt": papers.ResultReceiptPaper(
            **common,
            case_number=NUMBER,
            service=service,
            items=(papers.HandedItem(title=service, pages=1, number="EX-77120", sha256=HASH),),
            received_by=relative,
            identification=say("id", language) + ", B01002003",
            for_person=person,
            mandate="nr. 17, 04.05.2026",
        ),
        "granted": papers.GrantedPaper(
            **common,
            benefit=say("benefit", language),
            person="Olga Popa",
            institution=institution,
            how_to_take=(say("terminal", language), say("post", language)),
            granted_on=date(2026, 10, 28),
            amount=Money(amount=Decimal("21422"), currency="MDL"),
            take_by=date(2027, 10, 28),
            decision_number="D-5521",
            call=call,
        ),
        "appointment_slip": papers.AppointmentSlipPaper(
            **common,
            number="LOZ-2026-000418-05",
            person=person.name,
            what_for=service,
            place=institution,
            address="Strășeni, str. Mihai Eminescu 30",
            starts_at=datetime(2026, 12, 3, 9, 40, tzinfo=ZoneInfo("Europe/Chisinau")),
            counter="4",
            bring=(say("id", language),),
            call=call,
        ),
        "bundle": BundlePaper(
            **common,
            is_revocation=language == "ru",
            case_number=NUMBER,
            person=person.name,
            service=service,
            agreed_at="23.11.2026, 10:15",
            kind=service,
            method=institution,
            lines=(service, "", printable("#set text(red) *moștenire* 😀\t✓")),
            text_sha256=HASH,
            facts=tuple(NamedFact(name=f"acting.fact_{one}", value=HASH) for one in range(60)),
            content='{"format":"ghiseu-evidence/1"}',
            content_sha256=HASH,
        ),
        "status_answer": papers.StatusAnswerPaper(
            **common,
            service=say("benefit", language),
            person="Valentina Rusu",
            institution=institution,
            asked_at=AT,
            answer=say("under", language),
            meaning=say("meaning", language),
            steps=steps,
            call=call,
        ),
        "my_data": papers.MyDataPaper(
            **common,
            number=NUMBER,
            person="Eugenia Munteanu",
            legal_basis="Legea 195/2024",
            sections=tuple(
                papers.KeptSection(
                    title=say("service", language),
                    things=tuple(
                        papers.KeptThing(
                            title=NUMBER if thing else "",
                            values=tuple(papers.KeptValue(label=say("id", language), value="x" * 90) for _ in "1234"),
                        )
                        for thing in range(size)
                    ),
                )
                for size in (3, 0, 9)
            ),
            call=call,
        ),
        "correction": papers.CorrectionPaper(
            **common,
            number=NUMBER,
            person=person,
            owner=both("institution", language),
            owner_address="",
            register=both("register", language),
            field=say("id", language),
            register_says="",
            person_says="#set text(red) Lozova",
            evidence=say("id", language),
            legal_basis=both("law", language),
            answer_due_on=date(2026, 12, 23),
        ),
        "breach_letter": papers.BreachLetterPaper(
            **common,
            from_day=date(2026, 11, 1),
            to_day=date(2026, 11, 3),
            told="" if language == "ru" else say("examine", language),
            call=call,
        ),
        "who_looked": papers.WhoLookedPaper(
            **common,
            person="Eugenia Munteanu",
            since=date(2024, 11, 23),
            lines=tuple(
                papers.LookedLine(
                    when=f"{day}.11.2026, 10:15–10:20",
                    what=say("examine", language),
                    why=f"{say('service', language)}: {say('come', language)}",
                    institution=institution,
                    centre="Lozova",
                    operator="operator nr. 3",
                    legal_basis="Legea 100/2001",
                    number=NUMBER,
                    times=day % 3 + 1,
                )
                for day in range(23, 11, -1)
            ),
            call=call,
        ),
    }
