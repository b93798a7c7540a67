"""Headers that keep foreign scripts, frames and caches away from pages with personal data."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# Where browsers report what the policy blocked; `report-uri` is for those that do not know `report-to` yet.
REPORT_PATH = "/policy-report"
REPORTING = f'policy="{REPORT_PATH}"'
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


def content_policy(*, form_targets: tuple[str, ...]) -> str:
    """Return the content security policy; `form_targets` are further origins that forms may be sent to."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            " ".join(("form-action 'self'", *form_targets)),
            "object-src 'none'",
            "base-uri 'none'",
            f"report-uri {REPORT_PATH}",
            "report-to policy",
        )
    )


def form_targets() -> tuple[str, ...]:
    """Return the origins that our pages may send forms to: MPass, and those of `CSP_FORM_TARGETS`."""
    addresses = (getattr(settings, "MPASS_URL", ""), *getattr(settings, "CSP_FORM_TARGETS", ()))
    parts = [urlsplit(address) for address in addresses if address]
    return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


# A PDF has no page of ours around it and is shown in a frame of ours for printing.
PDF_POLICY = "frame-ancestors 'self'"


class SecurityHeaders:
    """Middleware. Reads `MPASS_URL` and `CSP_FORM_TARGETS` (further addresses) from the settings.

    Answers are `no-store` unless the view said otherwise: the next person at a shared computer must find nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = content_policy(form_targets=form_targets())

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        pdf = response.headers.get("Content-Type", "").startswith("application/pdf")
        for name, value in {
            "Content-Security-Policy": PDF_POLICY if pdf else self.policy,
            "Reporting-Endpoints": REPORTING,
            "X-Frame-Options": "SAMEORIGIN" if pdf else "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS:
            lasting = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
            response.headers.setdefault("Strict-Transport-Security", lasting)
        return response
