"""A power as JSON: with the names of the guide's samples, or with those of its tables, which differ."""

from dataclasses import replace
from datetime import datetime

from simulators.mpower.book import CHISINAU, Power, Status
from simulators.mpower.people import name_of

NATURAL, LEGAL = 1, 2


def details(power: Power, *, at: datetime, shape: str) -> dict[str, object]:
    """Return AuthorizationDetails. Of one that does not hold, from is since when it does not, and to is null."""
    is_valid = power.status(at) is Status.VALID
    begins = power.begins if is_valid else power.invalid_since(at)
    ends = power.ends if is_valid else None
    from_name, to_name = ("fromDate", "toDate") if shape == "sample" else ("From", "To")
    return {
        "authorizationCode": power.code,
        "authorizationTypeCode": power.type_code,
        "authorizingPartyType": _party_type(power.given_by),
        "authorizingIdn": power.given_by,
        "authorizedPartyType": _party_type(power.given_to),
        "authorizedIdn": power.given_to,
        from_name: _naive(begins),
        to_name: _naive(ends) if ends else None,
        "isValid": _truth(is_valid, shape=shape),
        "authorizingPartyName": name_of(power.given_by),
        "authorizedPartyName": name_of(power.given_to),
        "authorizationTypeName": power.type_name,
        "serviceProviderIdno": power.provider,
        "serviceProviderName": power.provider_name,
    }


def between(power: Power, *, at: datetime, shape: str) -> dict[str, object]:
    """Return the answer of TypeCode-Valid-One."""
    return {
        "authorizationCode": power.code,
        "isValid": _truth(power.status(at) is Status.VALID, shape=shape),
    }


def under_code(power: Power, code: str) -> Power:
    """Return the power under another code: what a mixed-up registry would say."""
    return replace(power, code=code)


def _party_type(number: str) -> int:
    return LEGAL if number.startswith("1") else NATURAL


def _truth(value: bool, *, shape: str) -> bool | str:  # noqa: FBT001 - the value itself
    return value if shape == "sample" else str(value)


def _naive(moment: datetime) -> str:
    """Return the moment as the guide's samples have it: without a zone."""
    return moment.astimezone(CHISINAU).replace(tzinfo=None).isoformat()
