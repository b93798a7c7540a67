"""Keys and certificates that a simulator makes for itself at its first start. Test material."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

VALID_FOR = timedelta(days=825)
KEY_BITS = 2048


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A key with its certificate, and where both lie as PEM files."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    key_path: Path
    certificate_path: Path

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def identity_of(folder: Path, *, common_name: str, organisation: str, at: datetime) -> Identity:
    """Return the wire identity: key.pem and self-signed certificate.pem in the folder, made when missing."""
    key_path, certificate_path = folder / "key.pem", folder / "certificate.pem"
    if not certificate_path.exists():
        key = _new_key()
        name = _name(common_name, organisation)
        builder = _certificate(subject=name, issuer=name, public_key=key.public_key(), at=at)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_documents=True), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        _keep(key_path, key, certificate_path, builder.sign(key, hashes.SHA256()))
    return _load(key_path, certificate_path)


def document_signer_of(folder: Path, *, name: str, organisation: str, at: datetime) -> tuple[Identity, Identity]:
    """Return (small authority, document signer below it), made when missing: authority.pem and signer.pem.

    The authority's certificate is what a verifier of the institution's documents trusts.
    """
    authority_paths = folder / "authority_key.pem", folder / "authority.pem"
    signer_paths = folder / "signer_key.pem", folder / "signer.pem"
    if not signer_paths[1].exists():
        authority_key, signer_key = _new_key(), _new_key()
        authority_name = _name(f"{name} test authority", organisation)
        root = _certificate(subject=authority_name, issuer=authority_name, public_key=authority_key.public_key(), at=at)
        root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        root = root.add_extension(_usage(signs_documents=False), critical=True)
        leaf = _certificate(
            subject=_name(f"{name} test document signer", organisation),
            issuer=authority_name,
            public_key=signer_key.public_key(),
            at=at,
        )
        leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        leaf = leaf.add_extension(_usage(signs_documents=True), critical=True)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        leaf = leaf.add_extension(identifier, critical=False)
        _keep(authority_paths[0], authority_key, authority_paths[1], root.sign(authority_key, hashes.SHA256()))
        _keep(signer_paths[0], signer_key, signer_paths[1], leaf.sign(authority_key, hashes.SHA256()))
    return _load(*authority_paths), _load(*signer_paths)


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MD"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    *, subject: x509.Name, issuer: x509.Name, public_key: rsa.RSAPublicKey, at: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=public_key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(at - timedelta(minutes=5)).not_valid_after(at + VALID_FOR)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        encipher_only=False,
        decipher_only=False,
    )


def _keep(key_path: Path, key: rsa.RSAPrivateKey, certificate_path: Path, certificate: x509.Certificate) -> None:
    """Write the key first and readable by us only; the certificate last, whole or not at all."""
    key_path.parent.mkdir(parents=True, exist_ok=True)
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(key_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(encoded)
    half = certificate_path.with_suffix(".part")
    half.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    half.replace(certificate_path)


def _load(key_path: Path, certificate_path: Path) -> Identity:
    key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{key_path} is not an RSA key")
    certificate = x509.load_pem_x509_certificate(certificate_path.read_bytes())
    return Identity(key=key, certificate=certificate, key_path=key_path, certificate_path=certificate_path)
