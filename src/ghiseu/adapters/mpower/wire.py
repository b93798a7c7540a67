"""What MPower says and how it is read: "MPower. Integration guide" 2.2, chapter "API reference".

The guide's tables and samples differ (From/To against fromDate/toDate, IsValid a text against a boolean), and the list
has no sample: names are read in any case and either form, numbers also as texts. What we need and cannot read makes
the whole answer unusable. Times come without a zone, and are read as Moldovan ones.
"""

import base64
import binascii
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from ghiseu.foundation.outcomes import Refused, UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer
from ghiseu.modules.mandates.ports import Power, PowerBetween, PowerParty

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
CHISINAU = ZoneInfo("Europe/Chisinau")
PDF = "application/pdf"
ORGANISATION = 2
_CODE, _TYPE, _NUMBER = re.compile(r"[0-9]{16}"), re.compile(r"AT-[0-9A-Za-z]{7}"), re.compile(r"[0-9]{13}")
_FRACTION = re.compile(r"(\.[0-9]{6})[0-9]+")


def code(text: str) -> str:
    """Return the code of a power, 16 digits. Raises Refused: another one need not be asked about."""
    return _shaped(_CODE, text, "the code of a power has 16 digits")


def type_code(text: str) -> str:
    """Return the code of a type of powers, AT- and 7 characters. Raises Refused."""
    return _shaped(_TYPE, text, "the code of a type has 10 characters")


def number(text: str) -> str:
    """Return the number of a party, 13 digits. Raises Refused."""
    return _shaped(_NUMBER, text, "the number of a party has 13 digits")


def _shaped(shape: re.Pattern[str], text: str, rule: str) -> str:
    if not shape.fullmatch(text):
        raise Refused(rule, code="400")
    return text


def is_of_the_registry(answer: Answer) -> bool:
    """Tell whether MPower itself may have said "not found": no body, or JSON. The guide describes no body of errors."""
    return not answer.body.strip() or answer.media_type.endswith("json")


def read_data(body: bytes) -> Json:
    """Return `data` of the envelope. Raises UnusableAnswer, Refused when the registry reports no success."""
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer("the answer is not JSON") from error
    if not isinstance(envelope, dict):
        raise UnusableAnswer("the answer is no envelope")
    told = _by_name(envelope)
    if told.get("success") is False:
        raise Refused("MPower reports no success", code="no-success")
    if told.get("data") is None:
        raise UnusableAnswer("the envelope holds no data")
    return told["data"]


def read_truth(value: Json) -> bool:
    """Return a yes or no, written as boolean or text. Raises UnusableAnswer."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise UnusableAnswer("yes or no was expected")


def read_power(value: Json, *, raw: str) -> Power:
    """Return the details of one power. Raises UnusableAnswer."""
    told = _object(value)
    found = _shaped_answer(_CODE, told, "authorizationcode")
    return Power(
        code=found,
        type_code=_text(told, "authorizationtypecode"),
        type_name=_said(told, "authorizationtypename"),
        subject=_party(told, "authorizing"),
        representative=_party(told, "authorized"),
        begins=_moment(told, "fromdate", "from"),
        ends=_moment(told, "todate", "to"),
        is_valid=read_truth(told.get("isvalid")),
        provider_idno=_said(told, "serviceprovideridno"),
        provider_name=_said(told, "serviceprovidername"),
        raw=raw,
    )


def read_powers(value: Json) -> tuple[Power, ...]:
    """Return the rows of a list, which may stand in an object beside their count. Raises UnusableAnswer."""
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list)]
        value = lists[0] if len(lists) == 1 else None
    if not isinstance(value, list):
        raise UnusableAnswer("a list was expected")
    return tuple(read_power(one, raw=orjson.dumps(one).decode()) for one in value)


def read_between(value: Json) -> PowerBetween:
    """Return what stands between two parties. Raises UnusableAnswer."""
    told = _object(value)
    if not told.get("authorizationcode"):
        return PowerBetween(code="", is_valid=False)
    found = _shaped_answer(_CODE, told, "authorizationcode")
    return PowerBetween(code=found, is_valid=read_truth(told.get("isvalid")))


def read_paper(value: Json) -> bytes:
    """Return the PDF. Raises UnusableAnswer."""
    told = _object(value)
    media_type = _said(told, "content-type") or _said(told, "contenttype")
    try:
        content = base64.b64decode(_text(told, "content"), validate=True)
    except binascii.Error as error:
        raise UnusableAnswer("the file is not base64") from error
    if media_type.partition(";")[0].strip().lower() != PDF or not content.startswith(b"%PDF"):
        raise UnusableAnswer("the file is no PDF")
    return content


def _by_name(value: dict[str, Json]) -> dict[str, Json]:
    return {name.lower(): one for name, one in value.items()}


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise UnusableAnswer("an object was expected")
    return _by_name(value)


def _said(told: dict[str, Json], name: str) -> str:
    """Return a text that may lack."""
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def _text(told: dict[str, Json], name: str) -> str:
    value = _said(told, name)
    if not value:
        raise UnusableAnswer(f"{name} lacks")
    return value


def _shaped_answer(shape: re.Pattern[str], told: dict[str, Json], name: str) -> str:
    value = _text(told, name)
    if not shape.fullmatch(value):
        raise UnusableAnswer(f"{name} has not the agreed form")
    return value


def _party(told: dict[str, Json], side: str) -> PowerParty:
    found = _shaped_answer(_NUMBER, told, f"{side}idn")
    kind = told.get(f"{side}partytype")
    kind = int(kind) if isinstance(kind, str) and kind.strip().isdigit() else kind
    # Organisations' numbers begin with 1; it decides when the type cannot be read.
    is_organisation = kind == ORGANISATION if isinstance(kind, int) else found.startswith("1")
    return PowerParty(number=found, name=_said(told, f"{side}partyname"), is_organisation=is_organisation)


def _moment(told: dict[str, Json], *names: str) -> datetime | None:
    """Return a moment, None when it is empty; one that nobody can read is never "without end"."""
    value = next((told[name] for name in names if name in told), None)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise UnusableAnswer(f"{names[0]} is no moment")
    try:
        read = datetime.fromisoformat(_FRACTION.sub(r"\1", value))
    except ValueError as error:
        raise UnusableAnswer(f"{names[0]} is no moment") from error
    return read if read.tzinfo else read.replace(tzinfo=CHISINAU)
