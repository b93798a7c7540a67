"""The worker makes the sealed record of an agreement: printed from what was frozen, sealed, stamped, kept."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from babel.dates import format_datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.outcomes import OutsideError
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.store import StoreFull
from ghiseu.journeys.paper_words import say_bundle
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.documents import bundles
from ghiseu.modules.documents.bundle_models import AgreementContent, BundleKind
from ghiseu.modules.documents.papers import PAPER_LANGUAGES, Office, render
from ghiseu.modules.documents.papers.bundle import BundlePaper, Fact, named_facts, printable
from ghiseu.modules.documents.ports import PLATFORM, seals
from ghiseu.modules.documents.sealed_files import owner_of
from ghiseu.modules.submissions.operations import acting_from

OFFICIAL_LANGUAGE = "ro"
log = structlog.get_logger()


def seal(*, content_id: int, at: datetime, ended: Callable[[], datetime]) -> bool:
    """Make the record, or return False when it cannot be sealed now. No transaction is held meanwhile.

    Two workers may do it at the same moment; one record is kept. May be repeated.
    """
    with transaction():
        content = AgreementContent.objects.select_related("case", "centre").get(pk=content_id)
        if bundles.is_sealed(content) or not content.content:  # empty: the content of the case was destroyed
            return True
    facts: Mapping[str, Fact] = json.loads(content.content)
    paper = paper_of(content, facts, centre=content.centre, at=at)
    title = say_bundle(f"{content.kind}-title", paper.language)
    try:
        sealed = seals.get(PLATFORM).seal(render(paper), described=say_bundle("seal", paper.language))
        kept = bundles.keep_sealed(
            sealed, owner=owner_of(content.case), file_name=f"{content.case.number}-{facts['kind']}.pdf"
        )
    except (OutsideError, PortNotServed, StoreFull) as error:
        log.warning("evidence.not_sealed_yet", why=str(error), content=content_id)
        return False
    acting = acting_from(json.dumps(facts["acting"]))
    with transaction():
        cases.locked(content.case_id)
        bundles.record_sealed(content=content, kept=kept, title=f"{title}: {paper.kind}", acting=acting, at=ended())
    return True


def paper_of(content: AgreementContent, facts: Mapping[str, Fact], *, centre: Centre, at: datetime) -> BundlePaper:
    """Return the paper of a frozen agreement: everything on it comes from what was frozen."""
    given = str(facts["language"])
    language = given if given in PAPER_LANGUAGES else OFFICIAL_LANGUAGE
    zone = ZoneInfo(centre.time_zone)
    agreed_at = datetime.fromisoformat(str(facts["agreed_at"])).astimezone(zone)
    text = str(facts["text"])
    return BundlePaper(
        language=language,
        office=Office(name=printable(centre.name), address=centre.address, phone=centre.phone),
        made_at=at.astimezone(zone),
        is_revocation=content.kind == BundleKind.REVOCATION,
        case_number=content.case.number,
        person=printable(_of(facts, "holder", "name")),
        service=printable(_of(facts, "service", "name")),
        agreed_at=format_datetime(agreed_at, "d MMMM y, HH:mm", locale=language),
        kind=say_bundle(str(facts["kind"]), language),
        method=say_bundle(str(facts["method"]), language),
        lines=tuple(printable(text).split("\n")) if text else (),
        text_sha256=str(facts["text_sha256"]),
        facts=named_facts(facts),
        content=content.content,
        content_sha256=content.content_sha256,
    )


def _of(facts: Mapping[str, Fact], part: str, name: str) -> str:
    found = facts[part]
    return str(found[name]) if isinstance(found, dict) else ""
