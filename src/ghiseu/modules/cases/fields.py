"""The values of a case's form: saved one by one, each with its version, so that nobody overwrites silently."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case, CaseField
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.cases.timeline import note_change

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

OPERATOR = "operator"
_FROM_PAPER = "paper shown at the desk"


class CaseIsNotEditable(Exception):
    """The file has left the desk; its values stand as they were sent."""


class FieldChangedMeanwhile(Exception):
    """Somebody else saved this field after it was shown. Both values are given; nothing was overwritten."""

    def __init__(self, *, theirs: JsonValue, version: int, by_id: int) -> None:
        super().__init__("field changed meanwhile")
        self.theirs = theirs
        self.version = version
        self.by_id = by_id


class RegisterValueStands(Exception):
    """A register's value is not typed over; it can be disputed."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value with its origin. `value` is the register's or typed one; `disputed` what the person says instead."""

    value: JsonValue
    source: str
    read_at: datetime | None
    is_disputed: bool
    disputed: JsonValue
    evidence: str
    version: int


def values_of(case: Case) -> dict[str, Value]:
    """Return all values of the case by field id."""
    return {row.field: _value(row) for row in CaseField.objects.filter(case=case)}


def _value(row: CaseField) -> Value:
    return Value(
        value=cast(JsonValue, json.loads(row.value or "null")),
        source=row.source,
        read_at=row.read_at,
        is_disputed=row.is_disputed,
        disputed=cast(JsonValue, json.loads(row.disputed_value or "null")),
        evidence=row.evidence,
        version=row.version,
    )


def prefill(
    *, case: Case, values: Mapping[str, tuple[JsonValue, str, datetime | None]], by_id: int, at: datetime
) -> None:
    """Write values that registers or the visit already know: field -> (value, source, read at).

    Never touches a field that already has a value. Raises NoTransaction.
    """
    require_transaction()
    CaseField.objects.bulk_create(
        [
            CaseField(
                centre_id=case.centre_id,
                case=case,
                field=field,
                value=json.dumps(value, ensure_ascii=False),
                source=source,
                read_at=read_at,
                changed_by_id=by_id,
                changed_at=at,
            )
            for field, (value, source, read_at) in values.items()
        ],
        ignore_conflicts=True,
    )


def save_field(
    *,
    case: Case,
    field: str,
    value: JsonValue,
    seen_version: int,
    acting: ActingContext,
    at: datetime,
    register_stands: bool = True,
) -> Value:
    """Save what was typed. Saving the same value again changes nothing and raises nothing.

    `seen_version` is the version the page showed, 0 when the field was empty. With `register_stands` False the filled
    value was only a proposal (which child, where to deliver) and may be replaced. Raises CaseIsNotEditable,
    FieldChangedMeanwhile, RegisterValueStands, NoTransaction.
    """
    require_transaction()
    _require_editable(case)
    row = CaseField.objects.select_for_update(of=("self",)).filter(case=case, field=field).first()
    if row is None:
        row = CaseField(centre_id=case.centre_id, case=case, field=field, version=0, source=OPERATOR)
    elif json.loads(row.value or "null") == value and (row.source == OPERATOR or register_stands):
        return _value(row)
    elif row.source != OPERATOR and register_stands:
        raise RegisterValueStands(field)
    elif row.version != seen_version:
        raise FieldChangedMeanwhile(
            theirs=cast(JsonValue, json.loads(row.value)), version=row.version, by_id=row.changed_by_id
        )
    replaced = {"replaced": row.source} if row.source != OPERATOR else None
    row.value, row.source, row.read_at = json.dumps(value, ensure_ascii=False), OPERATOR, None
    _stamp(row, acting, at)
    journal.record("cases.field.changed", acting=acting, at=at, object_type="field", object_id=field, details=replaced)
    return _value(row)


def dispute_field(
    *, case: Case, field: str, value: JsonValue, evidence: str, acting: ActingContext, at: datetime
) -> Value:
    """Record that the person says a register's value is wrong, and on what paper. Both values are kept.

    Raises CaseIsNotEditable, CaseField.DoesNotExist, NoTransaction.
    """
    require_transaction()
    _require_editable(case)
    row = CaseField.objects.select_for_update(of=("self",)).get(case=case, field=field)
    row.is_disputed, row.evidence = True, evidence
    row.disputed_value = json.dumps(value, ensure_ascii=False)
    _stamp(row, acting, at)
    journal.record(
        "cases.field.disputed",
        acting=acting,
        at=at,
        object_type="field",
        object_id=field,
        details={"source": row.source},
    )
    return _value(row)


@dataclass(frozen=True, kw_only=True)
class LateAnswer:
    """What a register told of a field after somebody had typed it from a paper."""

    value: JsonValue
    source: str
    read_at: datetime | None


def take_late_answer(*, case: Case, field: str, told: LateAnswer, acting: ActingContext, at: datetime) -> Value:
    """Put the register's fact where a typed value stands; where they differ the typed one is kept as disputing it.

    Raises CaseIsNotEditable, CaseField.DoesNotExist, NoTransaction.
    """
    require_transaction()
    _require_editable(case)
    row = CaseField.objects.select_for_update(of=("self",)).get(case=case, field=field)
    typed = cast(JsonValue, json.loads(row.value or "null"))
    row.value, row.source = json.dumps(told.value, ensure_ascii=False), told.source
    row.read_at = told.read_at
    if typed in (None, "", [], {}, told.value):
        _stamp(row, acting, at)
        journal.record(
            "cases.field.changed",
            acting=acting,
            at=at,
            object_type="field",
            object_id=field,
            details={"replaced": OPERATOR},
        )
        return _value(row)
    _stamp(row, acting, at)
    return dispute_field(
        case=case, field=field, value=typed, evidence=row.evidence or _FROM_PAPER, acting=acting, at=at
    )


def _stamp(row: CaseField, acting: ActingContext, at: datetime) -> None:
    row.version += 1
    row.changed_by_id, row.changed_at = acting.operator_id, at
    row.save()
    note_change(row.case, at=at)


def _require_editable(case: Case) -> None:
    if case.state not in EDITABLE_STATES:
        raise CaseIsNotEditable(case.number)
