"""Which questions each register answers, and with which parameters."""

from collections.abc import Callable
from dataclasses import dataclass

from simulators.mconnect import civil, cnas, land, other, rsp
from simulators.mconnect.population import Population
from simulators.mconnect.shapes import Row

Reader = Callable[[Population, Row, dict[str, str]], Row]


@dataclass(frozen=True)
class Operation:
    """One question: the function that answers it and the parameters that it knows."""

    read: Reader
    parameters: frozenset[str] = frozenset()


CATALOGUE: dict[str, dict[str, Operation]] = {
    "RSP": {"person": Operation(rsp.person), "household": Operation(rsp.household)},
    "SC": {
        "birth": Operation(civil.birth),
        "marriage": Operation(civil.marriage),
        "divorce": Operation(civil.divorce),
        "death": Operation(civil.death),
        "status": Operation(civil.status),
        "acts": Operation(civil.acts, frozenset({"kind"})),
    },
    "CNAS": {
        "account": Operation(cnas.account),
        "pension": Operation(cnas.pension, frozenset({"kind"})),
        "benefits": Operation(cnas.benefits, frozenset({"kind", "child_idnp"})),
        "requests": Operation(cnas.requests, frozenset({"kind"})),
        "employment": Operation(cnas.employment),
    },
    "CNDDCM": {"disability": Operation(other.disability)},
    "CNAM": {"insurance": Operation(other.insurance)},
    "CBI": {
        "owned": Operation(land.owned, frozenset({"names_before"})),
        "property": Operation(land.property_, frozenset({"cadastral_number", "quality"})),
    },
    "RSUD": {"organisation": Operation(other.organisation, frozenset({"idno"}))},
}
