"""The data-protection officer reads what the rules found in all centres, and says what they think."""

import pytest
from tests.desk.shop import ADMINISTRATOR, AUDITOR, DATA_OFFICER, EUGENIA, LIDIA, MANAGER, OFFICER, enter
from tests.support.counter import DIMITAR, all_of, journaled, place

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit.models import Finding, FindingReview, JournalRecord
from ghiseu.journeys.review_findings import OwnFinding, all_findings, review_finding
from ghiseu.modules.centres.models import Operator


@pytest.fixture
def make_finding(shop, as_worker):
    """Return a function that puts a finding into a centre's list, as the worker does."""

    def made(desk=shop.lidia, **other):
        at = clock.now()
        with scoped_to(desk.scope), transaction():
            records = list(JournalRecord.objects.filter(has_subject=True).values_list("sequence", flat=True))
        values = {
            "centre_id": desk.centre_id, "rule": "own-relatives", "severity": 3, "operator_id": desk.operator_id,
            "from_at": at, "to_at": at, "count": 1, "records": records, "found_at": at,
            "fingerprint": f"test {other}",
        } | other  # fmt: skip
        with as_worker(), scoped_to(desk.scope), transaction():
            return Finding.objects.create(**values)

    return made


@pytest.fixture
def finding(make_finding):
    return make_finding()


def page_of(finding):
    return f"/programme/findings/LOZ/{finding.pk}"


class TestList:
    def test_shows_findings_of_every_centre_the_gravest_first(self, make_finding):
        make_finding(severity=1, rule="own-surname")
        make_finding(place(DIMITAR, centre="TVA"), rule="burst")

        said = enter(DATA_OFFICER).get("/programme/findings?language=ro").content.decode()

        assert said.index("Tvardița") < said.index("Lozova")
        assert said.index("tag--bad") < said.index("tag--muted")

    def test_cuts_off_the_least_of_all_however_new_it_is(self, make_finding):
        grave = make_finding(severity=3)
        for number in range(6):
            make_finding(severity=1, rule="own-surname", fingerprint=f"light {number}")
        explained = make_finding(severity=3, fingerprint="explained")
        enter(DATA_OFFICER).post(page_of(explained), {"verdict": "explained", "note": "on duty"})

        found = all_findings(with_explained=False, at=clock.now(), most=3)
        of_all = all_findings(with_explained=True, at=clock.now(), most=3)

        assert [one.finding.severity for one in found.lines] == [3, 1, 1]
        assert found.lines[0].finding.pk == of_all.lines[0].finding.pk == grave.pk
        assert (found.left_off, of_all.left_off) == (4, 5)

    def test_leaves_off_what_was_explained_unless_it_is_asked_for(self, finding):
        officer = enter(DATA_OFFICER)
        officer.post(page_of(finding), {"verdict": "explained", "note": "served for good reason"})

        assert page_of(finding) not in officer.get("/programme/findings").content.decode()
        assert page_of(finding) in officer.get("/programme/findings?all=1").content.decode()

    def test_is_one_key_away_from_the_officers_first_page(self, shop):
        said = enter(DATA_OFFICER).get("/programme").content.decode()

        assert 'href="/programme/findings" class="btn btn--primary" data-key="F9"' in said


class TestFindingPage:
    def test_shows_the_look_ups_and_not_whom_they_were_about(self, finding, shop):
        said = enter(DATA_OFFICER).get(page_of(finding)).content.decode()

        assert all(str(record) in said for record in finding.records)
        assert "Lidia" in said
        assert "Eugenia" not in said
        assert EUGENIA not in said
        assert EUGENIA[-3:] not in said.replace(str(shop.number), "")[said.index("<main") :]

    def test_is_in_the_journal_of_the_centre(self, finding, shop):
        enter(DATA_OFFICER).get(page_of(finding))

        with scoped_to(shop.lidia.scope):
            opened = journaled("journeys.finding.opened")
        assert [one.details for one in opened] == [{"finding": finding.pk}]

    @pytest.mark.parametrize("path", ["/programme/findings/LOZ/999999", "/programme/findings/XXX/1"])
    def test_of_nothing_is_not_there(self, finding, path):
        assert enter(DATA_OFFICER).get(path).status_code == 404

    def test_of_another_centre_is_not_there_either(self, finding):
        assert enter(DATA_OFFICER).get(f"/programme/findings/TVA/{finding.pk}").status_code == 404

    @pytest.mark.parametrize("person", [LIDIA, OFFICER, MANAGER, AUDITOR, ADMINISTRATOR])
    def test_is_closed_to_everybody_else(self, finding, person):
        browser = enter(person)

        assert [browser.get("/programme/findings").status_code, browser.get(page_of(finding)).status_code] == [403, 403]
        assert browser.post(page_of(finding), {"verdict": "explained", "note": "x"}).status_code == 403


class TestReview:
    def test_is_kept_with_its_reason_as_a_row_of_its_own(self, finding, shop):
        officer = enter(DATA_OFFICER)

        officer.post(page_of(finding), {"verdict": "to_investigate", "note": "ask the centre lead"})
        officer.post(page_of(finding), {"verdict": "explained", "note": "the only desk that day"})

        with scoped_to(shop.lidia.scope):
            kept = all_of(FindingReview)
            assert [one.outcome for one in journaled("journeys.finding.reviewed")] == ["to_investigate", "explained"]
        assert [(one.verdict, one.note) for one in kept] == [
            ("to_investigate", "ask the centre lead"),
            ("explained", "the only desk that day"),
        ]
        assert "ask the centre lead" in officer.get(page_of(finding)).content.decode()

    def test_without_a_reason_is_refused(self, finding, shop):
        answer = enter(DATA_OFFICER).post(page_of(finding), {"verdict": "explained", "note": "  "})

        assert answer.status_code == 422
        with scoped_to(shop.lidia.scope):
            assert all_of(FindingReview) == []

    def test_of_ones_own_look_ups_is_refused(self, shop, make_finding):
        officer = Operator.objects.by_idnp(DATA_OFFICER)
        own = make_finding(operator_id=officer.pk)

        assert enter(DATA_OFFICER).post(page_of(own), {"verdict": "explained", "note": "x"}).status_code == 403
        with pytest.raises(OwnFinding):
            review_finding(
                centre_code="LOZ", finding_id=own.pk, verdict="explained", note="x", by_id=officer.pk, at=clock.now()
            )

    def test_leaves_the_finding_open_while_it_is_investigated(self, finding):
        enter(DATA_OFFICER).post(page_of(finding), {"verdict": "to_investigate", "note": "asked"})

        lines = all_findings(with_explained=False, at=clock.now()).lines

        assert [(one.finding.pk, one.is_open, one.review.note) for one in lines] == [(finding.pk, True, "asked")]
