"""Addresses that outside systems call or send browsers to, and those of signing in."""

from django.conf import settings
from django.urls import URLPattern, path

from ghiseu.channels.callbacks import institutions, mdelivery, mpass, mpass_logout, mpay, msign, policy_reports, working

app_name = "callbacks"
# MDelivery's samples call with and without the step before /api.
DELIVERY = "api/v1/delivery/services/<str:service>"
ORDER = DELIVERY + "/orders/<str:order>/delivery"
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
    path(f"{ORDER}/details", mdelivery.details, name="delivery-details"),
    path(f"{ORDER}/status", mdelivery.status, name="delivery-status"),
    path(f"{DELIVERY}/delivery/changes", mdelivery.changes, name="delivery-changes"),
    path(f"auth/{ORDER}/details", mdelivery.details, name="delivery-details"),
    path(f"auth/{ORDER}/status", mdelivery.status, name="delivery-status"),
    path(f"auth/{DELIVERY}/delivery/changes", mdelivery.changes, name="delivery-changes"),
    path("msign/return", msign.come_back, name="msign-return"),
    path("choose-desk", working.choose_desk, name="choose-desk"),
    path("lock", working.lock, name="lock"),
    path("policy-report", policy_reports.take, name="policy-report"),
    path("still-here", working.still_here, name="still-here"),
]
# Served here only while no process of its own does: two endpoints would hide from MPay that one of them is down.
if not settings.PAYMENTS_URL:
    urlpatterns += [path("mpay/service", mpay.service, name="mpay-service")]
