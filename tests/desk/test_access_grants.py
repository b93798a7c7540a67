"""Two people open the border between centres, for one case and some hours, and every reading leaves its trace."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError
from django.db.models import F
from tests.desk.shop import ADMINISTRATOR, AUDITOR, EUGENIA, ILINCA, LIDIA, MANAGER, OFFICER, Shop, enter

from ghiseu.foundation import clock
from ghiseu.foundation.access import reading, scoped_to, transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.journeys.look_under_grant import look
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres import grants
from ghiseu.modules.centres.grant_models import AccessGrant
from ghiseu.modules.centres.models import Operator

REASON = "The delivery is stuck since this morning; looking for the attempt."


@pytest.fixture
def asked(shop: Shop) -> AccessGrant:
    """Let the administrator ask for the case of the shop, by the page."""
    told = {"number": shop.number.lower(), "reason": REASON, "hours": "2"}
    answer = enter(ADMINISTRATOR).post("/programme/support/ask", told)
    assert answer["Location"] == f"/programme/support/cases/{shop.number}"
    return grant_of(shop)


def grant_of(shop: Shop) -> AccessGrant:
    with scoped_to(shop.lidia.scope), transaction():
        return AccessGrant.objects.get()


def journal(shop: Shop, event: str) -> list[JournalRecord]:
    with scoped_to(shop.lidia.scope), transaction():
        return list(JournalRecord.objects.filter(event=event).order_by("pk"))


def agree(shop: Shop, asked: AccessGrant, *, who: str = ILINCA) -> None:
    enter(who).post(f"/access-grants/{asked.pk}/approve")
    assert grant_of(shop).approved_at is not None


def read(shop: Shop, *, who: str = ADMINISTRATOR) -> int:
    return enter(who).get(f"/programme/support/cases/{shop.number}/read").status_code


class TestCase:
    def test_is_read_after_a_second_person_agreed_and_each_reading_names_the_grant(self, shop, asked):
        before = read(shop)
        agree(shop, asked)
        page = enter(ADMINISTRATOR).get(f"/programme/support/cases/{shop.number}/read").content.decode()
        read(shop)

        lines = journal(shop, "cases.case.shown-under-grant")
        assert before == 404
        assert shop.number in page
        assert EUGENIA not in page
        assert [(one.details, one.case_number, one.subject_idnp) for one in lines] == [
            ({"grant": asked.pk}, shop.number, EUGENIA)
        ] * 2
        assert {one.operator_id for one in lines} == {asked.asker_id}

    def test_is_closed_again_by_itself(self, shop, asked):
        agree(shop, asked)
        given = grant_of(shop)
        who = {"case_number": shop.number, "operator_id": asked.asker_id, "language": "ro"}

        look(**who, at=given.ends_at - timedelta(seconds=1))
        with pytest.raises(grants.NotInForce):
            look(**who, at=given.ends_at)
        assert given.ends_at - given.approved_at == timedelta(hours=2)

    def test_is_closed_when_somebody_ends_it(self, shop, asked):
        agree(shop, asked)
        opened = read(shop)
        enter(ILINCA).post(f"/access-grants/{asked.pk}/end")

        assert (opened, read(shop)) == (200, 404)
        assert len(journal(shop, "centres.grant.ended")) == 1

    @pytest.mark.parametrize("other", ["LOZ-2026-000001-00", "TVA-2026-000001-39", "nonsense"])
    def test_is_the_only_one(self, shop, asked, other):
        agree(shop, asked)
        assert enter(ADMINISTRATOR).get(f"/programme/support/cases/{other}/read").status_code == 404

    def test_is_opened_to_nobody_else(self, shop, asked):
        agree(shop, asked)
        assert {read(shop, who=one) for one in (MANAGER, AUDITOR, OFFICER, LIDIA, ILINCA)} == {403}

    def test_cannot_be_changed_while_it_is_read(self, shop, asked):
        with scoped_to(shop.lidia.scope), pytest.raises(DatabaseError, match="read-only"), reading():
            Case.objects.update(alarm="changed")
        with scoped_to(shop.lidia.scope), transaction():
            assert Case.objects.update(alarm="changed") == 1


class TestAgreement:
    def test_of_the_programme_manager_counts_too(self, shop, asked):
        enter(MANAGER).post(f"/programme/support/cases/{shop.number}/{asked.pk}/approve")

        assert grant_of(shop).approver.idnp == MANAGER
        assert [one.details["grant"] for one in journal(shop, "centres.grant.approved")] == [asked.pk]

    def test_is_shown_to_the_centre_lead_with_both_names(self, shop, asked):
        agree(shop, asked)
        page = enter(ILINCA).get("/access-grants").content.decode()

        assert ("Roșca-Test" in page, "Codreanu-Test" in page, "stuck since" in page) == (True, True, True)

    def test_is_not_for_an_operator_nor_for_the_asker(self, shop, asked):
        assert enter(LIDIA).post(f"/access-grants/{asked.pk}/approve").status_code == 403
        path = f"/programme/support/cases/{shop.number}/{asked.pk}/approve"
        assert enter(ADMINISTRATOR).post(path).status_code == 403
        assert grant_of(shop).approved_at is None

    def test_of_the_asker_is_refused_whatever_their_roles(self, shop, asked):
        scope = grants.scope_of(shop.number, operator_id=asked.asker_id)
        with scoped_to(scope), transaction(), pytest.raises(grants.TwoPeopleNeeded):
            grants.approve(asked.pk, scope=scope, at=clock.now())

    def test_comes_too_late_after_a_day_and_after_it_was_turned_down(self, shop, asked):
        scope = grants.scope_of(shop.number, operator_id=Operator.objects.by_idnp(ILINCA).pk)
        with scoped_to(scope), transaction():
            with pytest.raises(grants.NotWaiting):
                grants.approve(asked.pk, scope=scope, at=asked.asked_at + timedelta(hours=24))
            grants.end(asked.pk, scope=scope, at=clock.now())
            with pytest.raises(grants.NotWaiting):
                grants.approve(asked.pk, scope=scope, at=clock.now())


class TestQuestion:
    @pytest.mark.parametrize(
        ("number", "reason"), [("nonsense", REASON), ("XYZ-2026-000001-00", REASON), ("", REASON), (None, "because")]
    )
    def test_without_a_case_of_ours_or_a_reason_is_asked_again(self, shop, number, reason):
        told = {"number": shop.number if number is None else number, "reason": reason, "hours": "2"}
        answer = enter(ADMINISTRATOR).post("/programme/support/ask", told)

        assert answer.status_code == 422
        with scoped_to(shop.lidia.scope), transaction():
            assert not AccessGrant.objects.exists()

    @pytest.mark.parametrize("who", [MANAGER, AUDITOR, OFFICER, LIDIA, ILINCA])
    def test_is_for_support_alone(self, shop, who):
        assert enter(who).post("/programme/support/ask", {"number": shop.number, "reason": REASON}).status_code == 403


class TestDatabase:
    @pytest.mark.parametrize(
        ("name", "change"),
        [
            ("two_people", {"approver": F("asker"), "approved_at": F("asked_at"), "ends_at": F("asked_at")}),
            ("says_by_whom", {"approved_at": F("asked_at")}),
            ("working_day", {"ends_at": F("asked_at") + timedelta(hours=9)}),
            ("ended_grant", {"ended_at": F("asked_at")}),
        ],
    )
    def test_holds_the_rules_too(self, shop, asked, name, change):
        lead = Operator.objects.by_idnp(ILINCA)
        filled = {"approver": lead, "approved_at": F("asked_at"), **change} if name == "working_day" else change
        with scoped_to(shop.lidia.scope), pytest.raises(IntegrityError, match=name), transaction():
            AccessGrant.objects.update(**filled)

    @pytest.mark.parametrize("change", [{"hours": 8}, {"case_number": "another"}, {"asked_at": F("asked_at")}])
    def test_lets_nobody_change_what_was_asked(self, shop, asked, change):
        with scoped_to(shop.lidia.scope), pytest.raises(DatabaseError, match="permission denied"), transaction():
            AccessGrant.objects.update(**change)

    def test_lets_nobody_prolong_or_remove_what_was_agreed(self, shop, asked, as_owner):
        agree(shop, asked)
        longer = {"ends_at": F("ends_at") + timedelta(minutes=1)}
        with scoped_to(shop.lidia.scope):
            with pytest.raises(DatabaseError, match="ended, never changed"), transaction():
                AccessGrant.objects.update(**longer)
            with pytest.raises(DatabaseError, match="ended, never changed"), transaction(), as_owner():
                AccessGrant.objects.all().delete()
