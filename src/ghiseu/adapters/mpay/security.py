"""WS-Security of MPay: a signature over exactly Body and Timestamp, checked and made.

The profile is that of the signed samples in MPay's guide (July 2025): two references by wsu:Id, exclusive canonical
form with or without a list of inclusive prefixes, RSA with SHA-1 in the samples. We prefer SHA-256; SHA-1 is accepted
only when the settings say so, and then answered in kind. What a message says about its key is ignored: only
certificates of the configuration count. An identifier is never looked up by global search: the two covered elements
are taken from their places below Header and Body, and their ids must be the ones that are signed.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from lxml import etree

from ghiseu.adapters.mpay import names, strict
from ghiseu.adapters.mpay.errors import (
    AlgorithmNotAllowed,
    NotReadable,
    NotSigned,
    OutsideWindow,
    SignatureShape,
    SignatureWrong,
)

TOLERANCE = timedelta(seconds=60)  # for clocks
LONGEST_LIFE = timedelta(minutes=10)  # the samples live one and five minutes
ANSWER_LIVES = timedelta(minutes=5)
MAX_PREFIX_LIST = 100  # characters; canonicalization looks every prefix up on every element


@dataclass(frozen=True, kw_only=True)
class Verified:
    """The Body, parsed again from exactly the bytes that the signature covers, and whether SHA-1 was used."""

    body: etree._Element
    is_sha1: bool


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What stands where it must in the envelope."""

    body: etree._Element
    timestamp: etree._Element
    signature: etree._Element
    info: etree._Element


def verified(message: bytes, *, pinned: tuple[x509.Certificate, ...], accepts_sha1: bool, at: datetime) -> Verified:
    """Return the Body of a message signed by the holder of a pinned certificate, fresh at `at`.

    Raises one of the refusals. Checking the same message again gives the same answer within its window.
    """
    parts = _parts(strict.parse(message))
    is_sha1 = _check_methods(parts.info, accepts_sha1=accepts_sha1)
    covered = {
        name: _covered(parts, element, is_sha1=is_sha1)
        for name, element in (("body", parts.body), ("timestamp", parts.timestamp))
    }
    _check_value(parts, pinned=pinned, is_sha1=is_sha1, at=at)
    _check_window(strict.parse_bytes(covered["timestamp"]), at=at)
    return Verified(body=strict.parse_bytes(covered["body"]), is_sha1=is_sha1)


def signed(
    content: etree._Element, *, key: RSAPrivateKey, certificate: x509.Certificate, with_sha1: bool, at: datetime
) -> bytes:
    """Return a whole SOAP message with this content of the Body, signed by us at `at` and valid five minutes.

    The certificate stands in it (X509Data, one of the three forms that MPay reads).
    """
    envelope = etree.Element(names.soap("Envelope"), nsmap={"s": names.SOAP})
    header = etree.SubElement(envelope, names.soap("Header"))
    security = etree.SubElement(header, names.wsse("Security"), nsmap={"wsse": names.WSSE, "wsu": names.WSU})
    security.set(names.soap("mustUnderstand"), "1")
    timestamp = etree.SubElement(security, names.wsu("Timestamp"))
    for name, moment in (("Created", at), ("Expires", at + ANSWER_LIVES)):
        text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        etree.SubElement(timestamp, names.wsu(name)).text = text
    body = etree.SubElement(envelope, names.soap("Body"), nsmap={"wsu": names.WSU})
    body.append(content)
    signature = etree.SubElement(security, names.ds("Signature"), nsmap={"ds": names.DS})
    info = _signed_info(signature, (body, timestamp), with_sha1=with_sha1)
    algorithm = hashes.SHA1() if with_sha1 else hashes.SHA256()  # noqa: S303 - MPay's samples
    value = key.sign(_canonical(info), padding.PKCS1v15(), algorithm)
    etree.SubElement(signature, names.ds("SignatureValue")).text = base64.b64encode(value).decode()
    holder = etree.SubElement(etree.SubElement(signature, names.ds("KeyInfo")), names.ds("X509Data"))
    der = certificate.public_bytes(serialization.Encoding.DER)
    etree.SubElement(holder, names.ds("X509Certificate")).text = base64.b64encode(der).decode()
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def _signed_info(signature: etree._Element, covered: tuple[etree._Element, ...], *, with_sha1: bool) -> etree._Element:
    info = etree.SubElement(signature, names.ds("SignedInfo"))
    etree.SubElement(info, names.ds("CanonicalizationMethod"), Algorithm=names.EXC_C14N)
    method = names.RSA_SHA1 if with_sha1 else names.RSA_SHA256
    etree.SubElement(info, names.ds("SignatureMethod"), Algorithm=method)
    for element in covered:
        element.set(names.WSU_ID, f"_{uuid4().hex}")
        reference = etree.SubElement(info, names.ds("Reference"), URI=f"#{element.get(names.WSU_ID)}")
        transforms = etree.SubElement(reference, names.ds("Transforms"))
        etree.SubElement(transforms, names.ds("Transform"), Algorithm=names.EXC_C14N)
        digest = names.SHA1 if with_sha1 else names.SHA256
        etree.SubElement(reference, names.ds("DigestMethod"), Algorithm=digest)
        value = base64.b64encode(_digest(_canonical(element), is_sha1=with_sha1))
        etree.SubElement(reference, names.ds("DigestValue")).text = value.decode()
    return info


