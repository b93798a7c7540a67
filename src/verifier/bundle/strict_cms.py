"""Signed data in which every byte counts: RFC 5652, RFC 5035 (which certificate), RFC 3161 (time stamps).

A signature does not cover the whole of its own container: names of algorithms, versions, further certificates and
unsigned attributes may be changed without breaking it. So whatever is not covered must be exactly what it has to be.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from verifier.bundle.der import end_of
from verifier.bundle.faults import NotGood

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_NULL = b"\x05\x00"
_RSA = {"rsassa_pkcs1v15", *(f"{name}_rsa" for name in _HASHES)}
_EC = {f"{name}_ecdsa" for name in _HASHES}

Parsed = Any  # Any: asn1crypto's structures have no types


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What one signer signed. `certificates` are all that came along, as DER; `signer` is one of them."""

    signature: bytes
    signer: bytes
    certificates: tuple[bytes, ...]
    content: bytes | None
    unsigned: Parsed


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A time stamp: when, and by whom (certificates as DER)."""

    at: datetime
    signed: Signed


def read_seal(der: bytes, *, covered: bytes) -> tuple[Signed, Stamp]:
    """Check the seal over the covered bytes, and the time stamp over the seal. Raises NotGood."""
    try:
        seal = _read(der, kind="data", version="v1", covered=covered)
        token = _only_token(seal.unsigned)
        return seal, _read_stamp(token, over=seal.signature)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise NotGood("the seal cannot be read") from error


def _read_stamp(der: bytes, *, over: bytes) -> Stamp:
    signed = _read(der, kind="tst_info", version="v3", covered=None)
    if signed.unsigned is not None:
        raise NotGood("the time stamp carries something that nobody signed")
    info = tsp.TSTInfo.load(signed.content or b"", strict=True)
    imprint = info["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    if algorithm not in _HASHES or imprint["hashed_message"].native != hashlib.new(algorithm, over).digest():
        raise NotGood("the time stamp is for something else")
    return Stamp(at=info["gen_time"].native, signed=signed)


def _only_token(unsigned: Parsed) -> bytes:
    if unsigned is None or len(unsigned) != 1:
        raise NotGood("the seal has no time stamp, or more beside it")
    attribute = unsigned[0]
    if attribute["type"].native != "signature_time_stamp_token" or len(attribute["values"]) != 1:
        raise NotGood("the seal has no time stamp, or more than one")
    return bytes(attribute["values"][0].dump())


def _read(der: bytes, *, kind: str, version: str, covered: bytes | None) -> Signed:
    """Read signed data; `covered` is the content when it is not inside. Raises NotGood, ValueError and its like."""
    if end_of(der) != len(der):
        raise NotGood("something stands behind the container of the seal")
    whole = cms.ContentInfo.load(der, strict=True)
    if whole["content_type"].native != "signed_data":
        raise NotGood("the container of the seal is of another kind")
    data = whole["content"]
    inside = data["encap_content_info"]
    content = inside["content"].contents if covered is None else None
    if inside["content_type"].native != kind or data["version"].native != version or len(data["crls"]):
        raise NotGood("the container of the seal is of another kind")
    if covered is not None and inside["content"].native is not None:
        raise NotGood("the seal brings its own content")
    if len(data["signer_infos"]) != 1:
        raise NotGood("the seal has not exactly one signer")
    info = data["signer_infos"][0]
    algorithms = data["digest_algorithms"]
    if len(algorithms) != 1 or algorithms[0].dump() != info["digest_algorithm"].dump():
        raise NotGood("the seal names its algorithms in two ways")
    certificates = tuple(bytes(one.chosen.dump()) for one in data["certificates"])
    if any(one.name != "certificate" for one in data["certificates"]) or len(set(certificates)) != len(certificates):
        raise NotGood("the seal brings certificates that do not belong there")
    signer = _signer(info, certificates)
    _check_signer_info(info, kind=kind, content=covered if covered is not None else content, signer=signer)
    return Signed(
        signature=info["signature"].native,
        signer=signer,
        certificates=certificates,
        content=content,
        unsigned=info["unsigned_attrs"] if len(info["unsigned_attrs"]) else None,
    )


def _signer(info: Parsed, certificates: tuple[bytes, ...]) -> bytes:
    named = info["sid"]
    if named.name != "issuer_and_serial_number" or info["version"].native != "v1":
        raise NotGood("the signer is named in another way")
    for der in certificates:
        parsed = cms.Certificate.load(der, strict=True)
        serial = parsed["tbs_certificate"]["serial_number"].native
        issuer = parsed["tbs_certificate"]["issuer"].dump()
        if issuer == named.chosen["issuer"].dump() and serial == named.chosen["serial_number"].native:
            return der
    raise NotGood("the signer's certificate is missing")


def _check_signer_info(info: Parsed, *, kind: str, content: bytes | None, signer: bytes) -> None:
    digest = _plain_name(info["digest_algorithm"])
    if digest not in _HASHES or content is None:
        raise NotGood("the seal uses an algorithm that is not accepted")
    attributes: dict[str, Parsed] = {}
    for one in info["signed_attrs"]:
        name = one["type"].native
        if name in attributes or len(one["values"]) != 1:
            raise NotGood("the seal says something twice")
        attributes[name] = one["values"][0]
    if attributes["content_type"].native != kind:
        raise NotGood("the seal is for another kind of content")
    if attributes["message_digest"].native != hashlib.new(digest, content).digest():
        raise NotGood("the bytes are not those that were sealed")
    _check_certificate_named(attributes, signer)
    _check_signature(info, digest=digest, signer=signer)


def _check_certificate_named(attributes: dict[str, Parsed], signer: bytes) -> None:
    """RFC 5035: the signer says by its hash which certificate is theirs, so not one byte of it can differ."""
    named = attributes.get("signing_certificate_v2")
    if named is None:
        raise NotGood("the seal does not say which certificate is its own")
    first = named["certs"][0]
    algorithm = first["hash_algorithm"]["algorithm"].native
    if algorithm not in _HASHES or first["cert_hash"].native != hashlib.new(algorithm, signer).digest():
        raise NotGood("the certificate is not the one that the seal names")


def _check_signature(info: Parsed, *, digest: str, signer: bytes) -> None:
    name = _plain_name(info["signature_algorithm"])
    if name in {f"{other}{end}" for other in _HASHES if other != digest for end in ("_rsa", "_ecdsa")}:
        raise NotGood("the seal names its algorithms in two ways")
    signed = info["signed_attrs"].untag().dump()
    key = x509.load_der_x509_certificate(signer).public_key()
    try:
        if name in _RSA and isinstance(key, rsa.RSAPublicKey):
            key.verify(info["signature"].native, signed, padding.PKCS1v15(), _HASHES[digest])
        elif name in _EC and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(info["signature"].native, signed, ec.ECDSA(_HASHES[digest]))
        else:
            raise NotGood("the seal uses an algorithm that is not accepted")
    except InvalidSignature as error:
        raise NotGood("the signature of the seal does not hold") from error


def _plain_name(algorithm: Parsed) -> str:
    """Return the name of an algorithm that has no parameters."""
    given = algorithm["parameters"].dump()
    if given not in (b"", _NULL):
        raise NotGood("the seal gives parameters to an algorithm that has none")
    return str(algorithm["algorithm"].native)
