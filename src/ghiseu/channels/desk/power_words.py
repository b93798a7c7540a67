"""What the registry of powers said, in words: why not, what else can be brought, what holds and until when."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ghiseu.foundation import clock
from ghiseu.foundation.ui.parts import FieldError
from ghiseu.modules.mandates.models import Mandate, PowerCheck, PowerVerdict
from ghiseu.modules.mandates.powers import newest_check

WHY = {
    PowerVerdict.UNKNOWN_THERE: gettext_lazy("MPower shows no power with this code."),
    PowerVerdict.OTHER_SUBJECT: gettext_lazy("This power was given by another person."),
    PowerVerdict.OTHER_REPRESENTATIVE: gettext_lazy("This power was given to another person, not to the one here."),
    PowerVerdict.OF_ORGANISATION: gettext_lazy("This power was given by an organisation."),
    PowerVerdict.DRAFT: gettext_lazy("This power is only a draft; it was never signed."),
    PowerVerdict.NOT_ACCEPTED: gettext_lazy("This power was not accepted yet by the one it is given to."),
    PowerVerdict.NOT_BEGUN: gettext_lazy("This power begins later."),
    PowerVerdict.SUSPENDED: gettext_lazy("This power is suspended now."),
    PowerVerdict.ENDED: gettext_lazy("This power has ended, or was withdrawn or given up."),
    PowerVerdict.NOT_VALID: gettext_lazy("MPower says that this power does not hold now."),
    PowerVerdict.NO_CODE: gettext_lazy("This is not a code of MPower."),
    PowerVerdict.NO_ANSWER: gettext_lazy("MPower does not answer now."),
    PowerVerdict.NO_RIGHT: gettext_lazy("MPower does not let this system ask."),
    PowerVerdict.UNUSABLE: gettext_lazy("The answer of MPower cannot be used."),
    PowerVerdict.ABOUT_OTHERS: gettext_lazy("MPower answered about other people. Nothing of it is used."),
}
_TRY_AGAIN = gettext_lazy("Try again in a few minutes. If it lasts, a notarised power serves instead.")
_TELL = gettext_lazy("Tell the administrator. Meanwhile a notarised power serves instead.")
_OTHER_GROUND = gettext_lazy("Ask for another power in MPower or a notarised power; or the person comes themselves.")
_NEXT = {
    PowerVerdict.UNKNOWN_THERE: gettext_lazy(
        "Compare the 16 digits. If they are right, ask for another power in MPower or a notarised power."
    ),
    PowerVerdict.NO_CODE: gettext_lazy("Type the 16 digits as they stand in MPower."),
    PowerVerdict.OTHER_SUBJECT: gettext_lazy("Compare the IDNP and the code. Else ask for another power."),
    PowerVerdict.OF_ORGANISATION: gettext_lazy("Here people are served. Ask for a power given by the person."),
    PowerVerdict.NOT_ACCEPTED: gettext_lazy(
        "The person here can accept it now, in MPower on their phone. Then press again."
    ),
    PowerVerdict.NOT_BEGUN: gettext_lazy("Come back on the day it begins, or ask for a notarised power."),
    PowerVerdict.DRAFT: gettext_lazy("The one who gives it has to sign it in MPower; or ask for a notarised power."),
    PowerVerdict.SUSPENDED: gettext_lazy(
        "When it is valid again, press again. Else ask for another power in MPower or a notarised power."
    ),
    PowerVerdict.NO_ANSWER: _TRY_AGAIN,
    PowerVerdict.UNUSABLE: _TRY_AGAIN,
    PowerVerdict.NO_RIGHT: _TELL,
    PowerVerdict.ABOUT_OTHERS: _TELL,
}


def why(verdict: str) -> str:
    """Return what the registry said."""
    return str(WHY[PowerVerdict(verdict)])


def next_step(verdict: str) -> str:
    """Return what the operator can do about it."""
    return str(_NEXT.get(PowerVerdict(verdict), _OTHER_GROUND))


def error(verdict: str) -> FieldError:
    """Return why nothing was recorded at intake, for the field of the form."""
    return FieldError(cause=why(verdict), next_step=_("Nothing was opened.") + " " + next_step(verdict))


def for_service(*, fits: bool | None) -> str:
    """Return what has to be said before a service is asked for on a power; empty when its type serves."""
    if fits:
        return ""
    if fits is None:
        return _(
            "The package does not say which type of power serves here. Read what this one is for; "
            "if it is for something else, do not go on."
        )
    told = _("The power in MPower is not for this service.")
    step = _("Ask for a power of another type in MPower or a notarised power; or the person comes themselves.")
    return f"{told} {step}"


def not_sent(verdict: str) -> str:
    """Return that nothing was sent because the power does not hold, or because nobody knows, and what is next."""
    told = _("Nothing was sent, and nothing is lost: the request stays as it is.")
    return f"{told} {why(verdict)} {next_step(verdict)}"


def not_handed_over(verdict: str) -> str:
    """Return that nothing was handed over because the power does not hold, or because nobody knows."""
    told = _("Nothing was handed over.")
    return f"{told} {why(verdict)} {next_step(verdict)}"


def holds(mandate: Mandate | None, *, zone: str) -> str:
    """Return what the registry said last about the mandate of a visit or case; empty when it was never asked."""
    newest = newest_check(mandate) if mandate is not None else None
    return _last_word(newest, zone=zone) if newest is not None else ""


def _last_word(check: PowerCheck, *, zone: str) -> str:
    asked = _("asked on %(when)s") % {"when": f"{clock.local(zone, at=check.checked_at):%d.%m.%Y %H:%M}"}
    if check.verdict != PowerVerdict.HOLDS:
        return f"{why(check.verdict)} ({asked})"
    parts = [f"{check.type_name or check.type_code}", check.provider_name]
    if check.ends is not None:
        parts.append(_("until %(day)s") % {"day": f"{clock.local(zone, at=check.ends):%d.%m.%Y}"})
    else:
        parts.append(_("without end"))
    return " · ".join([*filter(None, parts), asked])
