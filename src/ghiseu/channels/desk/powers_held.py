"""The powers that the person at the desk holds in MPower, to choose one instead of typing its code."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ghiseu.channels.desk import pages, power_words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import act_for_another
from ghiseu.journeys.check_power import PowerNotKnown
from ghiseu.modules.mandates.models import MandateKind
from ghiseu.modules.mandates.ports import Power
from ghiseu.modules.visits.models import Visit

KEYS = ("Alt+4", "Alt+5", "Alt+6", "Alt+7", "Alt+8", "Alt+9")  # Alt+1 to Alt+3 are the main menu


@dataclass(frozen=True, kw_only=True)
class Row:
    """One power as the page shows it; of an organisation it cannot be used here, and has no key."""

    subject_name: str
    subject: str
    code: str
    type_name: str
    provider: str
    until: str
    usable: bool
    key: str


@require_POST
@desk_page(asks_outside=True)
def choose(request: DeskRequest) -> HttpResponse:
    """Ask MPower what the person may do for others, and show it; choosing one records it."""
    with transaction():
        visit = pages.visit_of_form(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    try:
        held = act_for_another.powers_to_choose_from(visit=visit, at_desk=request.at_desk, at=clock.now())
    except PowerNotKnown as fault:
        return _page(request, visit, (), fault=fault.verdict)
    return _page(request, visit, held, fault="")


def _page(request: DeskRequest, visit: Visit, held: tuple[Power, ...], *, fault: str) -> HttpResponse:
    rows, keys = [], iter(KEYS)
    for one in held:
        usable = not one.subject.is_organisation
        rows.append(_row(one, zone=request.at_desk.time_zone, usable=usable, key=next(keys, "") if usable else ""))
    context = {
        "visit": visit,
        "rows": rows,
        "kind": MandateKind.MPOWER,
        "fault": power_words.why(fault) if fault else "",
        "next_step": power_words.next_step(fault) if fault else "",
    }
    with transaction():
        return pages.render(request, "desk/powers_held.html", context, status=503 if fault else 200)


def _row(power: Power, *, zone: str, usable: bool, key: str) -> Row:
    until = f"{clock.local(zone, at=power.ends):%d.%m.%Y}" if power.ends is not None else _("without end")
    return Row(
        subject_name=power.subject.name,
        subject=power.subject.number,
        code=power.code,
        type_name=power.type_name or power.type_code,
        provider=power.provider_name,
        until=until,
        usable=usable,
        key=key,
    )
