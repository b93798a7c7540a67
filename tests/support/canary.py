"""A citizen whose every word is written nowhere else, and the search for her words in whatever the product leaves."""

import base64
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
import yaml
from psycopg import sql
from tests.support.cards import identity_card

from simulators.mconnect.population import FILE

IDNP, CHILD_IDNP = "2099746183050", "2099758294160"
SURNAME, GIVEN_NAME, FORMER_NAME, CHILD_NAME = "Qwyxțâră", "Zywqăfina", "Wyqzîmbei", "Xyqwâlin"
BIRTH_PLACE, STREET = "Wâxqâleni", "Yqwăzilor"
DOCUMENT, CHILD_DOCUMENT = "B97461830", "8361527"
PHONE, EMAIL, RELATIVE = "068315297", "xq.zyw.kw@example.test", "Vecina Kwyxulina"
DISPUTED, OLD_DOCUMENT, WITHDRAWN = "Qwyxdispută", "A38172946", "Zywrenunță"
CADASTRAL = "8097461.385"

# Written as it lies in the registers, typed at the desk, or printed in a file's name.
WORDS = (
    IDNP, CHILD_IDNP, SURNAME, GIVEN_NAME, FORMER_NAME, CHILD_NAME, BIRTH_PLACE, STREET, DOCUMENT, CHILD_DOCUMENT,
    PHONE[1:], EMAIL.partition("@")[0], RELATIVE.split()[1], DISPUTED, OLD_DOCUMENT, WITHDRAWN,
)  # fmt: skip

CARD = identity_card(idnp=IDNP, surname="QWYXTARA", given_name="ZYWQAFINA", born=date(1961, 2, 17), number=DOCUMENT)

_MORE_PEOPLE = f"""
places:
  canary: {{name: "s. {BIRTH_PLACE}", region: "raionul Strășeni", post_code: MD-3799, cuatm: "8099901", office: "SSC Strășeni"}}
people:
- idnp: "{IDNP}"
  names: [{SURNAME}, {GIVEN_NAME}]
  before: [[{FORMER_NAME}, {GIVEN_NAME}, 1984-02-18, marriage]]
  sex: F
  born: [1961-02-17, canary]
  birth: ["977", 1961-02-20]
  lives: [lozova, "str. {STREET} 7"]
  documents: [[identity_card, {DOCUMENT}, 2010-05-05, null, valid]]
  cnas:
    account: {{cpas_code: "990007461", insured_status: insured, contribution_months: 439, contribution_months_last_24: 20}}
    pensions: [{{kind: old_age, set_on: 2020-06-23, amount: "3077.15", contribution_after_months: 66}}]
    requests: [{{kind: reexam_old_age, number: CTAS-STR-2026-09746, channel: paper, filed_on: 2026-11-02, status: received, office: "CTAS Strășeni"}}]
    benefits: [{{kind: birth_allowance, child_idnp: "{CHILD_IDNP}", state: granted, granted_on: 2026-11-02, decision_number: D-2026-89746, pay_place: "MPay", collected: false}}, {{kind: child_raising_3y, child_idnp: "{CHILD_IDNP}", state: granted, granted_on: 2026-11-02, decision_number: D-2026-89747, from: 2026-12-15, until: 2029-10-19, option: "36", pay_place: "MPay", collected: false}}]
    jobs: [{{employer_idno: "1099000000032", since: 2021-12-01, main: true}}]
    leaves: [{{kind: childcare, employer_idno: "1099000000032", from: 2026-12-15, to: 2029-10-19, days: 1040, child_idnp: "{CHILD_IDNP}", order_number: 746-p}}]
  insurance: {{insured: true, category: employed, since: 2021-12-01, family_doctor_centre: "OMF Lozova"}}
- idnp: "{CHILD_IDNP}"
  names: [{SURNAME}, {CHILD_NAME}]
  sex: M
  born: [2026-10-19, straseni]
  birth: ["978", 2026-10-23]
  lives: [lozova, "str. {STREET} 7"]
  mother: "{IDNP}"
  documents: [[birth_certificate, NA-II {CHILD_DOCUMENT}, 2026-10-23, null, valid]]
  insurance: {{insured: true, category: government, since: 2026-10-19, family_doctor_centre: "OMF Lozova"}}
marriages:
- {{number: "974", date: 1984-02-18, place: straseni, wife: ["{IDNP}", {FORMER_NAME}], husband: null, husband_name: [{SURNAME}, Anatolie]}}
properties:
- {{cadastral_number: "{CADASTRAL}", place: lozova, address: "str. {STREET} 7", kind: land, area_m2: 900, use: "teren pentru construcții", assessed: true, assessed_value: "84200.00", restrictions: [], owners: [["{IDNP}", "{SURNAME} {GIVEN_NAME}", 1/1, 2002-06-10]]}}
"""  # noqa: E501 - as the registers' own file is written


