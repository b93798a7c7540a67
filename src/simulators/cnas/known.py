"""What CNAS knew before anybody came to a centre: invented people, and the questions answered about them."""

from collections.abc import Mapping

from simulators.common.institution.profile import Json, Lookup, LookupQuestion, NotHeldHere

# The three messages that the public status page shows.
MESSAGES = {
    "received": "cererea a fost recepționată",
    "in_examination": "cererea se află în proces de examinare",
    "approved": "decizia pentru reexaminare a fost aprobată",
}

REEXAMINATIONS: Mapping[str, dict[str, Json]] = {
    # Valentina Rusu filed on paper and nobody called.
    "2099220108140": {"status": "received", "filed_on": "2026-11-02", "channel": "paper", "office": "CTAS"},
}
BENEFITS: Mapping[str, list[Json]] = {
    # Olga Popa: set by the office itself, the notice was not noticed, the money waits.
    "2099180106666": [
        {
            "kind": "birth_allowance",
            "child_idnp": "2099190107033",
            "status": "granted",
            "ex_officio": True,
            "amount": "21886.00",
            "currency": "MDL",
            "decided_on": "2026-10-26",
            "payout": "mpay",
            "collected": False,
        }
    ],
}
# Claims of death aid by the deceased: Petru Ciobanu's son filed before the widow came.
DEATH_AID: Mapping[str, dict[str, Json]] = {
    "2099070102594": {"claimed": True, "claimed_on": "2026-11-22", "status": "new"},
}
ACCOUNTS: Mapping[str, dict[str, Json]] = {
    "0999010200419": {
        "cpas": "CPAS-0001-0419",
        "has_contributions": True,
        "from": "1999-01",
        "to": "2014-06",
    },
}


def pension_reexamination(question: LookupQuestion) -> dict[str, Json]:
    """Return the published message about a re-examination that was filed. Raises NotHeldHere."""
    held = REEXAMINATIONS.get(question.subject_idnp)
    if held is None:
        raise NotHeldHere
    return {**held, "message": MESSAGES[str(held["status"])]}


def family_benefits(question: LookupQuestion) -> dict[str, Json]:
    """Return the benefits that the person has; none is an answer too."""
    return {"benefits": BENEFITS.get(question.subject_idnp, [])}


def death_aid(question: LookupQuestion) -> dict[str, Json]:
    """Tell whether aid for this deceased (parameter `deceased_idnp`) was claimed; never by whom."""
    return DEATH_AID.get(question.parameters.get("deceased_idnp", ""), {"claimed": False})


def account(question: LookupQuestion) -> dict[str, Json]:
    """Return the personal account. Raises NotHeldHere."""
    held = ACCOUNTS.get(question.subject_idnp)
    if held is None:
        raise NotHeldHere
    return held


LOOKUPS: Mapping[str, Lookup] = {
    "pension-reexamination": pension_reexamination,
    "family-benefits": family_benefits,
    "death-aid": death_aid,
    "account": account,
}
