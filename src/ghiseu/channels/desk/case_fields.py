"""Each field of a case saves itself; a register's value can be disputed. Answers are JSON for the page's script."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ghiseu.channels.desk import form_values
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import edit_case
from ghiseu.journeys.edit_case import NoSuchField, Typed
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.modules.cases.fields import CaseIsNotEditable, FieldChangedMeanwhile, RegisterValueStands
from ghiseu.modules.centres.models import Operator

LONGEST_VERSION = 10  # digits


@require_POST
@desk_page(asks_outside=True)
def save(request: DeskRequest, number: str, field: str) -> HttpResponse:
    """Save one value. 200 with its version; 409 with the other's value; 422 with what is wrong.

    `reload` tells that other questions or papers follow from this value.
    """
    at = clock.now()
    try:
        with transaction():
            before = load_case(number=number, at_desk=request.at_desk, at=at)
        question = before.package.field(field)
        if question is None:
            return _refused(_("There is no such question."), _("Open the case again."), status=404)
        typed = Typed(
            field=field,
            value=form_values.read(question, request.POST.get("value", "")),
            seen_version=_version(request.POST.get("version", "")),
        )
        after = edit_case.save_field(number=number, typed=typed, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return _refused(_("There is no such case here."), _("Search for it by its number."), status=404)
    except CaseIsNotEditable:
        return _refused(_("The file has been sent."), _("Its values stand as they were sent."))
    except RegisterValueStands:
        return _refused(_("This comes from a register."), _("Use “This is wrong” beside it."))
    except FieldChangedMeanwhile as change:
        name = Operator.objects.filter(pk=change.by_id).values_list("given_name", flat=True).first()
        told = {"version": change.version, "value": form_values.show(change.theirs), "by": name or ""}
        return JsonResponse(told, status=409)
    return _saved(before, after, field)


def _version(told: str) -> int:
    return int(told) if told.isdecimal() and len(told) < LONGEST_VERSION else 0


def _saved(before: OpenedCase, after: OpenedCase, field: str) -> HttpResponse:
    answer: dict[str, object] = {"version": after.values[field].version, "reload": _shape(before) != _shape(after)}
    for error in after.judged.evaluation.errors:
        if error.field == field:
            told = {"cause": _(error.complaint.cause), "next_step": _(error.complaint.next_step)}
            return JsonResponse({**answer, **told}, status=422)
    return JsonResponse(answer)


def _shape(file: OpenedCase) -> tuple[object, ...]:
    """Return what decides how the page looks: which questions stand there and which papers are asked for."""
    evaluation = file.judged.evaluation
    shown = tuple((state.field.id, state.origin, state.required) for state in evaluation.fields if state.visible)
    without_values = tuple((one, required) for one, _origin, required in shown)
    prefilled = tuple(one for one, origin, _required in shown if origin == "prefilled")
    papers = tuple(need.id for need in evaluation.attachments)
    return (without_values, prefilled, papers, file.judged.quote.total, file.judged.quote.date)


def _refused(cause: str, next_step: str, *, status: int = 422) -> HttpResponse:
    return JsonResponse({"cause": cause, "next_step": next_step}, status=status)


@require_POST
@desk_page()
def dispute(request: DeskRequest, number: str, field: str) -> HttpResponse:
    """Record that a register's value is wrong: what the person says, and on which paper. Both values are kept."""
    try:
        file = load_case(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    question = file.package.field(field)
    said = request.POST.get(f"{field}-dispute", "").strip()
    if question is not None and said:
        typed = Typed(
            field=field,
            value=form_values.read(question, said),
            seen_version=0,
            evidence=request.POST.get(f"{field}-evidence", "").strip() or _("told at the desk"),
        )
        try:
            edit_case.dispute_field(number=number, typed=typed, at_desk=request.at_desk, at=clock.now())
        except (NoSuchField, CaseIsNotEditable):
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
    return HttpResponseRedirect(reverse("desk:case", args=[number]) + "#f-" + field)
