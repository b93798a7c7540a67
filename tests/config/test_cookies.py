"""Settings that follow from the public address: names of cookies and what may be done with them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ASKED = (
    *("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"),
    *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY"),
    *("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SESSION_COOKIE_AGE", "SESSION_EXPIRE_AT_BROWSER_CLOSE"),
    *("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "DEBUG", "DATABASES"),
)
PROGRAM = (
    "import json; from ghiseu.config import settings; "
    f"print(json.dumps({{name: getattr(settings, name) for name in {ASKED!r}}}))"
)


def settings_with(**environment: str) -> dict[str, object]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GHISEU_", "PUBLIC_", "DATABASE"))
    }
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**kept, **environment, "PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def public():
    return settings_with(PUBLIC_URL="https://ghiseu.example.md")


class TestPublicInstallation:
    def test_binds_every_cookie_to_the_host(self, public):
        names = [public[name] for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")]

        assert [name for name in names if not name.startswith("__Host-")] == []

    def test_keeps_cookies_from_plain_lines_scripts_and_other_sites(self, public):
        assert public["SESSION_COOKIE_SECURE"] is public["CSRF_COOKIE_SECURE"] is True
        assert public["SESSION_COOKIE_HTTPONLY"] is public["CSRF_COOKIE_HTTPONLY"] is True
        assert public["SESSION_COOKIE_SAMESITE"] == public["CSRF_COOKIE_SAMESITE"] == "Lax"

    def test_asks_for_https_for_a_year_on_every_host_below(self, public):
        assert public["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
        assert public["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True

    def test_ends_sessions_with_the_browser_and_after_a_working_day(self, public):
        assert public["SESSION_EXPIRE_AT_BROWSER_CLOSE"] is True
        assert public["SESSION_COOKIE_AGE"] == 8 * 3600

    def test_is_never_in_debug_mode(self, public):
        assert public["DEBUG"] is False


class TestTrialOnOneMachine:
    def test_works_without_https(self):
        local = settings_with(PUBLIC_URL="http://127.0.0.1:8000")

        assert local["SESSION_COOKIE_NAME"] == "ghiseu"
        assert local["SECURE_HSTS_SECONDS"] == 0


class TestDatabaseLimits:
    def test_end_a_page_that_waits_too_long(self, public):
        options = public["DATABASES"]["default"]["OPTIONS"]["options"]

        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert f"-c {name}=15s" in options

    def test_leave_the_worker_alone(self):
        worker = settings_with(GHISEU_PROCESS="worker")

        assert "statement_timeout" not in worker["DATABASES"]["default"]["OPTIONS"]["options"]
