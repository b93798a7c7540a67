"""Settings that would leave the installation open. Each rule says what is wrong and what to do, or nothing.

Rules that only matter where real people are served keep silent on an installation of one machine, which a trial is.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 50  # characters; what Django's own deployment check asks for
BUILD_SECRET = "only-for-building-and-tests-"  # noqa: S105 - the mark of a secret that is none
LONGEST_IDLE = 30 * 60
LONGEST_DAY = 12 * 3600
MOST_PER_MINUTE = 600
VERIFIED = frozenset({"verify-full", "verify-ca"})
_OTHERS_READ = stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWOTH
_SECRETS = ("KEYS_FILE", "SAML_KEY", "SEAL_KEY", "JOURNAL_KEY")
_TRUSTED = ("MPASS_CERTIFICATE", "MPASS_CERTIFICATE_NEXT", "MPAY_CERTIFICATE", "MPAY_CERTIFICATE_NEXT", "RESULT_TRUST")
# Settings with one address, and what pins the other side there.
OUTSIDE = ("MPASS_URL", "MCONNECT_URL", "MPAY_URL", "INTERIOR_PORTAL_URL")
PINNED = (
    ("MPASS_URL", "MPASS_CERTIFICATE"),
    ("MPASS_URL", "SAML_KEY"),
    ("MPASS_URL", "SAML_CERTIFICATE"),
    ("MPAY_URL", "MPAY_CERTIFICATE"),
    ("INSTITUTION_URLS", "RESULT_TRUST"),
)


def is_public() -> bool:
    """Tell whether browsers reach the product under another name than this machine's own."""
    return (urlsplit(settings.PUBLIC_URL).hostname or "") not in LOCAL


def debug() -> str:
    """Pages of faults would show code and values."""
    return "DEBUG is on; faults would be shown with code and data" if settings.DEBUG else ""


def address() -> str:
    """Sessions and personal data must not travel readable."""
    if urlsplit(settings.PUBLIC_URL).scheme == "https" or not is_public():
        return ""
    return f"PUBLIC_URL is {settings.PUBLIC_URL}; outside this machine it must begin with https://"


def hosts() -> str:
    """A host name that anybody may choose ends up in links."""
    wild = [host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith(".")]
    return f"GHISEU_HOSTS holds {', '.join(wild)}; name each host" if wild else ""


def web_secret() -> str:
    """Forms and sessions rest on it."""
    if settings.SECRET_KEY.startswith(BUILD_SECRET):
        return "GHISEU_SECRET_KEY is the one for building; make one: openssl rand -base64 48"
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        return f"GHISEU_SECRET_KEY is shorter than {SHORTEST_SECRET} characters; make one: openssl rand -base64 48"
    return ""


def private_files() -> str:
    """A key that others on the machine can read is nobody's secret."""
    data = Path(settings.DATA_DIR)
    named = [Path(getattr(settings, name)) for name in _SECRETS if getattr(settings, name)]
    secret = [*named, data / "secret-key", data / "postgres" / "passwords.json"]
    open_ones = [str(path) for path in secret if path.exists() and path.stat().st_mode & _OTHERS_READ]
    return f"{', '.join(open_ones)}: readable by every user of the machine (chmod 600)" if open_ones else ""


def private_folders() -> str:
    """Whoever can write there can change documents and keys."""
    folders = [Path(settings.DATA_DIR), Path(settings.DOCUMENTS_DIR), Path(settings.UPLOADS_DIR)]
    folders.append(Path(settings.KEYS_FILE).parent)
    # Whoever can change whom we trust can sign in as anybody.
    folders += [Path(getattr(settings, name)) for name in _TRUSTED if getattr(settings, name)]
    open_ones = [str(path) for path in dict.fromkeys(folders) if path.exists() and path.stat().st_mode & _OTHERS_WRITE]
    return f"{', '.join(open_ones)}: writable by every user of the machine (chmod o-w)" if open_ones else ""


def outside_addresses() -> str:
    """What we ask and are told must travel sealed."""
    named = {name: getattr(settings, name) for name in OUTSIDE}
    for setting in ("INSTITUTION_URLS", "PORTAL_URLS"):
        named |= {f"{setting} {key}": url for key, url in getattr(settings, setting).items()}
    plain = [name for name, url in named.items() if url and not _is_sealed(url)]
    return f"{', '.join(plain)}: must begin with https:// outside this machine" if plain else ""


