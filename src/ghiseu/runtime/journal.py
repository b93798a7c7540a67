"""`ghiseu journal`: run the verifier, a program of its own, on database, key and anchor, or begin an anchor anew."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ghiseu.runtime.commands import product, say

FAULT, CANNOT_CHECK = 1, 2


def verify(*, old_keys: list[str], export: str | None) -> int:
    """Check the journal and print what was found. Returns 0 clean, 1 findings, 2 cannot check."""
    with product("owner"):
        from django.conf import settings

        from ghiseu.foundation.audit.daily_seal import JournalKeyNotUsable, journal_key

        try:
            key = journal_key(Path(settings.JOURNAL_KEY)).public_key()
        except JournalKeyNotUsable as error:
            sys.stderr.write(f"cannot check: {error}\n")
            return CANNOT_CHECK
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
            file.flush()
            keys = [word for path in (file.name, *old_keys) for word in ("--key", path)]
            also = ["--export", export] if export else []
            return run_verifier(*keys, "--anchor", str(settings.ANCHOR_FILE), *also)


def begin_anchor() -> int:
    """Write every seal of the database to an anchor file without a line: the first one, or after one was lost.

    Whoever does it has the journal verified against a copy of the old anchor first. A file with lines is left alone.
    """
    with product("worker"):
        from django.conf import settings

        from ghiseu.foundation.audit import anchor

        path = Path(settings.ANCHOR_FILE)
        if path.exists() and path.stat().st_size:
            say(f"{path} is not empty. Nothing was changed.")
            return FAULT
        say(f"{anchor.bring_up_to_date(path, begin=True)} seals written to {path}")
        return 0


def run_verifier(*options: str) -> int:
    """Run the verifier on the database of DATABASE_URL: its address holds a password, so it is no option."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "verifier", "journal", *options], env=dict(os.environ), check=False
    )
    return done.returncode
