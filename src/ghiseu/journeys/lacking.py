"""What a request still lacks: asked before somebody agrees to it, in whatever way, and before it is sent."""

from ghiseu.journeys.identify import is_identified
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.modules.documents import queries as documents

_PAPER = "paper:"


class NotReady(Exception):
    """The file lacks something. `lacks` are words for the page: field:<id>, paper:<id>, answer:<id>, stop:<id>,
    price:<reason>, agreement, request, mandate, power, identity."""

    def __init__(self, lacks: list[str]) -> None:
        super().__init__(", ".join(lacks))
        self.lacks = lacks


def unfinished(file: OpenedCase) -> list[str]:
    """Return what lacks in the request itself, whoever has agreed to it. Call it inside a transaction."""
    evaluation = file.judged.evaluation
    lacks = [f"field:{one}" for one in (*evaluation.missing, *(error.field for error in evaluation.errors))]
    lacks += [f"answer:{verdict.id}" for verdict in evaluation.questions if verdict.id not in file.case.overrides]
    lacks += [f"stop:{verdict.id}" for verdict in evaluation.stops if verdict.id not in file.case.overrides]
    if file.case.mandate is not None and not file.case.mandate.is_in_force(file.judged.on):
        lacks.append("mandate")
    if file.judged.quote.refusal and file.package.terms:
        lacks.append(f"price:{file.judged.quote.refusal}")
    if not is_identified(file):
        lacks.append("identity")
    scanned = documents.attachment_counts(file.case)
    for need in evaluation.attachments:
        if need.certain and need.form != "original_shown" and scanned.get(need.id, 0) < need.count:
            lacks.append(f"{_PAPER}{need.id}")
    return lacks


def unanswered(file: OpenedCase) -> list[str]:
    """Return what lacks in the text that a person hears or reads. Call it inside a transaction.

    A scan that is still to come changes nothing of that text.
    """
    return [one for one in unfinished(file) if not one.startswith(_PAPER)]


def require_answered(file: OpenedCase) -> None:
    """Refuse that anybody agrees to a text with gaps, in whatever way. Raises NotReady. Needs a transaction."""
    if lacks := unanswered(file):
        raise NotReady(lacks)


def require_finished(file: OpenedCase) -> None:
    """Refuse to let an incomplete request be signed in ink. Raises NotReady. Call it inside a transaction."""
    if lacks := unfinished(file):
        raise NotReady(lacks)
