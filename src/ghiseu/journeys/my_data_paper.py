"""The paper with a person's own data: the same values as the file, in words."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ghiseu.journeys.make_papers import LANGUAGES, office_of
from ghiseu.journeys.my_data_reading import Json, Row, flat
from ghiseu.journeys.my_data_words import code_in_words, word
from ghiseu.journeys.paper_words import source_name
from ghiseu.journeys.plain_events import READ_THERE, in_language
from ghiseu.journeys.plain_purposes import plain_purpose
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers import Contact, KeptSection, KeptThing, KeptValue, MyDataPaper
from ghiseu.modules.visits.models import Visit

# What is said of a case only when it is so.
MARKS = ("content_destroyed", "is_restricted")
# What stands in the file for programs and not on the paper, or is said there otherwise.
NOT_PRINTED = {
    "service_code", "media_type", "size", "label", "answers", "sha256_of_text", "is_disputed", "fields", "documents",
    "evidence", "payments", "calls", "first_at", "legal_basis", *MARKS,
}  # fmt: skip
IN_THE_TITLE = ("number", "service")
CODED = {"state", "kind", "method", "identified_by", "outcome", "direction"}
OF_A_CASE = ("fields", "documents", "evidence", "payments", "calls")
OF_A_CENTRE = ("visits", "mandates", "cases", "cases_for_others", "appointments", "readings", "corrections")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SHORT_LOOKS = ("last_at", "what", "centre", "operator", "count")


def my_data_paper(data: Row, visit: Visit, *, at_desk: AtDesk, at: datetime) -> MyDataPaper:
    """Return the person's data as a paper in the language of the file, by the clock of the centre."""
    language = visit.language if visit.language in LANGUAGES else "ro"
    words = _Words(language, ZoneInfo(at_desk.time_zone))
    centre = office_of(at_desk, language)
    sections: list[KeptSection] = []
    for one in _rows(data["centres"]):
        sections += words.centre(one)
    sections.append(words.section("recipients", _rows(data["recipients"])))
    looks = [{key: row[key] for key in SHORT_LOOKS} for row in _rows(data["look_ups"])]
    sections.append(words.look_ups(looks))
    return MyDataPaper(
        language=language,
        office=centre,
        made_at=at.astimezone(words.zone),
        number=visit.number,
        person=visit.person.full_name or visit.person.document,
        legal_basis=str(data["legal_basis"]),
        sections=tuple(sections),
        call=(Contact(name=centre.name, phone=centre.phone),) if centre.phone else (),
    )


def _rows(value: Json) -> list[Row]:
    return flat(value) if isinstance(value, list) else []


