from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from tests.support.acting import EUGENIA, LIDIA, acting_for

from ghiseu.foundation.access import ActingContext, Scope, scoped_to, transaction
from ghiseu.foundation.crypto import blind_index
from ghiseu.foundation.store import FolderStore, document_stores
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.cases.models import Case
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.models import Centre, Desk, Operator
from ghiseu.modules.visits.models import Visit

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class OpenedCase:
    """A case of Eugenia at a centre, and the context in which Lidia works on it."""

    case: Case
    acting: ActingContext

    def working(self):
        return scoped_to(Scope(centre_id=self.case.centre_id, operator_id=self.acting.operator_id))


@pytest.fixture
def store(tmp_path, settings):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    store = FolderStore(tmp_path / "documents", reserve=0)
    with document_stores.serving("documents", store):
        yield store


@pytest.fixture
def open_case(as_owner, store):
    def open_case(code):
        with as_owner():
            centre = Centre.objects.create(code=code, name=code, kind="town_hall")
            desk = Desk.objects.create(centre=centre, code="1", name="1")
            operator, _ = Operator.objects.get_or_create(
                idnp_index=blind_index(LIDIA, purpose="operator"),
                defaults={"idnp": LIDIA, "surname": "Operator-Test", "given_name": "Lidia"},
            )
            package, _ = ServicePackage.objects.get_or_create(
                code="asp.civil.extract-birth",
                version=1,
                defaults={
                    "kind": "request",
                    "institution": "asp",
                    "names": {},
                    "effective_from": date(2026, 1, 1),
                    "canonical": "{}",
                    "sha256": "0" * 64,
                    "published_at": AT,
                },
            )
        with scoped_to(Scope(centre_id=centre.pk, operator_id=operator.pk)), transaction():
            person = know_person(centre_id=centre.pk, idnp=EUGENIA, document="", names=Names(), language="ro", at=AT)
            return OpenedCase(
                case=case_of(person, centre=centre, desk=desk, operator=operator, package=package),
                acting=acting_at(centre, operator),
            )

    return open_case


def case_of(person: Person, *, centre, desk, operator, package):
    visit = Visit.objects.create(
        centre=centre,
        desk=desk,
        operator=operator,
        number=f"{centre.code}-V1",
        person=person,
        identified_by="identity_card",
        assurance="document-seen",
        opened_at=AT,
    )
    return Case.objects.create(
        centre=centre,
        number=f"{centre.code}-2026-000001-00",
        visit=visit,
        applicant=person,
        holder=person,
        role="holder",
        package=package,
        service_code=package.code,
        institution="asp",
        language="ro",
        public_code="x",
        opened_at=AT,
        opened_by_id=operator.pk,
        changed_at=AT,
    )


def acting_at(centre, operator):
    return acting_for(
        EUGENIA,
        operator_id=operator.pk,
        centre_id=centre.pk,
        centre_code=centre.code,
        legal_reason="papers of the request",
        case_number=f"{centre.code}-2026-000001-00",
        visit_number="",
    )


@pytest.fixture
def lozova(open_case):
    return open_case("LOZ")