def _parts(root: etree._Element) -> _Parts:
    """Find the parts in their places, and only there."""
    header, body = root[0], root[1]
    security = header.find(names.wsse("Security"))
    if security is None:
        raise NotSigned("no security header")
    timestamp, signature = security.find(names.wsu("Timestamp")), security.find(names.ds("Signature"))
    if timestamp is None or signature is None:
        raise NotSigned("no timestamp or no signature in the security header")
    info = signature.find(names.ds("SignedInfo"))
    if info is None or any(etree.QName(inner).localname == "Object" for inner in signature.iter()):
        raise SignatureShape("nothing is signed, or the signature carries objects")
    if any(child.get(names.soap("mustUnderstand")) == "1" for child in header if child is not security):
        raise NotReadable("a header that must be understood is not")
    references = info.findall(names.ds("Reference"))
    wanted = {body.get(names.WSU_ID), timestamp.get(names.WSU_ID)}
    named = [reference.get("URI", "") for reference in references]
    if None in wanted or "" in wanted or sorted(named) != sorted(f"#{one}" for one in wanted):
        raise SignatureShape("the signature does not cover exactly Body and Timestamp")
    return _Parts(body=body, timestamp=timestamp, signature=signature, info=info)


def _check_methods(info: etree._Element, *, accepts_sha1: bool) -> bool:
    """Return whether SHA-1 is used. Raises AlgorithmNotAllowed, SignatureShape."""
    _prefixes(_only(info, "CanonicalizationMethod"))
    method = _only(info, "SignatureMethod")
    allowed = {names.RSA_SHA256: names.SHA256, **({names.RSA_SHA1: names.SHA1} if accepts_sha1 else {})}
    wanted = allowed.get(method.get("Algorithm", ""))
    if wanted is None or len(method):
        raise AlgorithmNotAllowed("the signature method is not accepted here")
    for reference in info.findall(names.ds("Reference")):
        if _only(reference, "DigestMethod").get("Algorithm") != wanted:
            raise AlgorithmNotAllowed("the digest method does not fit the signature method")
    return wanted == names.SHA1


def _covered(parts: _Parts, element: etree._Element, *, is_sha1: bool) -> bytes:
    """Return the canonical bytes of the element when their digest is the signed one. Raises SignatureWrong."""
    uri = f"#{element.get(names.WSU_ID)}"
    reference = next(one for one in parts.info.findall(names.ds("Reference")) if one.get("URI") == uri)
    transforms = _only(reference, "Transforms")
    if len(transforms) != 1:
        raise SignatureShape("transforms other than the exclusive canonical form")
    content = _canonical(element, prefixes=_prefixes(_only(transforms, "Transform")))
    expected = _base64(_only(reference, "DigestValue"))
    if not hmac.compare_digest(_digest(content, is_sha1=is_sha1), expected):
        raise SignatureWrong("the message was changed after it was signed")
    return content


def _check_value(parts: _Parts, *, pinned: tuple[x509.Certificate, ...], is_sha1: bool, at: datetime) -> None:
    """Check the signature with each pinned certificate that is valid. Raises SignatureWrong."""
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
    raise SignatureWrong("no pinned certificate verifies the signature")


def _check_window(timestamp: etree._Element, *, at: datetime) -> None:
    created = _moment(timestamp.findall(names.wsu("Created")))
    expires = _moment(timestamp.findall(names.wsu("Expires")))
    if created > at + TOLERANCE:
        raise OutsideWindow("the message comes from the future")
    if expires <= created or at >= min(expires, created + LONGEST_LIFE) + TOLERANCE:
        raise OutsideWindow("the message has expired")


def _moment(found: list[etree._Element]) -> datetime:
    text = (found[0].text or "").strip() if len(found) == 1 else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise OutsideWindow("the timestamp is not two moments") from error
    if moment.utcoffset() != timedelta(0):
        raise OutsideWindow("the timestamp is not in UTC")
    return moment


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(names.ds(name))
    if len(found) != 1:
        raise SignatureShape(f"not exactly one {name}")
    return found[0]


def _prefixes(method: etree._Element) -> list[str]:
    """Return the inclusive prefixes (exc-c14n, chapter 4). Raises AlgorithmNotAllowed, SignatureShape."""
    if method.get("Algorithm") != names.EXC_C14N:
        raise AlgorithmNotAllowed("only the exclusive canonical form is agreed")
    if len(method) > 1 or any(
        inner.tag != f"{{{names.EXC_C14N}}}InclusiveNamespaces" or len(inner) for inner in method
    ):
        raise SignatureShape("a transform carries content")
    listed = method[0].get("PrefixList", "") if len(method) else ""
    if len(listed) > MAX_PREFIX_LIST:
        raise SignatureShape("a long list of namespace prefixes")
    return listed.split()


def _canonical(element: etree._Element, *, prefixes: list[str] | None = None) -> bytes:
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes or None
    )


def _digest(content: bytes, *, is_sha1: bool) -> bytes:
    return hashlib.sha1(content, usedforsecurity=True).digest() if is_sha1 else hashlib.sha256(content).digest()  # noqa: S324 - MPay's samples


def _base64(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureShape("a value is not base64") from error
