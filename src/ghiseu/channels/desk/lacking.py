"""What still lacks in a case, in words, each with the place where it is put right."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ghiseu.channels.desk import pages, words
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.modules.mandates.models import MandateKind


def hurdles_of(file: OpenedCase, lacks: list[str], *, language: str) -> list[dict[str, str]]:
    """Return what still lacks in words, each with the place where it is put right."""
    case = reverse("desk:case", args=[file.case.number])
    found = []
    for lack in lacks:
        kind, _sep, name = lack.partition(":")
        if kind == "field":
            label = file.package.text(f"fields.{name}.label", language)
            found.append({"text": _("Not answered: %(label)s") % {"label": label}, "href": f"{case}#f-{name}"})
        elif kind == "paper":
            label = file.package.text(f"attachments.{name}.name", language)
            found.append({"text": _("Not scanned: %(label)s") % {"label": label}, "href": f"{case}#f-paper-{name}"})
        elif kind == "price":
            found.append({"text": str(words.PRICE_REFUSALS[name]), "href": f"{case}#f-term"})
        elif kind == "identity":
            told = _("No identity document was seen. End the visit, and open it anew with the document.")
            found.append({"text": told, "href": reverse("desk:visit")})
        elif kind in {"answer", "stop"}:
            label = file.package.text(f"preconditions.{name}.text", language)
            found.append({"text": label, "href": case})
        elif kind == "mandate":
            text = _("The mandate has ended. Nothing can be sent on it.")
            found.append({"text": f"{text} {_after_mandate(file)}".strip(), "href": case})
        elif kind == "power":
            found.append({"text": _("MPower has to confirm the power on the day of sending."), "href": case})
    return found


def _after_mandate(file: OpenedCase) -> str:
    """Return what can still be done when a power of MPower has ended."""
    if file.case.mandate is None or file.case.mandate.kind != MandateKind.MPOWER:
        return ""
    return _("Record another power or paper on the visit, and open the request anew; or the person comes themselves.")


def refuse(request: DeskRequest, file: OpenedCase, *, lacks: list[str]) -> HttpResponse:
    """Answer that nobody agrees to this request yet: name what lacks, and lead to the first place to complete it."""
    found = hurdles_of(file, lacks, language=pages.page_language())
    return pages.refuse(
        request,
        status=422,
        title=_("Still lacks"),
        cause=" · ".join(one["text"] for one in found),
        next_step=_("First what still lacks; nobody signs an incomplete request."),
        back_url=next((one["href"] for one in found), reverse("desk:check", args=[file.case.number])),
    )
