"""Django settings. Everything that differs between machines comes from the environment (docs/howto/install.md)."""

from pathlib import Path
from urllib.parse import urlsplit

from ghiseu.config import environment, payments_only

PROJECT = Path(__file__).resolve().parents[3]
PROCESS = environment.text("GHISEU_PROCESS", "web")
PORT = environment.number("PORT", 8000)
PUBLIC_URL = environment.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
IS_SECURE = PUBLIC_URL.startswith("https://")
DATA_DIR = environment.folder("GHISEU_DATA_DIR", PROJECT / ".data")
SERVICES_DIR = environment.folder("GHISEU_SERVICES_DIR", PROJECT / "services")
DEBUG = False
ALLOWED_HOSTS = environment.text("GHISEU_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
ALLOWED_HOSTS += [urlsplit(PUBLIC_URL).hostname or "localhost"]
SECRET_KEY = environment.text("GHISEU_SECRET_KEY", "only-for-building-and-tests-" + "0" * 40)
DEBUG_GALLERY = environment.flag("GHISEU_GALLERY")
STRICT_TEMPLATES = environment.flag("GHISEU_STRICT_TEMPLATES")

_roles = {"owner": "", "web": "ghiseu_web", "worker": "ghiseu_worker", "reporting": "ghiseu_reporting"}
# The endpoint of MPay does what a page does, in a process of its own: payments go on while the desk stands still.
_roles["payments"] = _roles["web"]
if PROCESS not in _roles:
    raise environment.SettingNotUsable(f"GHISEU_PROCESS is {PROCESS!r}; it must be one of {', '.join(_roles)}.")
_owner_url = environment.text("DATABASE_URL", "postgresql://127.0.0.1/ghiseu")
_serves_http = PROCESS in {"web", "payments"}
_own_url = environment.text(f"DATABASE_URL_{'WEB' if _serves_http else PROCESS.upper()}", _owner_url)
POOL_SIZE = environment.number("GHISEU_POOL_SIZE", 4 if _serves_http else 0)
# Seconds that a page may wait for the database; the worker and set-up take their time.
STATEMENT_LIMIT = environment.number("GHISEU_STATEMENT_LIMIT", 15 if _serves_http else 0)
DATABASES = {
    "default": environment.database(
        _own_url, role=_roles[PROCESS], pool_size=POOL_SIZE, statement_limit=STATEMENT_LIMIT
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "ghiseu.foundation.access",
    "ghiseu.foundation.crypto",
    "ghiseu.foundation.audit",
    "ghiseu.foundation.jobs",
    "ghiseu.foundation.ui",
    "ghiseu.modules.centres",
    "ghiseu.modules.applicants",
    "ghiseu.modules.catalogue",
    "ghiseu.modules.notifications",
    "ghiseu.modules.mandates",
    "ghiseu.modules.visits",
    "ghiseu.modules.cases",
    "ghiseu.modules.submissions",
    "ghiseu.modules.documents",
    "ghiseu.modules.payments",
    "ghiseu.modules.appointments",
    "ghiseu.modules.signatures",
    "ghiseu.modules.custody",
    "ghiseu.modules.privacy",
    "ghiseu.journeys",
    "ghiseu.channels.callbacks",
    "ghiseu.channels.citizen",
    "ghiseu.channels.desk",
    "ghiseu.channels.office",
    "ghiseu.channels.programme",
    "ghiseu.config",
]
AUTH_USER_MODEL = "centres.Operator"
AUTHENTICATION_BACKENDS: list[str] = []
PROCRASTINATE_ON_APP_READY = "ghiseu.foundation.jobs.on_app_ready"

MIDDLEWARE = [
    "ghiseu.foundation.ui.security.SecurityHeaders",
    "ghiseu.config.bodies.BodyLimits",
    "ghiseu.config.methods.AgreedMethods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ghiseu.config.middleware.CompressedPages",
    "ghiseu.config.middleware.Correlation",
    "ghiseu.config.health.Measure",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ghiseu.channels.desk.session.OperatorOfRequest",
    "ghiseu.config.middleware.Language",
    "ghiseu.config.limits.Limits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "ghiseu.config.urls"
WSGI_APPLICATION = "ghiseu.config.wsgi.application"
if PROCESS == "payments":  # nothing of the pages is served
    MIDDLEWARE, ROOT_URLCONF = payments_only.MIDDLEWARE, payments_only.ROOT_URLCONF
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": False,
        "DIRS": [
            Path(__file__).resolve().parents[1] / "foundation/ui/templates",
            *[
                Path(__file__).resolve().parents[1] / f"channels/{name}/templates"
                for name in ("desk", "callbacks", "citizen", "office", "programme")
            ],
        ],
        "OPTIONS": {"environment": "ghiseu.foundation.ui.jinja.environment"},
    }
]

LANGUAGE_CODE = "ro"
LANGUAGES = [("ro", "Română"), ("ru", "Русский"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "__Host-language" if IS_SECURE else "language"
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Chisinau"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "ghiseu.foundation.ui.storage.HashedStaticFiles"
        if environment.flag("GHISEU_STATIC_COLLECTED")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not environment.flag("GHISEU_STATIC_COLLECTED")

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-ghiseu" if IS_SECURE else "ghiseu"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# The browser that faces the citizen keeps its secret until the desk lets it go.
SCREEN_COOKIE_NAME = "__Host-screen" if IS_SECURE else "screen"
CSRF_FAILURE_VIEW = "ghiseu.config.health.stale_form"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_SECURE else "csrf"
CSRF_COOKIE_SECURE = IS_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
BEHIND_PROXY = environment.flag("GHISEU_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# People at work: idle lock and longest session, in seconds.
IDLE_LOCK_AFTER = environment.number("GHISEU_IDLE_LOCK_AFTER", 300)
LONGEST_SESSION = environment.number("GHISEU_LONGEST_SESSION", 8 * 3600)

# How often a minute, in each web process: by address for strangers, by operator for looking up people by number.
SIGN_INS_PER_MINUTE = environment.number("GHISEU_SIGN_INS_PER_MINUTE", 120)
STATUS_PER_MINUTE = environment.number("GHISEU_STATUS_PER_MINUTE", 60)
REPORTS_PER_MINUTE = environment.number("GHISEU_REPORTS_PER_MINUTE", 30)
CODES_PER_MINUTE = environment.number("GHISEU_CODES_PER_MINUTE", 120)
PAIRINGS_PER_MINUTE = environment.number("GHISEU_PAIRINGS_PER_MINUTE", 6)
LOOK_UPS_PER_MINUTE = environment.number("GHISEU_LOOK_UPS_PER_MINUTE", 30)

KEYS_FILE = environment.folder("GHISEU_KEYS_FILE", DATA_DIR / "keys.json")
KEYS_MUST_EXIST = environment.flag("GHISEU_KEYS_MUST_EXIST")
# What proves that the journal was not changed lies outside the database.
JOURNAL_KEY = environment.folder("GHISEU_JOURNAL_KEY", DATA_DIR / "journal" / "key.pem")
ANCHOR_FILE = environment.folder("GHISEU_ANCHOR_FILE", DATA_DIR / "journal" / "anchor.jsonl")
DOCUMENTS_DIR = environment.folder("GHISEU_DOCUMENTS_DIR", DATA_DIR / "documents")
UPLOADS_DIR = environment.folder("GHISEU_UPLOADS_DIR", DATA_DIR / "uploads")

# Outside systems. Empty means "not connected here"; the pages say so.
# The system certificate identifies this installation to every shared platform.
SYSTEM_KEY = environment.text("GHISEU_SYSTEM_KEY", "")
SYSTEM_CERTIFICATE = environment.text("GHISEU_SYSTEM_CERTIFICATE", "")
PLATFORM_TRUST = environment.text("GHISEU_PLATFORM_TRUST", "")
MPASS_URL = environment.text("GHISEU_MPASS_URL", "")
MPASS_CERTIFICATE = environment.text("GHISEU_MPASS_CERTIFICATE", "")
MPASS_CERTIFICATE_NEXT = environment.text("GHISEU_MPASS_CERTIFICATE_NEXT", "")
MPASS_ISSUER = environment.text("GHISEU_MPASS_ISSUER", "")
MPASS_ASSERTION_SIGNED = environment.flag("GHISEU_MPASS_ASSERTION_SIGNED")
SAML_ENTITY_ID = environment.text("GHISEU_SAML_ENTITY_ID", "")
SAML_KEY = environment.text("GHISEU_SAML_KEY", SYSTEM_KEY or str(DATA_DIR / "saml" / "key.pem"))
SAML_CERTIFICATE = environment.text(
    "GHISEU_SAML_CERTIFICATE", SYSTEM_CERTIFICATE or str(DATA_DIR / "saml" / "certificate.pem")
)
MCONNECT_URL = environment.text("GHISEU_MCONNECT_URL", "")
MCONNECT_CERTIFICATE = environment.text("GHISEU_MCONNECT_CERTIFICATE", "")
MCONNECT_CERTIFICATE_NEXT = environment.text("GHISEU_MCONNECT_CERTIFICATE_NEXT", "")
MCONNECT_SOAP = environment.pairs("GHISEU_MCONNECT_SOAP")
INSTITUTION_URLS = environment.pairs("GHISEU_INSTITUTION_URLS")
INSTITUTION_CERTIFICATES = environment.pairs("GHISEU_INSTITUTION_CERTIFICATES")
RESULT_TRUST = environment.text("GHISEU_RESULT_TRUST", "")
# The platform's seal on records of agreements: key and certificate (PEM), who is trusted (PEM), the time-stamp server.
SEAL_KEY = environment.text("GHISEU_SEAL_KEY", "")
SEAL_CERTIFICATE = environment.text("GHISEU_SEAL_CERTIFICATE", "")
SEAL_TRUST = environment.text("GHISEU_SEAL_TRUST", "")
TSA_URL = environment.text("GHISEU_TSA_URL", "")
TSA_LIMIT = environment.number("GHISEU_TSA_LIMIT", 20)
MPAY_URL = environment.text("GHISEU_MPAY_URL", "")
MPAY_CERTIFICATE = environment.text("GHISEU_MPAY_CERTIFICATE", "")
MPAY_CERTIFICATE_NEXT = environment.text("GHISEU_MPAY_CERTIFICATE_NEXT", "")
MPAY_SERVICE_ID = environment.text("GHISEU_MPAY_SERVICE_ID", "CUPS01")
# Whether the computers of the desks have a bank's terminal that MPay starts.
MPAY_TERMINALS = environment.flag("GHISEU_MPAY_TERMINALS")
# The official samples of MPay still use SHA-1; without need it stays refused.
MPAY_ACCEPTS_SHA1 = environment.flag("GHISEU_MPAY_ACCEPTS_SHA1")
# How we sign: sha1, sha256, or empty to answer with what the question was signed with; and how our key is named.
MPAY_SIGNS_WITH = environment.text("GHISEU_MPAY_SIGNS_WITH", "")
MPAY_KEY_NAMED_BY = environment.text("GHISEU_MPAY_KEY_NAMED_BY", "x509data")
# Words that MPay's own contract writes otherwise than its guide: `Cancelled=Canceled,Organization=Organisation`.
MPAY_WORDS = environment.pairs("GHISEU_MPAY_WORDS")
# Under which address MPay reaches its endpoint when that is a process of its own; empty: the pages' process serves it.
PAYMENTS_URL = environment.text("GHISEU_PAYMENTS_URL", "").rstrip("/")
# Pages of others that forms of ours are sent to, besides those of MPass.
CSP_FORM_TARGETS = [MPAY_URL]
ALLOWED_HOSTS += [urlsplit(PAYMENTS_URL).hostname or "localhost"]
INTERIOR_PORTAL_URL = environment.text("GHISEU_INTERIOR_PORTAL_URL", "")
# Portals that operators carry values to by hand: institution -> address, instead of the one in the package.
PORTAL_URLS = {"mai": INTERIOR_PORTAL_URL} if INTERIOR_PORTAL_URL else {}
PORTAL_URLS |= environment.pairs("GHISEU_PORTAL_URLS")
MPAY_API_URL = environment.text("GHISEU_MPAY_API_URL", "")
MSIGN_URL = environment.text("GHISEU_MSIGN_URL", "")
MSIGN_PAGE_URL = environment.text("GHISEU_MSIGN_PAGE_URL", "")
# The folder of the certificates (PEM) of who issues signing certificates to people.
MSIGN_TRUST = environment.text("GHISEU_MSIGN_TRUST", "")
MPOWER_URL = environment.text("GHISEU_MPOWER_URL", "")
MNOTIFY_URL = environment.text("GHISEU_MNOTIFY_URL", "")
# Templates that MNotify holds for us, by our events: result_ready=<id>,...; without one our own words are sent.
MNOTIFY_TEMPLATES = environment.pairs("GHISEU_MNOTIFY_TEMPLATES")
MLOG_URL = environment.text("GHISEU_MLOG_URL", "")
# What is not registered at MLog after so many hours warns; later no register is read any more.
MLOG_WARN_HOURS = environment.number("GHISEU_MLOG_WARN_HOURS", 4)
MLOG_STOP_HOURS = environment.number("GHISEU_MLOG_STOP_HOURS", 24)
# The guide asks for a UID in the path; the older library by a parameter.
MLOG_ASKS_BY_PARAMETER = environment.flag("GHISEU_MLOG_ASKS_BY_PARAMETER")
MDOCS_URL = environment.text("GHISEU_MDOCS_URL", "")
# Whose form shares and changes have at MDocs (library or guide), the type of documents, and for how many days.
MDOCS_FORM = environment.text("GHISEU_MDOCS_FORM", "library")
MDOCS_DOCUMENT_TYPE = environment.text("GHISEU_MDOCS_DOCUMENT_TYPE", "Unknown")
MDOCS_DOCUMENT_TYPES = environment.pairs("GHISEU_MDOCS_DOCUMENT_TYPES")  # service -> type
MDOCS_DAYS = environment.number("GHISEU_MDOCS_DAYS", 90)
MDELIVERY_PAGE_URL = environment.text("GHISEU_MDELIVERY_PAGE_URL", "")
MDELIVERY_SERVICE_ID = environment.text("GHISEU_MDELIVERY_SERVICE_ID", "1")
# How MDelivery proves itself: the serial number of its certificate (hexadecimal) or its number at MPass. An ingress
# tells us whom it saw; what it tells counts only with GHISEU_BEHIND_INGRESS.
MDELIVERY_SERIAL = environment.text("GHISEU_MDELIVERY_SERIAL", "")
MDELIVERY_CLIENT_ID = environment.text("GHISEU_MDELIVERY_CLIENT_ID", "")
BEHIND_INGRESS = environment.flag("GHISEU_BEHIND_INGRESS")
MEVENTS_URL = environment.text("GHISEU_MEVENTS_URL", "")
PROGRAMARI_URL = environment.text("GHISEU_PROGRAMARI_URL", "")
# Told to eProgramări, which wants a telephone of everybody, for people who have none at a centre without one.
PROGRAMARI_PHONE = environment.text("GHISEU_PROGRAMARI_PHONE", "")
PLATFORM_LIMIT = environment.number("GHISEU_PLATFORM_LIMIT", 20)
CONNECT_LIMIT = environment.number("GHISEU_CONNECT_LIMIT", 2)
REGISTER_LIMIT = environment.number("GHISEU_REGISTER_LIMIT", 4)
DELIVERY_LIMIT = environment.number("GHISEU_DELIVERY_LIMIT", 30)

METRICS_OPEN = environment.flag("GHISEU_METRICS_OPEN")
LOGGING_CONFIG = None
