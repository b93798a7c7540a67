"""Settings that would leave an installation open are refused, each by its own rule."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ghiseu.runtime import checks, hardening

PUBLIC = "https://ghiseu.example.md"
PLACES = ("DATA_DIR", "DOCUMENTS_DIR", "UPLOADS_DIR")
PROJECT = Path(__file__).resolve().parents[2]


# Rule, setting, and a value that the rule refuses on a public installation.
REFUSED = (
    ("debugging", "DEBUG", True),
    ("public address", "PUBLIC_URL", "http://ghiseu.example.md"),
    ("public address", "PUBLIC_URL", "http://192.0.2.7:8000"),
    ("host names", "ALLOWED_HOSTS", ["*"]),
    ("host names", "ALLOWED_HOSTS", ["ghiseu.example.md", ".example.md"]),
    ("secret of forms", "SECRET_KEY", "only-for-building-and-tests-" + "0" * 40),
    ("secret of forms", "SECRET_KEY", "short"),
    ("addresses outside", "MPASS_URL", "http://mpass.example.md"),
    ("addresses outside", "MCONNECT_URL", "http://mconnect.example.md"),
    ("addresses outside", "MPAY_URL", "http://mpay.example.md"),
    ("addresses outside", "INTERIOR_PORTAL_URL", "http://mai.example.md"),
    ("addresses outside", "INSTITUTION_URLS", {"asp": "http://asp.example.md"}),
    ("addresses outside", "PORTAL_URLS", {"mai": "ftp://mai.example.md"}),
    ("certificates of others", "MPASS_CERTIFICATE", ""),
    ("certificates of others", "MPASS_CERTIFICATE", "/nowhere/certificate.pem"),
    ("certificates of others", "SAML_KEY", "/nowhere/key.pem"),
    ("certificates of others", "SAML_CERTIFICATE", "/nowhere/certificate.pem"),
    ("certificates of others", "MPAY_CERTIFICATE", ""),
    ("certificates of others", "RESULT_TRUST", ""),
    ("old signatures", "MPAY_ACCEPTS_SHA1", True),
    ("pages for developers", "DEBUG_GALLERY", True),
    ("locking and signing out", "IDLE_LOCK_AFTER", 0),
    ("locking and signing out", "IDLE_LOCK_AFTER", 3600),
    ("locking and signing out", "LONGEST_SESSION", 7 * 24 * 3600),
    ("limits of requests", "LOOK_UPS_PER_MINUTE", 0),
    ("limits of requests", "SIGN_INS_PER_MINUTE", 100_000),
    ("keys that last", "KEYS_MUST_EXIST", False),
)


@pytest.fixture
def safe(settings, tmp_path):
    """Set up a public installation that no rule has anything against."""
    settings.PUBLIC_URL = PUBLIC
    settings.ALLOWED_HOSTS = ["ghiseu.example.md"]
    settings.SECRET_KEY = "k" * 64
    settings.DEBUG_GALLERY = settings.MPAY_ACCEPTS_SHA1 = False
    settings.KEYS_MUST_EXIST = True
    settings.INSTITUTION_URLS = {"asp": "https://asp.example.md"}
    settings.PORTAL_URLS = {}
    settings.INTERIOR_PORTAL_URL = ""
    for name in ("MPASS_URL", "MCONNECT_URL", "MPAY_URL"):
        setattr(settings, name, "https://platform.example.md")
    for name in PLACES:
        setattr(settings, name, tmp_path)
    for name in ("KEYS_FILE", "SAML_KEY", "SAML_CERTIFICATE", "MPASS_CERTIFICATE", "MPAY_CERTIFICATE", "RESULT_TRUST"):
        path = tmp_path / name
        path.write_text("x")
        path.chmod(0o600)
        setattr(settings, name, str(path))
    return settings


def broken() -> list[str]:
    """Return the rules that the settings break, without that which asks the database."""
    return [name for name, rule in hardening.RULES if name != "login of the database" and rule()]


class TestRules:
    def test_have_nothing_against_a_safe_installation(self, safe):
        assert broken() == []

    @pytest.mark.parametrize(("rule", "setting", "value"), REFUSED)
    def test_refuse_a_setting_that_leaves_it_open(self, safe, rule, setting, value):
        setattr(safe, setting, value)

        assert broken() == [rule]

    @pytest.mark.parametrize("name", ["KEYS_FILE", "SAML_KEY"])
    def test_refuse_a_key_that_others_may_read(self, safe, name):
        Path(getattr(safe, name)).chmod(0o644)

        assert broken() == ["files with keys"]
        assert getattr(safe, name) in hardening.private_files()

    @pytest.mark.parametrize("name", ["secret-key", "postgres/passwords.json"])
    def test_refuse_a_secret_of_the_data_folder_that_others_may_read(self, safe, tmp_path, name):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        path.chmod(0o604)

        assert broken() == ["files with keys"]

    @pytest.mark.parametrize("name", PLACES)
    def test_refuse_a_folder_that_others_may_write(self, safe, tmp_path, name):
        folder = tmp_path / "open"
        folder.mkdir()
        folder.chmod(0o777)
        setattr(safe, name, folder)

        assert broken() == ["folders"]

    @pytest.mark.parametrize("name", ["MPASS_CERTIFICATE", "MPAY_CERTIFICATE", "RESULT_TRUST"])
    def test_refuse_a_trusted_certificate_that_others_may_replace(self, safe, name):
        Path(getattr(safe, name)).chmod(0o646)

        assert broken() == ["folders"]

    @pytest.mark.parametrize(("mode", "refused"), [("", True), ("require", True), ("verify-full", False)])
    def test_refuse_a_line_to_another_machine_whose_certificate_nobody_checks(self, safe, monkeypatch, mode, refused):
        monkeypatch.setitem(safe.DATABASES["default"], "HOST", "db.example.md")
        monkeypatch.setitem(safe.DATABASES["default"], "OPTIONS", {"sslmode": mode})

        assert broken() == (["line to the database"] if refused else [])

    def test_of_each_kind_are_tried_here(self):
        by_hand = {"files with keys", "folders", "line to the database", "login of the database"}
        tried = {rule for rule, _setting, _value in REFUSED} | by_hand

        assert {name for name, _rule in hardening.RULES} == tried

    def test_name_the_setting_and_the_next_step(self, safe):
        safe.SECRET_KEY = "short"

        assert "GHISEU_SECRET_KEY" in hardening.web_secret()
        assert "openssl" in hardening.web_secret()


class TestTrialOnOneMachine:
    def test_is_not_bothered_with_what_matters_in_public_only(self, safe):
        safe.PUBLIC_URL = "http://127.0.0.1:8000"
        safe.MPASS_URL = safe.MCONNECT_URL = safe.MPAY_URL = "http://127.0.0.1:8001"
        safe.INSTITUTION_URLS = {"asp": "http://localhost:8003"}
        safe.DEBUG_GALLERY = safe.MPAY_ACCEPTS_SHA1 = True
        safe.KEYS_MUST_EXIST = False

        assert broken() == []


@pytest.mark.django_db
class TestDatabaseLogin:
    def test_that_sees_every_centre_is_refused_in_public(self, safe):
        assert "who sees every centre" in hardening.database_login()

    def test_is_no_matter_on_one_machine(self, safe):
        safe.PUBLIC_URL = "http://127.0.0.1:8000"

        assert hardening.database_login() == ""


@pytest.mark.django_db
class TestCheckConfig:
    def test_shows_every_rule(self, safe):
        shown = {name for name, _fault in hardening.findings()}

        assert {name for name, _rule in hardening.RULES} == shown
        assert {"SIGN_INS_PER_MINUTE", "LOOK_UPS_PER_MINUTE", "STATEMENT_LIMIT"} <= set(checks.NAMES)


class TestWebProcess:
    @pytest.mark.parametrize("given", [{}, {"GHISEU_SECRET_KEY": "only-for-building-and-tests-" + "0" * 40}])
    def test_does_not_start_with_the_secret_for_building(self, given):
        kept = {name: value for name, value in os.environ.items() if name != "GHISEU_SECRET_KEY"} | given
        environment = {**kept, "PYTHONPATH": str(PROJECT / "src"), "DJANGO_SETTINGS_MODULE": "ghiseu.config.settings"}

        ended = subprocess.run(
            [sys.executable, "-c", "from ghiseu.runtime import hardening; hardening.refuse_build_secret()"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

        assert ended.returncode == 1
        assert "GHISEU_SECRET_KEY is not set" in ended.stderr

    def test_does_not_start_with_pages_for_developers(self, safe, monkeypatch):
        monkeypatch.setattr(hardening, "_require_database", lambda: None)
        monkeypatch.setattr(hardening, "database_login", lambda: "")
        safe.DEBUG = True

        with pytest.raises(SystemExit, match="DEBUG is on"):
            hardening.refuse_open_installation()


class TestEveryProcess:
    """Whatever serves people or works for them does not start on an installation that is open."""

    ROLES = ("web", "payments", "worker")

    def start(self, name: str, *, url: str, tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
        """Load the process up to where it would serve, and no further."""
        script = {
            "web": "import ghiseu.runtime.web",
            "payments": "import ghiseu.runtime.payments",
            "worker": "from ghiseu.runtime import worker; worker.work = lambda: None; worker.asyncio.run = print; "
            "raise SystemExit(worker.main())",
        }
        environment = {
            **os.environ,
            "PYTHONPATH": str(PROJECT / "src"),
            "DJANGO_SETTINGS_MODULE": "ghiseu.config.settings",
            "GHISEU_SECRET_KEY": "k" * 64,
            "GHISEU_DATA_DIR": str(tmp_path),
            "PUBLIC_URL": url,
            **given,
        }
        return subprocess.run(
            [sys.executable, "-c", script[name]], env=environment, capture_output=True, text=True, check=False
        )

    @pytest.mark.parametrize("name", ROLES)
    def test_refuses_readable_lines_and_a_login_that_sees_all(self, name, tmp_path):
        ended = self.start(name, url="http://ghiseu.example.md", tmp_path=tmp_path)

        assert ended.returncode == 1
        assert "must begin with https://" in ended.stderr
        assert "who sees every centre" in ended.stderr

    @pytest.mark.parametrize("name", ROLES)
    def test_refuses_a_login_that_sees_all_behind_https(self, name, tmp_path):
        ended = self.start(name, url=PUBLIC, tmp_path=tmp_path)

        assert ended.returncode == 1
        assert "must begin with https://" not in ended.stderr
        assert "who sees every centre" in ended.stderr

    def test_does_not_guess_while_the_database_is_silent(self, tmp_path):
        ended = self.start("web", url=PUBLIC, tmp_path=tmp_path, DATABASE_URL="postgresql://x@127.0.0.1:9/none")

        assert ended.returncode == 1
        assert "the database does not answer" in ended.stderr

    @pytest.mark.parametrize("name", ROLES)
    def test_starts_as_it_is_on_one_machine(self, name, tmp_path):
        ended = self.start(name, url="http://127.0.0.1:8000", tmp_path=tmp_path)

        assert ended.returncode == 0, ended.stderr
