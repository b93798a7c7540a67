"""Addresses that outside systems call or send browsers to, and those of signing in."""

from django.urls import URLPattern, path

from ghiseu.channels.callbacks import institutions, mpass, mpass_logout, mpay, policy_reports, working

app_name = "callbacks"
urlpatterns: list[URLPattern] = [
    path("callbacks/institutions/<str:institution>", institutions.push, name="institution-push"),
    path("sign-in", mpass.sign_in_at_mpass, name="sign-in"),
    path("sign-in/complete", mpass.complete, name="sign-in-complete"),
    path("sign-in/cancelled", mpass.cancelled, name="sign-in-cancelled"),
    path("saml/acs", mpass.acs, name="saml-acs"),
    path("saml/metadata", mpass.metadata, name="saml-metadata"),
    path("sign-out", mpass_logout.sign_out, name="sign-out"),
    path("signed-out", mpass_logout.signed_out, name="signed-out"),
    path("saml/slo", mpass_logout.slo, name="saml-slo"),
    path("mpay/service", mpay.service, name="mpay-service"),
    path("choose-desk", working.choose_desk, name="choose-desk"),
    path("lock", working.lock, name="lock"),
    path("policy-report", policy_reports.take, name="policy-report"),
    path("still-here", working.still_here, name="still-here"),
]
