"""Checking a signed SOAP message: a signature over exactly Body and Timestamp by a pinned certificate.

Two references by identifier, exclusive canonical form with or without a list of inclusive prefixes, RSA with SHA-256;
SHA-1 only where the caller accepts it. What a message says about its key is ignored: only certificates of the
configuration count. An identifier is never looked up by global search: the two covered elements are taken from their
places below Header and Body, and their ids must be the ones that are signed.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from ghiseu.foundation.wire import signed_soap_form as form
from ghiseu.foundation.wire import signed_soap_names as names
from ghiseu.foundation.wire.signed_soap import Flaw, NotGenuine, Profile, canonical, digest

TOLERANCE = timedelta(seconds=60)  # for clocks
MAX_PREFIX_LIST = 100  # characters; canonicalization looks every prefix up on every element


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The Body, parsed again from exactly the bytes that the signature covers, when it was signed, and how."""

    body: etree._Element
    created: datetime
    is_sha1: bool


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What stands where it must in the envelope; the identifiers are what the signature points to."""

    body: etree._Element
    body_id: str
    timestamp: etree._Element
    timestamp_id: str
    signature: etree._Element
    info: etree._Element


def verified(
    message: bytes, *, profile: Profile, pinned: tuple[x509.Certificate, ...], accepts_sha1: bool, at: datetime
) -> Verified:
    """Return the Body of a message signed by the holder of a pinned certificate, fresh at `at`.

    Raises NotGenuine. Checking the same message again gives the same answer within its window.
    """
    parts = _parts(form.parse(message, profile=profile), profile=profile)
    is_sha1 = _check_methods(parts.info, accepts_sha1=accepts_sha1)
    body = _covered(parts, parts.body, identifier=parts.body_id, is_sha1=is_sha1)
    timestamp = _covered(parts, parts.timestamp, identifier=parts.timestamp_id, is_sha1=is_sha1)
    _check_value(parts, pinned=pinned, is_sha1=is_sha1, at=at)
    created = _check_window(form.parse_bytes(timestamp), longest_life=profile.longest_life, at=at)
    return Verified(body=form.parse_bytes(body), created=created, is_sha1=is_sha1)


def _parts(root: etree._Element, *, profile: Profile) -> _Parts:
    """Find the parts in their places, and only there."""
    header, body = root[0], root[1]
    security = header.find(names.wsse("Security"))
    if security is None:
        raise NotGenuine(Flaw.NOT_SIGNED, "no security header")
    timestamp, signature = security.find(names.wsu("Timestamp")), security.find(names.ds("Signature"))
    if timestamp is None or signature is None:
        raise NotGenuine(Flaw.NOT_SIGNED, "no timestamp or no signature in the security header")
    info = signature.find(names.ds("SignedInfo"))
    if info is None or any(etree.QName(inner).localname == "Object" for inner in signature.iter()):
        raise NotGenuine(Flaw.SHAPE, "nothing is signed, or the signature carries objects")
    if any(child.get(names.soap("mustUnderstand")) == "1" for child in header if child is not security):
        raise NotGenuine(Flaw.NOT_READABLE, "a header that must be understood is not")
    body_id, timestamp_id = (_identifier(element, profile=profile) for element in (body, timestamp))
    named = [reference.get("URI", "") for reference in info.findall(names.ds("Reference"))]
    if sorted(named) != sorted({f"#{body_id}", f"#{timestamp_id}"}):
        raise NotGenuine(Flaw.SHAPE, "the signature does not cover exactly Body and Timestamp")
    return _Parts(
        body=body, body_id=body_id, timestamp=timestamp, timestamp_id=timestamp_id, signature=signature, info=info
    )


def _identifier(element: etree._Element, *, profile: Profile) -> str:
    """Return the one identifier of a part. Raises NotGenuine."""
    found = [element.attrib[name] for name in profile.reads_ids if name in element.attrib]
    if len(found) != 1 or not found[0]:
        raise NotGenuine(Flaw.SHAPE, "the signature does not cover exactly Body and Timestamp")
    return str(found[0])


def _check_methods(info: etree._Element, *, accepts_sha1: bool) -> bool:
    """Return whether SHA-1 is used. Raises NotGenuine."""
    _prefixes(_only(info, "CanonicalizationMethod"))
    method = _only(info, "SignatureMethod")
    allowed = {names.RSA_SHA256: names.SHA256, **({names.RSA_SHA1: names.SHA1} if accepts_sha1 else {})}
    wanted = allowed.get(method.get("Algorithm", ""))
    if wanted is None or len(method):
        raise NotGenuine(Flaw.ALGORITHM, "the signature method is not accepted here")
    for reference in info.findall(names.ds("Reference")):
        if _only(reference, "DigestMethod").get("Algorithm") != wanted:
            raise NotGenuine(Flaw.ALGORITHM, "the digest method does not fit the signature method")
    return wanted == names.SHA1


def _covered(parts: _Parts, element: etree._Element, *, identifier: str, is_sha1: bool) -> bytes:
    """Return the canonical bytes of the element when their digest is the signed one. Raises NotGenuine."""
    named = parts.info.findall(names.ds("Reference"))
    reference = next(one for one in named if one.get("URI") == f"#{identifier}")
    transforms = _only(reference, "Transforms")
    if len(transforms) != 1:
        raise NotGenuine(Flaw.SHAPE, "transforms other than the exclusive canonical form")
    content = _canonical(element, prefixes=_prefixes(_only(transforms, "Transform")))
    expected = _base64(_only(reference, "DigestValue"))
    if not hmac.compare_digest(digest(content, is_sha1=is_sha1), expected):
        raise NotGenuine(Flaw.SIGNATURE, "the message was changed after it was signed")
    return content


def _check_value(parts: _Parts, *, pinned: tuple[x509.Certificate, ...], is_sha1: bool, at: datetime) -> None:
    """Check the signature with each pinned certificate that is valid. Raises NotGenuine."""
    content = _canonical(parts.info, prefixes=_prefixes(_only(parts.info, "CanonicalizationMethod")))
    value = _base64(_only(parts.signature, "SignatureValue"))
    algorithm = hashes.SHA1() if is_sha1 else hashes.SHA256()  # noqa: S303 - MPay's samples
    for certificate in pinned:
        key = certificate.public_key()
        is_valid = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
        if not is_valid or not isinstance(key, RSAPublicKey):
            continue
        try:
            key.verify(value, content, padding.PKCS1v15(), algorithm)
        except InvalidSignature:
            continue
        return
    raise NotGenuine(Flaw.SIGNATURE, "no pinned certificate verifies the signature")


def _check_window(timestamp: etree._Element, *, longest_life: timedelta, at: datetime) -> datetime:
    """Return when the message was signed. Raises NotGenuine outside its minutes."""
    created = _moment(timestamp.findall(names.wsu("Created")))
    expires = _moment(timestamp.findall(names.wsu("Expires")))
    if created > at + TOLERANCE:
        raise NotGenuine(Flaw.WINDOW, "the message comes from the future")
    if expires <= created or at >= min(expires, created + longest_life) + TOLERANCE:
        raise NotGenuine(Flaw.WINDOW, "the message has expired")
    return created


def _moment(found: list[etree._Element]) -> datetime:
    text = (found[0].text or "").strip() if len(found) == 1 else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotGenuine(Flaw.WINDOW, "the timestamp is not two moments") from error
    if moment.utcoffset() != timedelta(0):
        raise NotGenuine(Flaw.WINDOW, "the timestamp is not in UTC")
    return moment


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(names.ds(name))
    if len(found) != 1:
        raise NotGenuine(Flaw.SHAPE, f"not exactly one {name}")
    return found[0]


def _prefixes(method: etree._Element) -> list[str]:
    """Return the inclusive prefixes (exc-c14n, chapter 4). Raises NotGenuine."""
    if method.get("Algorithm") != names.EXC_C14N:
        raise NotGenuine(Flaw.ALGORITHM, "only the exclusive canonical form is agreed")
    if len(method) > 1 or any(
        inner.tag != f"{{{names.EXC_C14N}}}InclusiveNamespaces" or len(inner) for inner in method
    ):
        raise NotGenuine(Flaw.SHAPE, "a transform carries content")
    listed = method[0].get("PrefixList", "") if len(method) else ""
    if len(listed) > MAX_PREFIX_LIST:
        raise NotGenuine(Flaw.SHAPE, "a long list of namespace prefixes")
    return listed.split()


def _canonical(element: etree._Element, *, prefixes: list[str]) -> bytes:
    """Return the canonical form. One that cannot be made must never stand for an empty one. Raises NotGenuine."""
    try:
        return canonical(element, prefixes=prefixes)
    except etree.C14NError as error:
        raise NotGenuine(Flaw.SHAPE, "a signed part has no canonical form") from error


def _base64(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotGenuine(Flaw.SHAPE, "a value is not base64") from error
