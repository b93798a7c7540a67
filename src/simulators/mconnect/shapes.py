"""The names that each kind of row has, with its empty values; docs/howto/registers.md explains them."""

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]  # Any: a row of JSON; `filled` checks its names, the file's tests its values

ACCOUNT: Row = {
    "has_account": False,
    "cpas_code": "",
    "double_codes": [],
    "insured_status": "uninsured",
    "contribution_months": 0,
    "contribution_years": 0,
    "contribution_months_last_24": 0,
    "periods": [],
    "first_from": None,
    "last_to": None,
    "fee_exemptions": [],
    "fee_exemption": "none",
}
PERIOD: Row = {
    "kind": "work",
    "employer": "",
    "employer_idno": None,
    "from": None,
    "to": None,
    "months": 0,
    "name_used": "",
}
PENSION: Row = {
    "kind": None,
    "set_on": None,
    "amount": None,
    "contribution_after_months": 0,
    "contribution_after_years": 0,
    "reexamined_on": None,
}
BENEFIT: Row = {
    "kind": None,
    "beneficiary_idnp": None,
    "child_idnp": None,
    "deceased_idnp": None,
    "state": None,
    "granted_on": None,
    "decision_number": "",
    "from": None,
    "until": None,
    "amount": None,
    "pay_place": None,
    "option": None,
    "option_changed": False,
    "collected": False,
    "refusal": "",
}
REQUEST: Row = {
    "kind": None,
    "number": None,
    "channel": None,
    "filed_on": None,
    "status": None,
    "office": None,
    "applicant_idnp": None,
    "about_idnp": None,
    "decided_on": None,
}
JOB: Row = {"employer": "", "employer_idno": None, "since": None, "main": True}
LEAVE: Row = {
    "kind": None,
    "employer": "",
    "employer_idno": None,
    "from": None,
    "to": None,
    "days": 0,
    "child_idnp": None,
    "order_number": "",
}
DISABILITY: Row = {
    "has_degree": False,
    "degree": None,
    "cause": None,
    "decision_number": "",
    "decision_date": None,
    "valid_from": None,
    "valid_until": None,
    "for_life": False,
}
INSURANCE: Row = {
    "insured": False,
    "category": "none",
    "since": None,
    "until": None,
    "family_doctor_centre": "",
}


class UnknownName(ValueError):
    """The data file uses a name that the shape does not have."""


def filled(shape: Row, given: Mapping[str, object]) -> Row:
    """Return the shape with the given values put in. Raises UnknownName."""
    unknown = given.keys() - shape.keys()
    if unknown:
        raise UnknownName(", ".join(sorted(unknown)))
    return {**shape, **given}
