"""What a figure means nothing without: the machine, the commit, the settings."""

import os
import platform
import subprocess
from pathlib import Path

import psycopg

from bench.place import PROJECT, WEB_ROLE

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "jit")


class RowSecurityOff(Exception):
    """The product would see every row: its times would not be those of an installation."""


def describe() -> dict[str, object]:
    """Return processor, cores that we may use, memory, system and load when the run begins."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "load_at_start": [round(one, 2) for one in os.getloadavg()],
    }


def commit() -> str:
    """Return the commit that is measured; `+` says that files differ from it. Empty outside a repository."""
    try:
        name = _git("rev-parse", "--short=12", "HEAD")
        return name + ("+" if _git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def settings(connection: psycopg.Connection) -> dict[str, str]:
    """Return the database's version and the settings that decide its speed; `connection` has the web role.

    Raises RowSecurityOff.
    """
    row = connection.execute("SELECT current_user, row_security_active('cases_case'), version()").fetchone()
    user, is_active, version = row or ("", False, "")
    if user != WEB_ROLE or not is_active:
        raise RowSecurityOff(f"{user}: row security is not in force")
    found = {name: str(connection.execute("SELECT current_setting(%s)", [name]).fetchall()[0][0]) for name in SETTINGS}
    return {"postgresql": version.split(" on ")[0], "role": user, "row_security": "on", **found}


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603, S607 - fixed words
    return done.stdout.strip()
