"""Is it configured, and does it answer? One line for every part of the installation."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import DatabaseError, connection

from ghiseu.config.certificates import certificates
from ghiseu.foundation.audit.daily_seal import JournalKeyNotUsable, journal_key
from ghiseu.foundation.crypto import SelfTestFailed, self_test
from ghiseu.foundation.crypto.keys import KeysFileDamaged, KeysFileMissing, KeysFileUnsafe, configured_keyring
from ghiseu.foundation.jobs import hold
from ghiseu.foundation.wire.platforms import Finding, platforms
from ghiseu.modules.documents.ports import seals
from ghiseu.modules.submissions.ports import providers
from ghiseu.runtime import hardening
from ghiseu.runtime.durability import NotDurable, require_durable

LEAST_FREE = 1_000_000_000  # bytes
SHOWN_AS_SET = ("SECRET_KEY",)
NAMES = [
    "PUBLIC_URL",
    "DATA_DIR",
    "SERVICES_DIR",
    "DOCUMENTS_DIR",
    "UPLOADS_DIR",
    "KEYS_FILE",
    "JOURNAL_KEY",
    "ANCHOR_FILE",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "POOL_SIZE",
    "IDLE_LOCK_AFTER",
    "LONGEST_SESSION",
    "SIGN_INS_PER_MINUTE",
    "STATUS_PER_MINUTE",
    "REPORTS_PER_MINUTE",
    "LOOK_UPS_PER_MINUTE",
    "STATEMENT_LIMIT",
    "SYSTEM_KEY",
    "SYSTEM_CERTIFICATE",
    "PLATFORM_TRUST",
    "PLATFORM_LIMIT",
    "MPASS_URL",
    "MPASS_CERTIFICATE",
    "MPASS_CERTIFICATE_NEXT",
    "SAML_KEY",
    "SAML_CERTIFICATE",
    "MCONNECT_URL",
    "MCONNECT_CERTIFICATE",
    "MCONNECT_CERTIFICATE_NEXT",
    "MCONNECT_SOAP",
    "INSTITUTION_URLS",
    "INSTITUTION_CERTIFICATES",
    "RESULT_TRUST",
    "SEAL_KEY",
    "SEAL_CERTIFICATE",
    "SEAL_TRUST",
    "TSA_URL",
    "TSA_LIMIT",
    "MPAY_URL",
    "MPAY_CERTIFICATE",
    "MPAY_CERTIFICATE_NEXT",
    "MPAY_SERVICE_ID",
    "MPAY_ACCEPTS_SHA1",
    "MPAY_API_URL",
    "MPAY_SIGNS_WITH",
    "MPAY_KEY_NAMED_BY",
    "MPAY_WORDS",
    "MPAY_TERMINALS",
    "PAYMENTS_URL",
    "MSIGN_URL",
    "MSIGN_PAGE_URL",
    "MSIGN_TRUST",
    "MPOWER_URL",
    "MNOTIFY_URL",
    "MNOTIFY_TEMPLATES",
    "MLOG_URL",
    "MLOG_WARN_HOURS",
    "MLOG_STOP_HOURS",
    "MLOG_ASKS_BY_PARAMETER",
    "MDOCS_URL",
    "MDOCS_FORM",
    "MDOCS_DOCUMENT_TYPE",
    "MDOCS_DOCUMENT_TYPES",
    "MDOCS_DAYS",
    "MDELIVERY_PAGE_URL",
    "MDELIVERY_SERVICE_ID",
    "MDELIVERY_SERIAL",
    "MDELIVERY_CLIENT_ID",
    "BEHIND_INGRESS",
    "MEVENTS_URL",
    "PROGRAMARI_URL",
    "PROGRAMARI_PHONE",
    "INTERIOR_PORTAL_URL",
    "CONNECT_LIMIT",
    "REGISTER_LIMIT",
    "DELIVERY_LIMIT",
]


def settings_lines() -> Iterator[str]:
    """Yield every setting with its value; secrets only say that they are set."""
    database = settings.DATABASES["default"]
    yield f"  {'DATABASE':<26}{database['NAME']} on {database['HOST'] or 'this machine'} as {database['USER']}"
    for name in NAMES:
        value = getattr(settings, name)
        yield f"  {name:<26}{'(set)' if name in SHOWN_AS_SET else value or '(not set)'}"


def findings(*, at: datetime) -> Iterator[tuple[str, str]]:
    """Yield the name of each part and its fault, empty when there is none."""
    yield "database", database_fault()
    yield "keys", keys_fault()
    yield "journal key", journal_key_fault(Path(settings.JOURNAL_KEY))
    yield "anchor of the journal", anchor_fault(Path(settings.ANCHOR_FILE))
    yield "web secret", "" if "GHISEU_SECRET_KEY" in os.environ else "GHISEU_SECRET_KEY is not set"
    yield from hardening.findings()
    yield "room for documents", room_fault(Path(settings.DOCUMENTS_DIR))
    for name, path in certificates():
        yield f"certificate {name}", certificate_fault(path, at=at)
    yield "deliveries", hold_fault()
    for key in seals.keys():  # noqa: SIM118 - a port is no mapping
        yield f"seal of the {key}", seals.get(key).check()
    for key in providers.keys():  # noqa: SIM118 - a port is no mapping
        yield f"institution {key}", providers.get(key).check()


def platform_findings(*, at: datetime) -> Iterator[tuple[str, Finding]]:
    """Ask every connected platform how it is; yield its name with each line that it answers."""
    for name in platforms.keys():  # noqa: SIM118 - a port is no mapping
        for finding in platforms.get(name).check(at=at):
            yield name, finding


def database_fault() -> str:
    """Return what is wrong with the database."""
    try:
        connection.ensure_connection()
        require_durable(connection.connection)
    except (DatabaseError, NotDurable) as error:
        return str(error).strip()
    return ""


def keys_fault() -> str:
    """Return what is wrong with the keys of personal data."""
    try:
        self_test(configured_keyring())
    except (SelfTestFailed, KeysFileMissing, KeysFileUnsafe, KeysFileDamaged, OSError) as error:
        return str(error)
    return ""


def journal_key_fault(path: Path) -> str:
    """Return what is wrong with the key that signs the journal's seals."""
    try:
        journal_key(path)
    except JournalKeyNotUsable as error:
        return str(error)
    return f"{path} can be read by others: chmod 600" if path.stat().st_mode & 0o077 else ""


def anchor_fault(path: Path) -> str:
    """Return whether seals of the journal cannot be appended to their file."""
    if not path.exists():
        return f"{path} is not there; an empty file will do before the first seal"
    return "" if os.access(path, os.R_OK | os.W_OK) else f"{path} cannot be written"


def room_fault(folder: Path) -> str:
    """Return whether the disk of the documents is nearly full."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    return "" if free > LEAST_FREE else f"only {free // 1_000_000} MB are free at {there}"


def certificate_fault(path: Path, *, at: datetime) -> str:
    """Return whether the certificate can be read and is valid now."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        return f"{path}: {error}"
    if not found.not_valid_before_utc <= at <= found.not_valid_after_utc:
        return f"{path} is valid from {found.not_valid_before_utc:%Y-%m-%d} to {found.not_valid_after_utc:%Y-%m-%d}"
    return ""


def hold_fault() -> str:
    """Return whether deliveries are on hold."""
    try:
        held = hold.deliveries_paused()
    except DatabaseError:
        return "not known, the database does not answer"
    return f"on hold ({held.reason}); ghiseu resume-deliveries lets them go" if held else ""
