"""Addresses of those who look after the whole programme."""

from django.urls import URLPattern, path

from ghiseu.channels.programme import findings, incidents, legal_log, restrictions, start, support

app_name = "programme"
FINDING = "programme/findings/<str:centre>/<int:finding>"
INCIDENT = "programme/incidents/<int:incident>"
SHIPMENT = "programme/legal-log/<str:centre>/<int:shipment>"
CASE = "programme/support/cases/<str:number>"
urlpatterns: list[URLPattern] = [
    path("programme", start.start, name="start"),
    path("programme/findings", findings.page, name="findings"),
    path(FINDING, findings.one, name="finding"),
    path("programme/incidents", incidents.page, name="incidents"),
    path(INCIDENT, incidents.one, name="incident"),
    path(f"{INCIDENT}/change", incidents.change, name="change-incident"),
    path(f"{INCIDENT}/duties/<str:duty>", incidents.duty_done, name="incident-duty"),
    path(f"{INCIDENT}/close", incidents.close, name="close-incident"),
    path(f"{INCIDENT}/count", incidents.count, name="count-incident"),
    path(f"{INCIDENT}/people", incidents.people, name="incident-people"),
    path(f"{INCIDENT}/letters/<str:language>", incidents.letter, name="incident-letter"),
    path("programme/restrictions", restrictions.page, name="restrictions"),
    path("programme/restrictions/lift", restrictions.lift, name="lift-restriction"),
    path("programme/legal-log", legal_log.page, name="legal-log"),
    path("programme/legal-log/send-again", legal_log.send_all_again, name="legal-log-all-again"),
    path(f"{SHIPMENT}/send-again", legal_log.send_again, name="legal-log-again"),
    path(f"{SHIPMENT}/set-aside", legal_log.set_aside, name="legal-log-aside"),
    path("programme/support", support.page, name="support"),
    path("programme/support/ask", support.ask, name="support-ask"),
    path(CASE, support.page, name="support-case"),
    path(f"{CASE}/read", support.read, name="support-read"),
    path(f"{CASE}/<int:grant>/approve", support.approve, name="support-approve"),
    path(f"{CASE}/<int:grant>/end", support.end, name="support-end"),
]