def write_people(path: Path) -> Path:
    """Write the registers' people with her and her child among them."""
    people, more = (yaml.safe_load(text) for text in (FILE.read_text("utf8"), _MORE_PEOPLE))
    people["places"] |= more["places"]
    for part in ("people", "marriages", "properties"):
        people[part] += more[part]
    path.write_text(yaml.safe_dump(people, allow_unicode=True), "utf8")
    return path


def written_ways(word: str) -> set[bytes]:
    """Return how the word may stand in a file, in lower case: bare, quoted, escaped, encoded, without accents."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
    found: set[bytes] = set()
    for spelling in {form for text in (word, bare) for form in (text, text.lower(), text.upper())}:
        raw = spelling.encode()
        found |= {raw, spelling.encode("utf-16-le"), spelling.encode("utf-16-be"), raw.hex().encode()}
        found |= {quote(spelling).encode(), quote_plus(spelling).encode(), escape(spelling).encode()}
        found |= {spelling.encode("ascii", "backslashreplace"), spelling.encode("ascii", "xmlcharrefreplace")}
        found |= {
            json.dumps(spelling)[1:-1].encode(),
            spelling.encode("unicode_escape"),
            unicodedata.normalize("NFD", spelling).encode(),
        }
        found |= set(_in_base64(raw)) | set(_in_base64(spelling.encode("utf-16-le")))
    return {form.lower() for form in found}


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """Give the part of the encoding that does not depend on what stands around, for each of the three places."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw)
        inner = encoded[(0, 2, 3)[before] : (before + len(raw)) // 3 * 4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


_DIGITS_APART = re.compile(rb"(?<=\d)(?:[ .,\-_]|%20|\+|\xc2\xa0)(?=\d)")
_WAYS: dict[str, set[bytes]] = {}


def words_in(content: bytes, words: Iterable[str] = WORDS) -> list[str]:
    """Return which of the words stand in the content, however written; numbers also in groups of digits."""
    lowered = content.lower()
    together = _DIGITS_APART.sub(b"", lowered)
    for word in words:
        _WAYS.setdefault(word, written_ways(word))
    return [word for word in words if any(way in lowered or way in together for way in _WAYS[word])]


Found = dict[str, list[str]]


def hits(places: Iterable[tuple[str, bytes]], words: Iterable[str] = WORDS) -> Found:
    """Return the words by the place where each was found."""
    asked = tuple(words)
    found: dict[str, set[str]] = {}
    for name, content in places:
        if seen := words_in(content, asked):
            found.setdefault(name, set()).update(seen)
    return {name: sorted(seen) for name, seen in sorted(found.items())}


def files_below(folder: Path, *, without: Iterable[Path] = ()) -> Iterator[tuple[str, bytes]]:
    """Give every file with its content; its name is part of the content."""
    for path in sorted(folder.rglob("*")):
        if any(path.is_relative_to(one) for one in without):
            continue
        name = str(path.relative_to(folder))
        yield name, name.encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")


def rows_of_database(connection: psycopg.Connection) -> Iterator[tuple[str, bytes]]:
    """Give every value of every column of every table, named table.column."""
    tables = connection.execute(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
        "AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    for schema, table in tables:
        cursor = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table)))
        names = [one.name for one in cursor.description or ()]
        for row in cursor.fetchall():
            for name, value in zip(names, row, strict=True):
                yield f"{table}.{name}", unpacked(value) if name == "session_data" else as_bytes(value)


def as_bytes(value: object) -> bytes:
    """Return a value of the database as it would be read in a dump."""
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def unpacked(value: object) -> bytes:
    """Return the content of a session: it is signed, and packed when it is long."""
    text = str(value)
    packed = text.startswith(".")
    body = text.removeprefix(".").partition(":")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return text.encode() + b"\n" + (zlib.decompress(raw) if packed else raw)


def as_lines(headers: Mapping[str, str]) -> bytes:
    """Return headers as they came over the wire."""
    return "\n".join(f"{name}: {value}" for name, value in headers.items()).encode()