def pinned_certificates() -> str:
    """Without it an answer could come from anybody."""
    missing = []
    for used, needed in PINNED:
        path = getattr(settings, needed)
        if getattr(settings, used) and not (path and Path(path).exists()):
            missing.append(f"{needed} (for {used})")
    return f"not set or not there: {', '.join(missing)}" if missing else ""


def old_signatures() -> str:
    """Collisions of SHA-1 can be made."""
    return "GHISEU_MPAY_ACCEPTS_SHA1 is set" if settings.MPAY_ACCEPTS_SHA1 and is_public() else ""


def extra_pages() -> str:
    """Pages for developers are no part of a service."""
    return "GHISEU_GALLERY is set" if settings.DEBUG_GALLERY and is_public() else ""


def sessions() -> str:
    """A screen that never locks is open to the next person."""
    if not 0 < settings.IDLE_LOCK_AFTER <= LONGEST_IDLE:
        return f"GHISEU_IDLE_LOCK_AFTER is {settings.IDLE_LOCK_AFTER}; it must be from 1 to {LONGEST_IDLE} seconds"
    if not 0 < settings.LONGEST_SESSION <= LONGEST_DAY:
        return f"GHISEU_LONGEST_SESSION is {settings.LONGEST_SESSION}; it must be from 1 to {LONGEST_DAY} seconds"
    return ""


def rates() -> str:
    """A limit that nobody reaches is none."""
    named = [name for name in dir(settings) if name.endswith("_PER_MINUTE")]
    wrong = [f"GHISEU_{name}" for name in named if not 0 < getattr(settings, name) <= MOST_PER_MINUTE]
    return f"{', '.join(wrong)}: must be from 1 to {MOST_PER_MINUTE}" if wrong else ""


def lasting_keys() -> str:
    """New keys made by mistake would leave every old record unreadable."""
    return "GHISEU_KEYS_MUST_EXIST is not set" if is_public() and not settings.KEYS_MUST_EXIST else ""


def database_line() -> str:
    """To another machine the line to the database must be sealed and its certificate checked."""
    host = str(settings.DATABASES["default"]["HOST"] or "")
    if not host or host.startswith("/") or host in LOCAL:
        return ""
    options = settings.DATABASES["default"]["OPTIONS"]
    mode = str(options.get("sslmode", "")) if isinstance(options, dict) else ""
    return "" if mode in VERIFIED else f"the database at {host} is reached without ?sslmode=verify-full"


def database_login() -> str:
    """A login that sees past row-level security makes it worthless."""
    asked = "SELECT session_user::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    try:
        with connection.cursor() as cursor:
            cursor.execute(asked)
            row = cursor.fetchone()
    except DatabaseError:
        return ""  # the line "database" says why
    name, sees_all = row or ("", False)
    if not sees_all or not is_public():
        return ""
    return (
        f"this process signs in to the database as {name}, who sees every centre; "
        "set DATABASE_URL_WEB and DATABASE_URL_WORKER"
    )


RULES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("debugging", debug),
    ("public address", address),
    ("host names", hosts),
    ("secret of forms", web_secret),
    ("files with keys", private_files),
    ("folders", private_folders),
    ("addresses outside", outside_addresses),
    ("certificates of others", pinned_certificates),
    ("old signatures", old_signatures),
    ("pages for developers", extra_pages),
    ("locking and signing out", sessions),
    ("limits of requests", rates),
    ("keys that last", lasting_keys),
    ("line to the database", database_line),
    ("login of the database", database_login),
)


def findings() -> Iterator[tuple[str, str]]:
    """Yield the name of each rule and what breaks it, empty when nothing does."""
    for name, rule in RULES:
        yield name, rule()


def refuse_build_secret() -> None:
    """End the process, with the reason, when it would serve people with the secret that everybody can read here."""
    if os.environ.get("GHISEU_SECRET_KEY", BUILD_SECRET).startswith(BUILD_SECRET):
        raise SystemExit("ghiseu: GHISEU_SECRET_KEY is not set, or not a secret. Make one: openssl rand -base64 48")


def refuse_open_installation() -> None:
    """End the process, with the reason, when what it serves would be open: call it once the settings are loaded.

    The web and the worker alike. An installation of one machine, which a trial is, starts as it is.
    """
    if is_public():
        _require_database()
    faults = [fault for fault in (debug(), address(), database_login()) if fault]
    connection.close()
    if faults:
        raise SystemExit("\n".join(f"ghiseu: {fault}" for fault in faults))


def _require_database() -> None:
    """End the process when nobody can say what its login may see; whoever watches it starts it again."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise SystemExit(f"ghiseu: the database does not answer: {str(error).strip()}") from error


def _is_sealed(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.hostname or "") in LOCAL
