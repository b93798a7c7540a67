"""A package's judgement turned into what the page shows: verdicts, price, papers, in the language of the screen."""

from typing import Any

from django.utils.translation import gettext as _

from ghiseu.foundation.ui import parts
from ghiseu.foundation.ui.parts import Level, Price
from ghiseu.journeys.look_at_service import Prospect
from ghiseu.journeys.matter import Judged
from ghiseu.modules.catalogue.evaluation import Outcome, Verdict
from ghiseu.modules.catalogue.models import CatalogueEntry
from ghiseu.modules.catalogue.package import Certainty, Effect, Package

_LEVELS = {Effect.BLOCK: Level.BLOCK, Effect.WARN: Level.WARN, Effect.INFORM: Level.INFORM}


def prospect(told: Prospect, language: str) -> dict[str, Any]:  # Any: ready values of several types for the template
    """Return everything that the page before the case shows."""
    judged = told.judged
    package = judged.matter.package
    return {
        "name": package.name(language),
        "summary": package.text("summary", language),
        "kind": package.kind,
        "verdicts": verdicts(judged, language),
        "questions": questions(judged, language),
        "stops": [{"id": one.id, "text": package.text(one.text_key, language)} for one in judged.evaluation.stops],
        "roles": roles(judged, language),
        "role": judged.matter.role,
        "role_name": package.text(f"roles.{judged.matter.role}", language) if judged.matter.role else "",
        "role_fits": judged.evaluation.role_is_allowed,
        "prices": prices(judged, language),
        "papers": papers(judged, language),
        "notes": [package.text(f"notes.{note.id}", language) for note in judged.evaluation.notes if note.at == "start"],
        "unknown": [package.text(f"unknown.{one}", language) for one in package.unknown],
        "asked": [
            package.text(state.field.label_key, language)
            for state in judged.evaluation.fields
            if state.is_asked and state.required
        ],
        "silent": sorted({one.register for one in judged.sources if one.outcome not in {"answered", "not_found"}}),
        "paused": any(one.outcome == "paused" for one in judged.sources),
        "promised": judged.quote.date,
        "promised_certain": judged.quote.date_certainty is Certainty.SURE,
        "open_matter": told.open_matter,
        "booked": told.booked,
        "exemptions": [package.text(f"exemptions.{one}", language) for one in judged.quote.exemptions_found],
    }


def questions(judged: Judged, language: str) -> list[dict[str, object]]:
    """Return what only the operator can tell, with the answer given so far; the first open one takes the focus."""
    package, given = judged.matter.package, judged.matter.answers
    waiting = {one.id for one in judged.evaluation.questions}
    if judged.evaluation.stops:
        waiting = set()  # no answer helps any more
    shown = [one for one in judged.evaluation.preconditions if one.id in waiting or one.id in given]
    shown.sort(key=lambda one: one.effect is not Effect.BLOCK)
    first = next((one.id for one in shown if one.id in waiting), "")
    return [
        {
            "id": one.id,
            "text": package.text(_ask_key(one), language),
            "waits": one.id in waiting,
            "given": {True: "yes", False: "no", None: None}[given.get(one.id)],
            "focus": one.id == first,
        }
        for one in shown
        if package.has_text(_ask_key(one))
    ]


def _ask_key(verdict: Verdict) -> str:
    """An answered question is asked no more, and is still shown with its answer: it may be changed."""
    return f"preconditions.{verdict.id}.ask"


def verdicts(judged: Judged, language: str) -> list[parts.Verdict]:
    """Return what fails or has to be told, blocks first."""
    package = judged.matter.package
    shown = [one for one in judged.evaluation.preconditions if one.outcome in {Outcome.FAILS, Outcome.TOLD}]
    order = {Effect.BLOCK: 0, Effect.WARN: 1, Effect.INFORM: 2}
    return [_verdict(package, one, language) for one in sorted(shown, key=lambda one: order[one.effect])]


def _verdict(package: Package, verdict: Verdict, language: str) -> parts.Verdict:
    next_key = f"preconditions.{verdict.id}.next"
    text = package.text(verdict.text_key, language)
    if verdict.certainty is not Certainty.SURE:
        text += " (" + _("not confirmed") + ")"
    return parts.Verdict(
        level=_LEVELS[verdict.effect] if verdict.outcome is Outcome.FAILS else Level.INFORM,
        text=text,
        next_step=package.text(next_key, language) if package.has_text(next_key) else "",
    )


def roles(judged: Judged, language: str) -> list[parts.Option]:
    """Return the roles that the person may take here."""
    package = judged.matter.package
    return [
        parts.Option(value=role.id, label=package.text(f"roles.{role.id}", language))
        for role in judged.evaluation.roles
        if role.outcome is not Outcome.FAILS or role.id == judged.matter.role
    ]


def prices(judged: Judged, language: str) -> tuple[Price, ...]:
    """Return price and day for each term that is offered here."""
    package = judged.matter.package
    return tuple(
        Price(
            term=package.text(option.text_key, language),
            amount=option.price,
            certain=option.price_certainty is Certainty.SURE,
            note=_("ready by %(day)s") % {"day": f"{option.date:%d.%m.%Y}"} if option.date else _("day not known"),
            chosen=option.term == judged.quote.term,
        )
        for option in judged.quote.options
    )


def papers(judged: Judged, language: str) -> list[dict[str, object]]:
    """Return the papers to bring, with how they are wanted and whether that is sure."""
    package = judged.matter.package
    forms = {
        "original": _("original"),
        "copy": _("copy"),
        "original_shown": _("shown"),
        "original_shown_and_copy": _("shown, and a scan"),
    }
    return [
        {
            "id": need.id,
            "name": package.text(f"attachments.{need.id}.name", language),
            "form": forms.get(need.form, need.form),
            "scan": need.form != "original_shown",
            "count": need.count,
            "certain": need.certain,
        }
        for need in judged.evaluation.attachments
    ]


def information(entry: CatalogueEntry, language: str) -> dict[str, object]:
    """Return what the catalogue knows of a service that is not done here; what is not known stays empty."""
    details, certain = entry.details, entry.details.get("certainty") == "sure"

    def amount(name: str) -> str:
        value = details.get(name)
        return f"{value} MDL" if value is not None else ""

    def days(name: str) -> str:
        value = details.get(name)
        return str(value) if value is not None else ""

    rows = [
        (_("Institution"), entry.provider, True, "ro"),
        (_("Price"), amount("fee_mdl_standard"), certain, ""),
        (_("Days"), days("term_days_standard"), certain, ""),
    ]
    if details.get("fee_mdl_urgent") is not None:
        rows.append((_("Urgent: price"), amount("fee_mdl_urgent"), certain, ""))
        rows.append((_("Urgent: days"), days("term_days_urgent"), certain, ""))
    rows.append((_("Result"), str(details.get("result") or ""), certain, "ro"))
    rows.append((_("Where to ask"), "; ".join(str(one) for one in details.get("channels") or ()), certain, "ro"))
    own = entry.names.get(language)
    return {"name": own or entry.names["ro"], "name_language": "" if own else "ro", "rows": rows}
