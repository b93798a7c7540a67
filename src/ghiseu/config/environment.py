"""Settings come from the environment; this module reads them and says clearly what is wrong with one."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

# How often a connection sends a statement before the server keeps its plan.
PREPARED_FROM = 3
# What the server ends by itself, so that one stuck page holds up no other.
LIMITED = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


class SettingNotUsable(Exception):
    """A setting is missing or cannot be understood; the text names it and the next step."""


def text(name: str, default: str | None = None) -> str:
    """Return the setting. Raises SettingNotUsable when it is absent and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise SettingNotUsable(f"{name} is not set. Set it in the environment of this process.")
    return value


def number(name: str, default: int) -> int:
    """Return a whole number. Raises SettingNotUsable."""
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise SettingNotUsable(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the setting is 1, yes or true."""
    value = os.environ.get(name, "")
    return value.lower() in {"1", "yes", "true"} if value else default


def pairs(name: str) -> dict[str, str]:
    """Read `key=value,key=value`. Raises SettingNotUsable."""
    found: dict[str, str] = {}
    for part in filter(None, os.environ.get(name, "").split(",")):
        key, mark, value = part.partition("=")
        if not mark:
            raise SettingNotUsable(f"{name}: {part!r} is not of the form key=value.")
        found[key.strip()] = value.strip()
    return found


def folder(name: str, default: Path) -> Path:
    """Return a folder, absolute."""
    return Path(os.environ.get(name) or default).resolve()


def database(url: str, *, role: str, pool_size: int, statement_limit: int = 0) -> dict[str, object]:
    """Turn a postgresql:// address into Django's settings; a role is taken on at connection.

    `statement_limit` is in seconds; 0 is none. Nobody waits longer for a lock, nor leaves a transaction idle longer.
    Raises SettingNotUsable for another kind of address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SettingNotUsable("DATABASE_URL must begin with postgresql:// ; no other database is supported.")
    query = dict(parse_qsl(parts.query))
    options: dict[str, object] = {key: value for key, value in query.items() if key not in {"host", "options"}}
    limits = [f"-c {name}={statement_limit}s" for name in LIMITED] if statement_limit else []
    options["options"] = " ".join(filter(None, [query.get("options", ""), f"-c role={role}" if role else "", *limits]))
    options["application_name"] = f"ghiseu-{role or 'owner'}"
    # The same statement comes again and again, and planning it with row security takes longer than running it.
    options |= {"server_side_binding": True, "prepare_threshold": PREPARED_FROM}
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pool_size else 300,
        "OPTIONS": options,
    }
