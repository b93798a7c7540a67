"""The records of processing activities, made of the service packages: one row for each service.

What a record has to say: GDPR, Article 30(1), which Law 195/2024 follows. Nothing here is written twice: whoever
changes a package changes its record.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from ghiseu.foundation.spreadsheet import as_csv
from ghiseu.modules.catalogue.checking.checker import package_folders
from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.catalogue.package import Kind, Package, RouteKind

HEADS = {
    "ro": (
        "Serviciul", "Codul", "Operatorul de date", "Scopul", "Temeiul legal", "Persoanele vizate",
        "Categoriile de date", "Categorii speciale", "Sursele", "Destinatarii", "Termenul de păstrare", "Securitatea",
    ),
    "ru": (
        "Услуга", "Код", "Контролёр", "Цель", "Правовое основание", "Субъекты данных", "Категории данных",
        "Особые категории", "Источники", "Получатели", "Срок хранения", "Безопасность",
    ),
    "en": (
        "Service", "Code", "Controller", "Purpose", "Legal basis", "Data subjects", "Categories of data",
        "Special categories", "Sources", "Recipients", "Kept for", "Security",
    ),
}  # fmt: skip
WORDS = {
    "ro": {
        "title": "Evidența activităților de prelucrare", "services": "Servicii",
        "not-set": "nu este stabilit de instituție", "months": "{} luni de la încheiere", "none": "nu",
        "health": "date privind sănătatea", "criminal": "date privind condamnările",
        "payment": "serviciul de plăți MPay (suma și codul notei)", "person": "persoana, la ghișeu",
        "security": "criptare pe centru și dosar, acces pe roluri, jurnal sigilat",
        "nobody": "nimeni în afara centrului",
        "none-named": "nenumit în pachet",
    },
    "ru": {
        "title": "Учёт операций обработки", "services": "Услуги",
        "not-set": "не установлен учреждением", "months": "{} мес. после окончания", "none": "нет",
        "health": "данные о здоровье", "criminal": "данные о судимости",
        "payment": "платёжная служба MPay (сумма и код счёта)", "person": "человек, в центре",
        "security": "шифрование по центрам и делам, доступ по ролям, журнал с печатью", "nobody": "никто вне центра",
        "none-named": "в пакете не названо",
    },
    "en": {
        "title": "Records of processing activities", "services": "Services",
        "not-set": "not set by the institution", "months": "{} months after the end", "none": "none",
        "health": "data about health", "criminal": "data about convictions",
        "payment": "the payment service MPay (amount and code of the bill)", "person": "the person, at the desk",
        "security": "sealed per centre and case, access by role, sealed journal",
        "nobody": "nobody outside the centre",
        "none-named": "not named in the package",
    },
}  # fmt: skip
OF_HEALTH = {"CNDDCM"}
OF_CONVICTIONS = "criminal"
PAID_HERE = {Kind.APPLICATION, Kind.PAYMENT}  # prices of the others are told, not collected


@dataclass(frozen=True, kw_only=True)
class ProcessingRecord:
    """One service as the record of processing has it, in one language; the fields in the order of HEADS."""

    service: str
    code: str
    controller: str
    purpose: str
    legal_basis: str
    data_subjects: str
    categories: str
    special: str
    sources: str
    recipients: str
    kept_for: str
    security: str


def records(root: Path, *, language: str) -> list[ProcessingRecord]:
    """Return a record of the newest version of every package under the folder `services`, by code."""
    newest: dict[str, Package] = {}
    for folder in package_folders(root):
        package = load(folder)
        known = newest.get(package.code)
        if known is None or known.version < package.version:
            newest[package.code] = package
    return [record_of(newest[code], language=language) for code in sorted(newest)]


def record_of(package: Package, *, language: str) -> ProcessingRecord:
    """Return what the record of processing says of one package."""
    words = WORDS[language]
    return ProcessingRecord(
        service=package.name(language),
        code=f"{package.code} {package.version}",
        controller=package.institution.upper(),
        purpose=package.text("summary", language),
        legal_basis=_listed((basis.act for basis in package.legal_basis), words),
        data_subjects=_listed((package.text(f"roles.{role.id}", language) for role in package.roles), words),
        categories=_listed((package.text(field.label_key, language) for field in package.fields()), words),
        special=_special(package, words),
        sources="; ".join([words["person"], *_once(use.register for use in package.registers)]),
        recipients=_recipients(package, words),
        kept_for=words["months"].format(package.retention.months)
        if package.retention.months is not None
        else words["not-set"],
        security=words["security"],
    )


def as_markdown(rows: Iterable[ProcessingRecord], *, language: str) -> str:
    """Return the records as a document: a heading for each service, a line for each thing that is said of it."""
    words, heads = WORDS[language], HEADS[language]
    many = list(rows)
    lines = [f"# {words['title']}", "", f"{words['services']}: {len(many)}."]
    for row in many:
        cells = astuple(row)
        lines += ["", f"## {cells[0]}", ""]
        lines += [f"* **{head}**: {cell}" for head, cell in zip(heads[1:], cells[1:], strict=True)]
    return "\n".join(lines) + "\n"


def as_table(rows: Iterable[ProcessingRecord], *, language: str) -> bytes:
    """Return the records as a table for a spreadsheet."""
    return as_csv(head=HEADS[language], rows=[astuple(row) for row in rows])


def _special(package: Package, words: dict[str, str]) -> str:
    found = []
    if OF_HEALTH & {use.register for use in package.registers}:
        found.append(words["health"])
    if OF_CONVICTIONS in package.code:
        found.append(words["criminal"])
    return "; ".join(found) or words["none"]


def _recipients(package: Package, words: dict[str, str]) -> str:
    found = []
    if package.route.kind is not RouteKind.NONE:
        found.append((package.route.institution or package.institution).upper())
    if package.kind in PAID_HERE and (package.fee_rows or package.fee_lines):
        found.append(words["payment"])
    return "; ".join(found) or words["nobody"]


def _listed(texts: Iterable[str], words: dict[str, str]) -> str:
    return "; ".join(_once(texts)) or words["none-named"]


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
