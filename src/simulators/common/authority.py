"""The test authority of the shared platforms: who may sit at either end of their system ports.

A root, an issuing certificate below it, a server certificate for each platform, and the system certificate of the
product, in DATA/authority. Whoever starts first makes it; the others wait and find it. RFC 5280. Test material.
"""

import fcntl
import ipaddress
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "Ghișeu test authority (simulator)"
KEY_BITS = 2048
DAY = timedelta(days=1)
YEAR = 365 * DAY
PRODUCT = "system"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A private key and its certificate with the intermediate ones after it, as PEM files."""

    key: Path
    certificate: Path

    def load(self) -> x509.Certificate:
        """Return the certificate itself."""
        return x509.load_pem_x509_certificates(self.certificate.read_bytes())[0]


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The folder of the authority; `root` is what both ends trust, `product` what identifies the product."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @property
    def product(self) -> Pair:
        return self.pair(PRODUCT)

    def pair(self, name: str) -> Pair:
        """Return where the pair of this name lies."""
        return Pair(key=self.folder / name / "key.pem", certificate=self.folder / name / "certificate.pem")

    def issue(self, name: str, *, at: datetime, ended: bool = False) -> Pair:
        """Return the pair of this name, made when missing; `ended` makes one whose time is over."""
        pair = self.pair(name)
        with _alone(self.folder):
            if not pair.certificate.exists():
                _issue(self.folder, name, pair, at=at, ended=ended)
        return pair


def authority_in(data: Path, *, at: datetime) -> Authority:
    """Return the authority that all simulators of DATA share, with the product's system certificate."""
    authority = Authority(folder=data / "authority")
    authority.folder.mkdir(parents=True, exist_ok=True)
    with _alone(authority.folder):
        if not authority.root.exists():
            _make(authority.folder, at=at)
    authority.issue(PRODUCT, at=at)
    return authority


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path, *, at: datetime) -> None:
    root_key, issuing_key = _new_key(), _new_key()
    root_name, issuing_name = _name("Ghișeu test root"), _name("Ghișeu test issuer")
    root = _signed(root_name, root_name, root_key, root_key, begins=at - DAY, ends=at + 15 * YEAR, below=1)
    issuing = _signed(issuing_name, root_name, issuing_key, root_key, begins=at - DAY, ends=at + 10 * YEAR, below=0)
    _write_key(folder / "issuing_key.pem", issuing_key)
    (folder / "issuing.pem").write_bytes(_pem(issuing))
    half = folder / "root.part"
    half.write_bytes(_pem(root))
    half.replace(folder / "root.pem")  # last: whoever finds it finds the rest


def _issue(folder: Path, name: str, pair: Pair, *, at: datetime, ended: bool) -> None:
    issuer = x509.load_pem_x509_certificate((folder / "issuing.pem").read_bytes())
    issuing_key = serialization.load_pem_private_key((folder / "issuing_key.pem").read_bytes(), password=None)
    if not isinstance(issuing_key, rsa.RSAPrivateKey):
        raise TypeError("the authority's key is not an RSA key")
    begins, ends = (at - 90 * DAY, at - DAY) if ended else (at - DAY, at + 2 * YEAR)
    key = _new_key()
    certificate = _signed(_name(f"{name} (test)"), issuer.subject, key, issuing_key, begins=begins, ends=ends)
    pair.key.parent.mkdir(parents=True, exist_ok=True)
    _write_key(pair.key, key)
    half = pair.certificate.with_suffix(".part")
    half.write_bytes(_pem(certificate) + _pem(issuer))
    half.replace(pair.certificate)


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    by: rsa.RSAPrivateKey,
    *,
    begins: datetime,
    ends: datetime,
    below: int | None = None,
) -> x509.Certificate:
    """Return a certificate; `below` is how many authorities may follow, None is for one that is no authority."""
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=below is not None, path_length=below), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    builder = builder.add_extension(_usage(is_authority=below is not None), critical=True)
    if below is None:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(by, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=not is_authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
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


def _write_key(path: Path, key: rsa.RSAPrivateKey) -> None:
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(encoded)
