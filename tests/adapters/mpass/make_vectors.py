"""Write `vectors/hostile/`: every fault of the simulator as a file, signed with a throw-away key that is not kept.

Run once (`python -m tests.adapters.mpass.make_vectors` with src in the path); the files are then fixed. The times
are of 2026-01-15, so tests set the clock.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from simulators.mpass import faults
from simulators.mpass.messages import Answer, answer_times
from simulators.mpass.signing import Signer

HOSTILE = Path(__file__).parent / "vectors" / "hostile"
AT = datetime(2026, 1, 15, 7, 35, tzinfo=UTC)


def told(**changes: str) -> Answer:
    """Return what an honest MPass would say to the product of the vectors."""
    facts = {
        "issuer": "https://mpass.staging.egov.md",
        "audience": "https://cups.example.md",
        "destination": "https://cups.example.md/saml/acs",
        "recipient": "https://cups.example.md/saml/acs",
        "in_response_to": "_00000000-0000-4000-8000-000000000001",
        "name_id": "2099240108887",
        "session_index": "00000000-0000-4000-8000-00000000000a",
        "response_id": "_00000000-0000-4000-8000-000000000002",
        "assertion_id": "_00000000-0000-4000-8000-000000000003",
        **answer_times(at=AT - timedelta(seconds=20), authenticated=AT - timedelta(seconds=40)),
    }
    return Answer(**{**facts, **changes}, attributes={"FirstName": ("Lidia",), "LastName": ("Operator-Test",)})


def throw_away(name: str) -> Signer:
    """Return a new key with its self-signed certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=subject, public_key=key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    return Signer(key=key, certificate=builder.sign(key, hashes.SHA256()))


def main() -> None:
    """Write the certificates and one file per fault."""
    HOSTILE.mkdir(parents=True, exist_ok=True)
    keys = faults.Keys(right=throw_away("vectors"), wrong=throw_away("vectors, not pinned"))
    for name, signer in (("pinned", keys.right), ("not-pinned", keys.wrong)):
        pem = signer.certificate.public_bytes(serialization.Encoding.PEM)
        (HOSTILE / f"{name}.cer.pem").write_bytes(pem)
    for fault in faults.NAMES:
        if fault in {faults.REPLAY, faults.OLD_PROOF}:
            continue  # they are about what happens around a message
        (HOSTILE / f"{fault}.xml").write_bytes(faults.build(fault, told(), keys=keys, at=AT))


if __name__ == "__main__":
    main()
