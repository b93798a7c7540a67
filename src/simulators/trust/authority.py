"""The authority's keys and certificates: a root, the platform's seal and the time-stamp server below it.

RFC 5280 (profile of certificates and lists of revoked ones); RFC 3161, 2.3 (the extended key usage of a time-stamp
server is critical and alone). Test material, made at the first start.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KEY_BITS = 2048
YEAR = timedelta(days=365)
ROOT_VALID, SEAL_VALID, SERVER_VALID = 15 * YEAR, 3 * YEAR, 6 * YEAR
LIST_VALID = timedelta(days=7)
ORGANISATION = "Ghișeu test authority (simulator)"


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A key with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, kw_only=True)
class Authority:
    """All that the authority holds. `made` names the certificates that this start issued, by what they are for."""

    root: Issued
    seal: Issued
    server: Issued
    made: tuple[str, ...]


def authority_in(folder: Path, *, at: datetime) -> Authority:
    """Return the authority of the folder, made when missing.

    `seal/` is what the product's settings name: root.pem, key.pem and certificate.pem. `authority/` is never shared.
    """
    kept, shared = folder / "authority", folder / "seal"
    if (shared / "certificate.pem").exists():
        names = ((kept, "root"), (shared, ""), (kept, "server"))
        root, seal, server = (_load(where, name) for where, name in names)
        return Authority(root=root, seal=seal, server=server, made=())
    root = _make_root(at)
    seal = _issue(root, "Ghișeu platform seal (test)", valid=SEAL_VALID, stamps_time=False, at=at)
    server = _issue(root, "Ghișeu time-stamp server (test)", valid=SERVER_VALID, stamps_time=True, at=at)
    _keep(kept, "root", root)
    _keep(kept, "server", server)
    shared.mkdir(parents=True, exist_ok=True)
    (shared / "root.pem").write_bytes(_pem(root.certificate))
    _keep(shared, "", seal)  # its certificate last: whoever finds it finds the rest
    return Authority(root=root, seal=seal, server=server, made=("root", "seal", "server"))


def revocation_list(root: Issued, *, at: datetime) -> bytes:
    """Return the list of revoked certificates (none is) in DER, valid for a week."""
    builder = x509.CertificateRevocationListBuilder(issuer_name=root.certificate.subject)
    builder = builder.last_update(at).next_update(at + LIST_VALID)
    builder = builder.add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    return builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _make_root(at: datetime) -> Issued:
    key = _new_key()
    name = _name("Ghișeu test root")
    builder = _begin(subject=name, issuer=name, key=key, valid=ROOT_VALID, at=at)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    return Issued(key=key, certificate=builder.sign(key, hashes.SHA256()))


def _issue(root: Issued, common_name: str, *, valid: timedelta, stamps_time: bool, at: datetime) -> Issued:
    key = _new_key()
    builder = _begin(
        subject=_name(common_name), issuer=root.certificate.subject, key=key, valid=valid, at=at
    ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=True), critical=True)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    builder = builder.add_extension(identifier, critical=False)
    if stamps_time:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Issued(key=key, certificate=builder.sign(root.key, hashes.SHA256()))


def _begin(
    *, subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, valid: timedelta, at: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at - timedelta(days=1)).not_valid_after(at + valid)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MD"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _paths(folder: Path, name: str) -> tuple[Path, Path]:
    mark = f"{name}-" if name else ""
    return folder / f"{mark}key.pem", folder / f"{mark}certificate.pem"


def _keep(folder: Path, name: str, issued: Issued) -> None:
    """Write the key first and readable by us only; the certificate last, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    key_path, certificate_path = _paths(folder, name)
    encoded = issued.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(key_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(encoded)
    half = certificate_path.with_suffix(".part")
    half.write_bytes(_pem(issued.certificate))
    half.replace(certificate_path)


def _load(folder: Path, name: str) -> Issued:
    key_path, certificate_path = _paths(folder, name)
    key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{key_path} is not an RSA key")
    return Issued(key=key, certificate=x509.load_pem_x509_certificate(certificate_path.read_bytes()))
