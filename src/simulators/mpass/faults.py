"""What can be wrong with an answer: the switches of the official security tests, and the attacks known on SAML.

A fault is one of three kinds: the answer says something else, it is signed differently, or the finished message
is taken apart and put together wrongly (`attacks.py`). REPLAY and OLD_PROOF concern what happens around it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from simulators.mpass import attacks
from simulators.mpass.messages import Answer, answer_times, instant, response
from simulators.mpass.signing import ENVELOPED, EXC_C14N, HMAC_SHA256, RSA_SHA1, Signer, sign

NORMAL: Final = "normal"
REPLAY: Final = "replay"  # the last answer comes once more instead of a new one
OLD_PROOF: Final = "old_proof"  # ForceAuthn is not heeded
CANCELLED: Final = "cancelled"

LOCAL_TIME_AHEAD = timedelta(hours=2)
LONG_AGO = timedelta(hours=3)
UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The key that the product has pinned, and one that it has not."""

    right: Signer
    wrong: Signer


Build = Callable[[Answer, Keys], bytes]


def build(fault: str, told: Answer, *, keys: Keys, at: datetime) -> bytes:
    """Return the message with this fault. Raises KeyError for a name that is not in `NAMES`."""
    if change := _facts(at).get(fault):
        return _signed(change(told), keys)
    return _BUILDS[fault](told, keys)


def _facts(at: datetime) -> dict[str, Callable[[Answer], Answer]]:
    """Return what the answer may say wrongly; the signature is right."""
    ahead = answer_times(at=at + LOCAL_TIME_AHEAD, authenticated=at)
    past = answer_times(at=at - LONG_AGO, authenticated=at - LONG_AGO)
    return {
        CANCELLED: lambda told: replace(told, status="Responder", second_status="AuthnFailed"),
        "request_invalid": lambda told: replace(told, status="Requester", second_status="RequestUnsupported"),
        "expired": lambda told: replace(told, **past),
        "future": lambda told: replace(told, **ahead),
        "local_time": lambda told: replace(told, issued=instant(at + LOCAL_TIME_AHEAD)),
        "time_with_offset": lambda told: replace(told, issued=told.issued.replace("Z", "+00:00")),
        "no_destination": lambda told: replace(told, destination=""),
        "other_destination": lambda told: replace(told, destination="https://other.example.md/saml/acs"),
        "other_recipient": lambda told: replace(told, recipient="https://other.example.md/saml/acs"),
        "other_audience": lambda told: replace(told, audience="https://other.example.md"),
        "other_issuer": lambda told: replace(told, issuer="https://idp.example.md"),
        "no_in_response_to": lambda told: replace(told, in_response_to=""),
        "wrong_in_response_to": lambda told: replace(told, in_response_to="_0123456789abcdef0123456789abcdef"),
        "weak_context": lambda told: replace(told, context=UNSPECIFIED),
        "user_name": lambda told: replace(told, name_id="lidia.operator"),
        "wrong_check_digit": lambda told: replace(told, name_id=attacks.with_other_last_digit(told.name_id)),
    }


def _signed(told: Answer, keys: Keys) -> bytes:
    return _finish(response(told), keys.right)


def _finish(root: etree._Element, signer: Signer) -> bytes:
    sign(root, signer)
    return etree.tostring(root)


def _unsigned(told: Answer, _keys: Keys) -> bytes:
    return etree.tostring(response(told))


def _both_signed(told: Answer, keys: Keys) -> bytes:
    root = _with_signed_assertion(told, keys)
    return _finish(root, keys.right)


def _assertion_signed_only(told: Answer, keys: Keys) -> bytes:
    return etree.tostring(_with_signed_assertion(told, keys))


def _assertion_signed_wrongly(told: Answer, keys: Keys) -> bytes:
    root = response(told)
    sign(attacks.only(root, ASSERTION), replace(keys.wrong, transforms=(ENVELOPED, EXC_C14N)))
    return _finish(root, keys.right)


def _with_signed_assertion(told: Answer, keys: Keys) -> etree._Element:
    root = response(told)
    sign(attacks.only(root, ASSERTION), replace(keys.right, transforms=(ENVELOPED, EXC_C14N)))
    return root


def _attacking_response(attack: Callable[[etree._Element], bytes]) -> Build:
    """Return the fault that attacks a properly signed Response."""

    def attacked(told: Answer, keys: Keys) -> bytes:
        root = response(told)
        sign(root, keys.right)
        return attack(root)

    return attacked


def _attacking_assertion(attack: Callable[[etree._Element], bytes]) -> Build:
    """Return the fault that attacks a Response whose assertion alone is properly signed."""
    return lambda told, keys: attack(_with_signed_assertion(told, keys))


_BUILDS: dict[str, Build] = {
    NORMAL: _signed,
    OLD_PROOF: _signed,
    "exclusive_form": lambda told, keys: _finish(response(told), replace(keys.right, transforms=(ENVELOPED, EXC_C14N))),
    "both_signed": _both_signed,
    "unsigned": _unsigned,
    "assertion_signed_only": _assertion_signed_only,
    "assertion_signed_wrongly": _assertion_signed_wrongly,
    "wrong_key": lambda told, keys: _finish(response(told), keys.wrong),
    "sha1": lambda told, keys: _finish(response(told), replace(keys.right, method=RSA_SHA1)),
    "hmac": lambda told, keys: _finish(response(told), replace(keys.right, method=HMAC_SHA256)),
    "void_canonical_form": lambda told, keys: attacks.void_canonical_form(response(told), keys.right),
    **{name: _attacking_response(attack) for name, attack in attacks.ON_RESPONSE.items()},
    **{name: _attacking_assertion(attack) for name, attack in attacks.ON_ASSERTION.items()},
}
# Answers that an honest MPass may give; everything else must not let anybody in.
HONEST = frozenset({NORMAL, "exclusive_form", "both_signed", CANCELLED})
NAMES = (*_BUILDS, *_facts(datetime(2026, 1, 1, tzinfo=UTC)), REPLAY)