class _Words:
    """Values in one language and by one clock."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone

    def centre(self, row: Row) -> list[KeptSection]:
        """Return the sections of one centre; kinds of which there is nothing are left out."""
        person = row["person"] if isinstance(row["person"], dict) else {}
        found = [
            KeptSection(
                title=f"{word('person', self.language)}: {row['name']}",
                things=(KeptThing(title="", values=self.values(person)),),
            )
        ]
        return found + [self.section(name, _rows(row[name]), of=str(row["name"])) for name in OF_A_CENTRE if row[name]]

    def look_ups(self, rows: list[Row]) -> KeptSection:
        """Return one line for each kind of act: the whole list, with laws and numbers, is another paper."""
        lines = tuple(
            KeptValue(
                label=self.moment(str(row["last_at"])),
                value=f"{row['what']} {row['centre']}, {row['operator']}"
                + (f", {row['count']}×" if row["count"] != 1 else ""),
            )
            for row in rows
        )
        return KeptSection(title=word("look_ups", self.language), things=(KeptThing(title="", values=lines),))

    def section(self, name: str, rows: Iterable[Row], *, of: str = "") -> KeptSection:
        """Return rows of one kind under their heading."""
        title = word(name, self.language)
        things = [thing for row in rows for thing in self.things(name, row)]
        return KeptSection(title=f"{title}: {of}" if of else title, things=tuple(things))

    def things(self, name: str, row: Row) -> list[KeptThing]:
        """Return what one row becomes: a case is followed by its parts."""
        head = KeptThing(title=self.title(row), values=self.values(row))
        if name != "cases":
            return [head]
        marks = tuple(self.told(key, "✓") for key in MARKS if row[key])
        head = KeptThing(title=head.title, values=(*head.values, *marks))
        parts = [KeptThing(title=self.part_title(row, "fields"), values=self.fields(_rows(row["fields"])))]
        for part in OF_A_CASE[1:]:
            parts += [KeptThing(title=self.part_title(row, part), values=self.values(one)) for one in _rows(row[part])]
        return [head, *(one for one in parts if one.values)]

    def part_title(self, case: Row, part: str) -> str:
        return f"{case['number']}: {word(part, self.language)}"

    def title(self, row: Row) -> str:
        return " · ".join(str(row[name]) for name in IN_THE_TITLE if row.get(name))

    def read_there(self, row: Row) -> str:
        said = READ_THERE.get(f"{row['register']}.{row['what']}")
        return in_language(said, self.language) if said else str(row["what"])

    def told(self, key: str, value: str) -> KeptValue:
        return KeptValue(label=word(key, self.language), value=value)

    def values(self, row: Row) -> tuple[KeptValue, ...]:
        """Return the values of a row that say something, each with its label."""
        left_out = NOT_PRINTED | ({*IN_THE_TITLE} if self.title(row) else set())
        if "facts" in row and "register" in row:
            row = row | {"what": self.read_there(row)}
        shown = [(key, self.shown(key, value)) for key, value in row.items() if key not in left_out]
        return tuple(self.told(key, text) for key, text in shown if text)

    def fields(self, rows: list[Row]) -> tuple[KeptValue, ...]:
        """Return the values of a form under the labels of the form, with where they come from."""
        found = []
        for row in rows:
            text = str(row["shown"])
            if row["is_disputed"]:
                text += f" ({word('you_say', self.language)}: {self.plain(row['person_says'])})"
            if text:
                source = f"{word('source', self.language)}: {source_name(str(row['source']), self.language)}"
                found.append(KeptValue(label=str(row["label"]), value=f"{text} · {source}"))
        return tuple(found)

    def shown(self, key: str, value: Json) -> str:
        """Return a value in words: codes, registers and moments are not printed as programs have them."""
        if key in CODED:
            return code_in_words(str(value or ""), self.language)
        if key == "register":
            return in_language(READ_THERE[str(value)], self.language) if value in READ_THERE else str(value)
        if key == "why":
            return plain_purpose(str(value or ""), packages={}, language=self.language)
        if key == "facts":
            return "; ".join(self.said(value))
        if key.endswith(("_at", "_on", "_date")) or key == "at":
            return self.moment(str(value or ""))
        return self.plain(value)

    def moment(self, text: str) -> str:
        """Return a day, or a moment by the clock of the centre."""
        if not text:
            return ""
        if "T" not in text:
            return f"{date.fromisoformat(text):%d.%m.%Y}"
        return f"{datetime.fromisoformat(text).astimezone(self.zone):%d.%m.%Y, %H:%M}"

    def said(self, value: Json) -> Iterator[str]:
        """Yield what a register said, without the names that programs have for it: the file has them."""
        if isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from self.said(one)
        elif isinstance(value, str) and _DAY.fullmatch(value):
            yield self.moment(value)
        elif isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield code_in_words(str(value), self.language)

    def plain(self, value: Json) -> str:
        """Return any value as one line."""
        if isinstance(value, dict):
            return ", ".join(filter(None, (self.plain(one) for one in value.values())))
        if isinstance(value, list):
            return " | ".join(filter(None, (self.plain(one) for one in value)))
        if isinstance(value, bool):
            return "✓" if value else "–"
        return "" if value is None else str(value)
