"""Identify by a photograph: read the lines of the document, show them, and let the operator go on with Enter.

The photograph is read and forgotten: no table, file or journal takes it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ghiseu.channels.desk import home, pages
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers import mrz
from ghiseu.foundation.identifiers.mrz import InvalidMrz, MrzDocument, MrzFault
from ghiseu.foundation.identifiers.mrz_layouts import Field as ZoneField
from ghiseu.foundation.identifiers.picture.reading import LARGEST, Fault, PictureNotRead, read_lines
from ghiseu.foundation.ui.parts import FieldError

FAULTS = {
    Fault.NO_PICTURE: FieldError(
        cause=gettext_lazy("This is not a JPEG or PNG picture."),
        next_step=gettext_lazy("Photograph the document, or type the 13 digits of the IDNP."),
    ),
    Fault.TOO_LARGE: FieldError(
        cause=gettext_lazy("The picture is too large to open safely."),
        next_step=gettext_lazy("Take it again at a smaller size."),
    ),
    Fault.DAMAGED: FieldError(
        cause=gettext_lazy("The picture is damaged or incomplete."), next_step=gettext_lazy("Take it again.")
    ),
    Fault.NO_ZONE: FieldError(
        cause=gettext_lazy("No lines of a document were found in the picture."),
        next_step=gettext_lazy("Take it again closer, straight and in even light, or type the 13 digits of the IDNP."),
    ),
}
_FIELDS = {
    ZoneField.NUMBER: gettext_lazy("Number of the document"),
    ZoneField.BIRTH_DATE: gettext_lazy("Birth date"),
    ZoneField.EXPIRY_DATE: gettext_lazy("Valid until"),
    ZoneField.OPTIONAL_DATA: gettext_lazy("Personal number"),
    ZoneField.COMPOSITE: gettext_lazy("The lines together"),
    ZoneField.SEX: gettext_lazy("Sex"),
    ZoneField.CODE: gettext_lazy("Kind of document"),
}


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """What a photograph said. `document` is None when something does not hold: then `doubt` says what."""

    lines: tuple[str, ...]
    document: MrzDocument | None
    is_expired: bool = False
    doubt: str = ""


@require_POST
@desk_page(asks_outside=True)
def read(request: DeskRequest) -> HttpResponse:
    """Read the photograph into the identification field. Opens no visit, asks no register and keeps nothing."""
    with transaction():
        if pages.open_visit(request) is not None:
            return HttpResponseRedirect(reverse("desk:visit"))
    at = clock.now()
    try:
        text = _text_in(request)
    except PictureNotRead as refused:
        with transaction():
            return home.form(request, typed={}, errors={"photo": FAULTS[refused.fault]}, status=422)
    with transaction():
        recognised = recognise(text, at=clock.local(request.at_desk.time_zone, at=at))
        return home.form(request, typed={"who": text}, errors={}, recognised=recognised)


def _text_in(request: DeskRequest) -> str:
    upload = request.FILES.get("photo")
    if not isinstance(upload, UploadedFile):
        raise PictureNotRead(Fault.NO_PICTURE)
    if (upload.size or 0) > LARGEST:
        raise PictureNotRead(Fault.TOO_LARGE)
    return read_lines(upload.read())


def recognise(text: str, *, at: datetime) -> Recognised:
    """Say what the lines hold, as far as their check digits prove it; `at` is in the zone of the desk."""
    lines = tuple(text.splitlines())
    try:
        document = mrz.parse(text, at=at)
    except InvalidMrz as error:
        return Recognised(lines=lines, document=None, doubt=_doubt(error))
    return Recognised(lines=lines, document=document, is_expired=document.is_expired(on=at.date()))


def _doubt(error: InvalidMrz) -> str:
    if error.fault == MrzFault.KIND:
        return _("This is a visa. Photograph the passport or the card itself.")
    values = {"line": error.line, "field": _FIELDS.get(error.field, "")}
    if error.fault == MrzFault.CHECK_DIGIT:
        return _("Line %(line)s, %(field)s: the check digit does not hold.") % values
    return _("Line %(line)s, %(field)s: this cannot be right.") % values
