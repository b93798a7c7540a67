"""Keys that a first start makes and every later start finds: web secret, identity towards MPass, journal's seal."""

import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import NameOID

KEY_BITS = 3072
VALID_FOR = timedelta(days=1095)


def kept_secret(path: Path) -> str:
    """Return the secret in the file, made when missing, private to its owner."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text().strip()


def ensure_identity(key: Path, certificate: Path, *, host: str, at: datetime) -> bool:
    """Make the key and a certificate for it signed by itself when there is none. Returns whether it was made."""
    if key.exists() and certificate.exists():
        return False
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"ghiseu {host}")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + VALID_FOR)
        .sign(private, hashes.SHA256())
    )
    key.unlink(missing_ok=True)
    write_private(
        key,
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return True


def ensure_journal_key(folder: Path) -> bool:
    """Make the key that signs the journal's seals, its public half for verifiers, and an empty anchor.

    Returns whether it was made; a key that is there is kept, and so is its anchor.
    """
    key = folder / "key.pem"
    if key.exists():
        return False
    private = ed25519.Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write_private(
        key,
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    (folder / "public.pem").write_bytes(public)
    (folder / "anchor.jsonl").touch()
    return True


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, whole or not at all. Raises FileExistsError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
