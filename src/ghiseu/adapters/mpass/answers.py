"""Messages that we read: Response, LogoutRequest, LogoutResponse.

Order of work: cheap refusals on bytes and structure, shape of the signature, signature, and only then, from the
verified bytes, addressing, time and content (security page of the MPass guide, rules 1 to 5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from ghiseu.adapters.mpass import names, signature, strict
from ghiseu.adapters.mpass.errors import (
    Expired,
    NotOfTheProfile,
    NotOneAssertion,
    NotSuccess,
    NotUtc,
    TooNew,
    WeakContext,
    WrongAudience,
    WrongDestination,
    WrongInResponseTo,
    WrongIssuer,
    WrongRecipient,
)
from ghiseu.adapters.mpass.parties import ServiceProvider

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
GONE_WRONG_HERE = frozenset(f"urn:oasis:names:tc:SAML:2.0:status:{code}" for code in ("Requester", "VersionMismatch"))


@dataclass(frozen=True, kw_only=True)
class Authenticated:
    """MPass vouches for a person. Whether they may come in is not its business."""

    in_response_to: str
    assertion_id: str
    valid_until: datetime
    name_id: str
    session_index: str
    authenticated_at: datetime
    context: str
    attributes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Declined:
    """The person cancelled at MPass, or was refused there. Not an error."""

    in_response_to: str


@dataclass(frozen=True, kw_only=True)
class LogoutAsked:
    """MPass ends the session of this person."""

    message_id: str
    name_id: str
    session_indexes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LogoutAnswered:
    """MPass answers our own request to log out."""

    in_response_to: str
    complete: bool


def read_response(encoded: str, *, sp: ServiceProvider, at: datetime) -> Authenticated | Declined:
    """Read the form field SAMLResponse that came to the assertion consumer address.

    The caller still has to bind `in_response_to` to the browser and to use `assertion_id` once. Raises MessageRefused.
    """
    root = _trusted(encoded, name="Response", destination=sp.acs_url, sp=sp, at=at)
    in_response_to = _in_response_to(root)
    assertions = root.findall(names.saml("Assertion"))
    status = _status(root)
    if status != names.SUCCESS:
        if assertions or status in GONE_WRONG_HERE:
            raise NotSuccess(f"status {status.rsplit(':', 1)[-1]}")
        return Declined(in_response_to=in_response_to)
    if len(assertions) != 1:
        raise NotOneAssertion("success without an assertion")
    return _assertion(assertions[0], in_response_to=in_response_to, sp=sp, at=at)


def read_logout_request(encoded: str, *, sp: ServiceProvider, at: datetime) -> LogoutAsked:
    """Read the form field SAMLRequest that came to the log-out address. Raises MessageRefused."""
    root = _trusted(encoded, name="LogoutRequest", destination=sp.slo_url, sp=sp, at=at)
    if limit := root.get("NotOnOrAfter"):
        _not_over(limit, sp=sp, at=at)
    return LogoutAsked(
        message_id=_attribute(root, "ID"),
        name_id=_text(root, names.saml("NameID")),
        session_indexes=tuple(index.text or "" for index in root.findall(names.samlp("SessionIndex"))),
    )


def read_logout_response(encoded: str, *, sp: ServiceProvider, at: datetime) -> LogoutAnswered:
    """Read the form field SAMLResponse that came to the log-out address. Raises MessageRefused."""
    root = _trusted(encoded, name="LogoutResponse", destination=sp.slo_url, sp=sp, at=at)
    inner = root.find(f"{names.samlp('Status')}/{names.samlp('StatusCode')}/{names.samlp('StatusCode')}")
    partial = inner is not None and inner.get("Value") == names.PARTIAL_LOGOUT
    return LogoutAnswered(in_response_to=_in_response_to(root), complete=_status(root) == names.SUCCESS and not partial)


def _trusted(encoded: str, *, name: str, destination: str, sp: ServiceProvider, at: datetime) -> etree._Element:
    """Return the verified message if it is addressed to us, from MPass and of now."""
    raw = strict.parse(strict.decode(encoded))
    if raw.tag != names.samlp(name):
        raise NotOfTheProfile("another message is expected at this address")
    signature.check_shape(raw, assertion_too=sp.assertion_signed_too)
    strict.refuse_other_profiles(raw)
    root = signature.verified(raw, pinned=sp.mpass.certificates, at=at)
    if root.get("Destination") != destination:
        raise WrongDestination("Destination is missing or not ours")
    _of_now(_attribute(root, "IssueInstant"), sp=sp, at=at)
    _from_mpass(root, sp=sp)
    return root


def _assertion(assertion: etree._Element, *, in_response_to: str, sp: ServiceProvider, at: datetime) -> Authenticated:
    _of_now(_attribute(assertion, "IssueInstant"), sp=sp, at=at)
    _from_mpass(assertion, sp=sp)
    until = _confirmed(assertion, in_response_to=in_response_to, sp=sp, at=at)
    until = min(until, _conditions(assertion, sp=sp, at=at))
    statement = _child(assertion, names.saml("AuthnStatement"))
    authenticated_at = _instant(_attribute(statement, "AuthnInstant"))
    if authenticated_at > at + sp.tolerance:
        raise TooNew("authenticated in the future")
    if session_end := statement.get("SessionNotOnOrAfter"):
        _not_over(session_end, sp=sp, at=at)
    context = statement.findtext(f"{names.saml('AuthnContext')}/{names.saml('AuthnContextClassRef')}", "")
    if context not in sp.strong_contexts:
        raise WeakContext(f"authentication context {context.rsplit(':', 1)[-1] or 'not named'}")
    return Authenticated(
        in_response_to=in_response_to,
        assertion_id=_attribute(assertion, "ID"),
        valid_until=until,
        name_id=_text(assertion, f"{names.saml('Subject')}/{names.saml('NameID')}"),
        session_index=_attribute(statement, "SessionIndex"),
        authenticated_at=authenticated_at,
        context=context,
        attributes=_attributes(assertion),
    )


def _confirmed(assertion: etree._Element, *, in_response_to: str, sp: ServiceProvider, at: datetime) -> datetime:
    """Check the bearer confirmation (saml-profiles 4.1.4.3) and return its end."""
    confirmation = _child(assertion, f"{names.saml('Subject')}/{names.saml('SubjectConfirmation')}")
    if confirmation.get("Method") != names.BEARER:
        raise NotOfTheProfile("the confirmation is not of a bearer")
    facts = _child(confirmation, names.saml("SubjectConfirmationData"))
    if facts.get("Recipient") != sp.acs_url:
        raise WrongRecipient("Recipient is missing or not ours")
    if facts.get("InResponseTo") != in_response_to:
        raise WrongInResponseTo("the assertion answers another request than the message")
    return _window(facts, sp=sp, at=at)


def _conditions(assertion: etree._Element, *, sp: ServiceProvider, at: datetime) -> datetime:
    conditions = _child(assertion, names.saml("Conditions"))
    until = _window(conditions, sp=sp, at=at)
    audiences = conditions.iterfind(f"{names.saml('AudienceRestriction')}/{names.saml('Audience')}")
    if sp.entity_id not in [audience.text for audience in audiences]:
        raise WrongAudience("the assertion is meant for another service")
    return until


def _attributes(assertion: etree._Element) -> Mapping[str, tuple[str, ...]]:
    """Return the attributes by name; an attribute may have any number of values, empty ones are dropped."""
    found: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.iterfind(f"{names.saml('AttributeStatement')}/{names.saml('Attribute')}"):
        values = tuple(value.text for value in attribute if value.text)
        name = _attribute(attribute, "Name")
        found[name] = found.get(name, ()) + values
    return found


def _window(element: etree._Element, *, sp: ServiceProvider, at: datetime) -> datetime:
    if (start := element.get("NotBefore")) and _instant(start) > at + sp.tolerance:
        raise TooNew("not valid yet")
    return _not_over(element.get("NotOnOrAfter", ""), sp=sp, at=at)


def _not_over(text: str, *, sp: ServiceProvider, at: datetime) -> datetime:
    end = _instant(text)
    if at >= end + sp.tolerance:
        raise Expired("no longer valid")
    return end


def _of_now(text: str, *, sp: ServiceProvider, at: datetime) -> None:
    issued = _instant(text)
    if issued > at + sp.tolerance:
        raise TooNew("issued in the future")
    if issued < at - sp.answer_lives - sp.tolerance:
        raise Expired("issued too long ago")


def _instant(text: str) -> datetime:
    """Return a SAML instant: UTC with Z and nothing else (saml-core 1.3.3)."""
    if not INSTANT.fullmatch(text):
        raise NotUtc("a time is missing or not in UTC")
    seconds, _, fraction = text[:-1].partition(".")
    try:
        return datetime.fromisoformat(f"{seconds}.{fraction[:6]:0<6}+00:00")
    except ValueError as error:
        raise NotUtc("a time is not a time") from error


def _from_mpass(element: etree._Element, *, sp: ServiceProvider) -> None:
    if element.findtext(names.saml("Issuer")) != sp.mpass.issuer:
        raise WrongIssuer("the issuer is not MPass")


def _in_response_to(root: etree._Element) -> str:
    value = root.get("InResponseTo", "")
    if not value:
        raise WrongInResponseTo("InResponseTo is missing")
    return value


def _status(root: etree._Element) -> str:
    return _attribute(_child(root, f"{names.samlp('Status')}/{names.samlp('StatusCode')}"), "Value")


def _child(element: etree._Element, path: str) -> etree._Element:
    found = element.find(path)
    if found is None:
        raise NotOfTheProfile("an element is missing")
    return found


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name, "")
    if not value:
        raise NotOfTheProfile("an attribute is missing")
    return value


def _text(element: etree._Element, path: str) -> str:
    return _child(element, path).text or ""
