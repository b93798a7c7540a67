"""Who stands at the desk: what was seen is what is kept, and nobody acts on somebody else's visit."""

import pytest
from tests.support.counter import ask_for, come, leave, opened

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.load_case import acting_on
from ghiseu.journeys.submit_case import what_lacks
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.cases.models import Case, Evidence, EvidenceKind, EvidenceMethod
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitState
from ghiseu.modules.visits.queries import open_visit_at

SERVICES = ["asp.civil.extract-birth"]
EUGENIA = "2099010100376"
VALENTINA = "2099220108140"


def lacks(number, place):
    with transaction():
        return what_lacks(opened(number, to=place))


@pytest.mark.usefixtures("exchange")
class TestSomebodyWithoutADocument:
    def test_is_not_kept_as_one_whose_document_was_seen(self, lozova):
        visit = come(EUGENIA, to=lozova, by=IdentifiedBy.NOT_SEEN)
        number = ask_for("asp.civil.extract-birth", visit=visit, to=lozova)

        with transaction():
            kept = Evidence.objects.get(case__number=number, kind=EvidenceKind.IDENTITY_CHECK)
        assert kept.method == EvidenceMethod.RECORDED
        assert kept.details["by"] == "not_seen"

    def test_has_nothing_sent(self, lozova):
        visit = come(EUGENIA, to=lozova, by=IdentifiedBy.NOT_SEEN)
        number = ask_for("asp.civil.extract-birth", visit=visit, to=lozova)

        assert "identity" in lacks(number, lozova)

    def test_lacks_it_no_more_in_a_visit_in_which_the_document_is_seen(self, lozova):
        visit = come(EUGENIA, to=lozova, by=IdentifiedBy.NOT_SEEN)
        number = ask_for("asp.civil.extract-birth", visit=visit, to=lozova)
        leave(visit, to=lozova)
        later = come(EUGENIA, to=lozova)

        with transaction():
            file = opened(number, to=lozova)
            acting = acting_on(file.case, at_desk=lozova, package=file.package, reason="of a test")
        assert (acting.visit_number, acting.assurance) == (later.number, "document-seen")
        assert "identity" not in lacks(number, lozova)


class TestOldTab:
    """A page of an earlier visit stays in a tab; the next person is at the desk already."""

    @pytest.mark.parametrize(
        ("address", "typed"),
        [
            ("/visit/contact", {"phone": "+37369000000", "language": "ro"}),
            ("/visit/end", {"outcome": "served"}),
            ("/visit/for", {"subject": EUGENIA, "kind": "relative"}),
            ("/visit/for-oneself", {}),
            ("/visit/reveal", {}),
            ("/services/asp.civil.extract-birth/open", {"role": "holder"}),
        ],
    )
    def test_does_nothing_in_the_visit_of_the_next_person(self, lozova, browser, address, typed):
        earlier = come(EUGENIA, to=lozova)
        leave(earlier, to=lozova)
        present = come(VALENTINA, to=lozova)

        answer = browser.post(address, {**typed, "visit": earlier.number})

        with transaction():
            present.refresh_from_db()
            assert answer.status_code == 409
            assert present.state == VisitState.OPEN
            assert Person.objects.get(pk=present.person_id).phone == ""
            assert not Case.objects.exists()

    def test_page_tells_its_visit_in_every_form_about_it(self, lozova, browser):
        visit = come(EUGENIA, to=lozova)

        shown = browser.get("/visit").content.decode()
        offered = browser.get("/services/asp.civil.extract-birth").content.decode()

        hidden = f'<input type="hidden" name="visit" value="{visit.number}">'
        assert shown.count(hidden) >= 4
        assert hidden in offered[offered.index('id="open-form"') :]


class TestStartingWhileAVisitIsOpen:
    def test_says_whose_visit_is_open_and_keeps_what_was_typed(self, lozova, browser):
        first = come(EUGENIA, to=lozova)

        answer = browser.post("/visits", {"who": VALENTINA, "seen": "passport"})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert f'name="ends" value="{first.number}"' in page
        assert VALENTINA in page
        with transaction():
            assert Visit.objects.filter(state=VisitState.OPEN).get().pk == first.pk

    def test_opens_the_next_one_after_the_first_was_ended_from_there(self, lozova, browser):
        first = come(EUGENIA, to=lozova)

        answer = browser.post("/visits", {"who": VALENTINA, "seen": "passport", "ends": first.number})

        assert answer.status_code == 302
        with transaction():
            now_open = Visit.objects.get(state=VisitState.OPEN)
            assert now_open.person.idnp == VALENTINA
            assert now_open.identified_by == IdentifiedBy.PASSPORT

    def test_of_the_same_person_goes_to_the_open_visit(self, lozova, browser):
        come(EUGENIA, to=lozova)

        answer = browser.post("/visits", {"who": EUGENIA, "seen": "passport"})

        assert (answer.status_code, answer["Location"]) == (302, "/visit")


class TestForeignDocument:
    def _came(self, browser, place, **told):
        typed = {"who": "", "document": "AB 123 456", "surname": "Popa", "born": "01.02.1980"}
        answer = browser.post("/visits", {**typed, "seen": "foreign_document", "issuing_state": "ROU", **told})
        with transaction():
            visit = open_visit_at(place.desk_id)
        if visit is not None:
            leave(visit, to=place, at=clock.now())
        return answer

    def test_needs_the_state_that_issued_it(self, lozova, browser):
        assert self._came(browser, lozova, issuing_state="").status_code == 422
        with transaction():
            assert not Visit.objects.exists()

    def test_of_the_same_number_from_another_state_is_another_person(self, lozova, browser):
        self._came(browser, lozova)
        self._came(browser, lozova, issuing_state="UKR", surname="Bondar", born="05.06.1970")

        with transaction():
            assert Person.objects.count() == 2

    def test_is_known_again_however_its_number_is_spaced(self, lozova, browser):
        self._came(browser, lozova)
        self._came(browser, lozova, document="ab123456")

        with transaction():
            assert Person.objects.count() == 1

    def test_of_somebody_with_another_name_and_birth_date_is_not_merged(self, lozova, browser):
        self._came(browser, lozova)

        answer = self._came(browser, lozova, surname="Bondar", born="05.06.1970")

        assert answer.status_code == 422
        with transaction():
            assert Person.objects.get().surname == "Popa"


@pytest.mark.usefixtures("exchange")
class TestOwnMatter:
    def test_is_for_a_colleague_wherever_it_turns_up(self, lozova, browser):
        visit = come(EUGENIA, to=lozova)
        number = ask_for("asp.civil.extract-birth", visit=visit, to=lozova)
        with transaction():
            person = Person.objects.get(pk=visit.person_id)
            person.idnp = lozova.operator_idnp
            person.save(update_fields=["idnp"])

        answer = browser.get(f"/cases/{number}")

        assert answer.status_code == 403
        assert visit.person.full_name not in answer.content.decode()
