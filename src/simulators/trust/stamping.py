"""Time-stamp tokens: RFC 3161, 2.4 (request, response, token), RFC 5652 (signed data), RFC 5035 (which certificate)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from simulators.trust.authority import Issued

POLICY = "1.3.6.1.4.1.99999.1.1"  # of nobody
ACCEPTED = ("sha256", "sha384", "sha512")


class _Refusal(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A TimeStampResp without a token (RFC 3161, 2.4.2), which asn1crypto does not know."""

    _fields = [("status", tsp.PKIStatusInfo)]


class RequestNotUnderstood(ValueError):
    """The bytes are not a time-stamp request."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be stamped. `nonce` is None when the request has none."""

    algorithm: str
    imprint: bytes
    nonce: int | None
    wants_certificate: bool


def read_request(content: bytes) -> Asked:
    """Read a TimeStampReq in DER. Raises RequestNotUnderstood."""
    try:
        request = tsp.TimeStampReq.load(content, strict=True)
        imprint = request["message_imprint"]
        return Asked(
            algorithm=imprint["hash_algorithm"]["algorithm"].native,
            imprint=imprint["hashed_message"].native,
            nonce=request["nonce"].native,
            wants_certificate=bool(request["cert_req"].native),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise RequestNotUnderstood(str(error)) from error


def granted(asked: Asked, *, server: Issued, serial: int, at: datetime) -> bytes:
    """Return the response with a token for what was asked, in DER."""
    certificate = x509.Certificate.load(server.certificate.public_bytes(serialization.Encoding.DER))
    facts = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": {
            "hash_algorithm": {"algorithm": asked.algorithm},
            "hashed_message": asked.imprint,
        },
        "serial_number": serial,
        "gen_time": at.replace(microsecond=0),
    }
    if asked.nonce is not None:
        facts["nonce"] = asked.nonce
    info = tsp.TSTInfo(facts).dump()
    token = _signed(info, server=server, certificate=certificate, with_certificate=asked.wants_certificate)
    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def rejected(fault: str) -> bytes:
    """Return the response that refuses: `fault` such as bad_data_format or bad_alg."""
    return bytes(_Refusal({"status": {"status": "rejection", "fail_info": {fault}}}).dump())


def _signed(info: bytes, *, server: Issued, certificate: x509.Certificate, with_certificate: bool) -> cms.ContentInfo:
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", "tst_info"),
            _attribute("message_digest", hashlib.sha256(info).digest()),
            _attribute("signing_certificate_v2", _which(certificate)),
        ]
    )
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
        ),
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": server.key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
    }
    content: dict[str, object] = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
        "signer_infos": [signer],
    }
    if with_certificate:
        content["certificates"] = [certificate]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def _attribute(name: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": name, "values": [value]})


def _which(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    """Name the certificate by its hash, so that no other of the same key can take its place."""
    return tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(certificate.dump()).digest()}]})
