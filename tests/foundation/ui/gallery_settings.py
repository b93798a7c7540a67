"""The interface kit alone: no database, no channels. For the process that serves the gallery to a browser."""

from pathlib import Path

UI = Path(__file__).resolve().parents[3] / "src/ghiseu/foundation/ui"
SECRET_KEY = "gallery"
DEBUG = False
DEBUG_GALLERY = True
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.staticfiles", "ghiseu.foundation.ui"]
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ghiseu.foundation.ui.security.SecurityHeaders",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "ghiseu.foundation.ui.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {"environment": "ghiseu.foundation.ui.jinja.environment"},
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LANGUAGE_CODE = "ro"
LANGUAGES = [("ro", "Română"), ("ru", "Русский"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [UI.parents[1] / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Chisinau"
MPASS_URL = "https://mpass.example/login/saml"
