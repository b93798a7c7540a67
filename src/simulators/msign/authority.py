"""The authority whose certificates people sign with: a root, a certificate for each person, a time-stamp server.

ETSI EN 319 412-1, 5.1.3: `serialNumber` of the subject is PNOMD- and the IDNP. Test material, made when first needed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ORGANISATION = "Ghișeu test authority (simulator)"
KEY_BITS = 2048
DAY = timedelta(days=1)
YEAR = 365 * DAY


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A key with its certificate, and the certificate of who issued it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate


@dataclass(frozen=True, kw_only=True)
class Named:
    """Who a certificate is for."""

    idnp: str
    given_name: str
    surname: str


class Authority:
    """One authority in a folder of its own. Its root is kept; certificates of people live as long as the process."""

    def __init__(self, folder: Path, *, name: str, at: datetime) -> None:
        self._lock = Lock()
        self._people: dict[tuple[str, bool], Issued] = {}
        self.root = _kept_root(folder, name=name, at=at)
        self.time_stamp_server = self._issue(
            _name(f"{name}: time stamps"), begins=at - DAY, ends=at + 5 * YEAR, stamps_time=True
        )

    def certificate_of(self, who: Named, *, at: datetime, ended: bool = False) -> Issued:
        """Return the person's key and certificate; `ended` gives those of one whose time is over."""
        with self._lock:
            if (who.idnp, ended) not in self._people:
                begins, ends = (at - 400 * DAY, at - 30 * DAY) if ended else (at - DAY, at + 2 * YEAR)
                self._people[(who.idnp, ended)] = self._issue(_subject(who), begins=begins, ends=ends)
            return self._people[(who.idnp, ended)]

    def _issue(self, subject: x509.Name, *, begins: datetime, ends: datetime, stamps_time: bool = False) -> Issued:
        key, root = _new_key(), self.root
        builder = _begin(subject, root.certificate.subject, key, begins=begins, ends=ends)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs=True), critical=True)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
        builder = builder.add_extension(above, critical=False)
        if stamps_time:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
        certificate = builder.sign(root.key, hashes.SHA256())
        return Issued(key=key, certificate=certificate, issuer=root.certificate)


def _kept_root(folder: Path, *, name: str, at: datetime) -> Issued:
    key_path, path = folder / "root-key.pem", folder / "root.pem"
    if path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{key_path} is not the key of this authority")
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        return Issued(key=key, certificate=certificate, issuer=certificate)
    key, named = _new_key(), _name(f"{name}: root")
    builder = _begin(named, named, key, begins=at - 2 * YEAR, ends=at + 15 * YEAR)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    folder.mkdir(parents=True, exist_ok=True)
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key_path.touch(mode=0o600)
    key_path.write_bytes(encoded)
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Issued(key=key, certificate=certificate, issuer=certificate)


def _begin(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, *, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
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


def _subject(who: Named) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MD"),
            x509.NameAttribute(NameOID.SURNAME, who.surname),
            x509.NameAttribute(NameOID.GIVEN_NAME, who.given_name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, f"PNOMD-{who.idnp}"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{who.given_name} {who.surname}"),
        ]
    )
