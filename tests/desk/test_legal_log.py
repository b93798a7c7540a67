"""Who is told what while the state's log of legal events is owed: administrator, programme, desk, and Prometheus."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils.translation import gettext, override
from tests.desk.shop import ADMINISTRATOR, AUDITOR, DATA_OFFICER, LIDIA, MANAGER, OFFICER, enter
from tests.support.counter import again, all_of, as_worker, come, journaled, leave

from ghiseu.config.platforms.mlog import debt_finding
from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.audit import legal_debt, shipping
from ghiseu.foundation.audit.legal_debt import Debt
from ghiseu.foundation.audit.models import Shipment, ShippingPosition
from ghiseu.foundation.audit.ports import LEGAL_LOG, LegalLog, legal_logs
from ghiseu.foundation.audit.shipping import Part
from ghiseu.foundation.audit.shipping_models import ShipmentState
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.visits.models import Visit

HOUR = timedelta(hours=1)
GHEORGHE = "2099080102964"
TOLD = (
    "Registers are not read now: for too long the state's legal log has not registered our readings. "
    "Go on and type from the papers; tell your administrator."
)


class NeverAsked:
    """A log that is connected and that no page calls."""


@pytest.fixture
def connected() -> Iterator[None]:
    nobody: LegalLog = NeverAsked()  # type: ignore[assignment]  # whoever called it would fail
    with legal_logs.serving(LEGAL_LOG, nobody):
        yield


def owe(shop, hours, *, refused=0, waiting=7):
    """Let the worker find that the oldest event is so old."""
    at = clock.now()
    with as_worker(), transaction():
        shipping.connected_since(at=at - hours * HOUR)
        legal_debt.keep([Debt(oldest_at=at - hours * HOUR, waiting=waiting, refused=refused)], at=at)


@pytest.fixture
def refused(shop, connected):
    """Put a message that the log refused into Lozova's list."""
    at = clock.now()
    part = Part(first_number=1, last_number=3, numbers=(1, 2, 3), oldest_at=at - 5 * HOUR, text="said", sha256="0" * 64)
    with as_worker(), scoped_to(shop.lidia.scope), transaction():
        ShippingPosition.objects.create(centre_id=shop.lidia.centre_id, number=3)
        added = shipping.add(part, centre_id=shop.lidia.centre_id, state=ShipmentState.REFUSED, at=at)
        Shipment.objects.filter(pk=added.pk).update(fault="taken, and not registered in time")
    owe(shop, 5, refused=1)
    return added


def page_of(shipment, act):
    return f"/programme/legal-log/LOZ/{shipment.pk}/{act}"


class TestProgrammePage:
    @pytest.mark.parametrize("who", [MANAGER, AUDITOR, ADMINISTRATOR, DATA_OFFICER])
    def test_warns_everybody_after_four_hours(self, shop, connected, who):
        owe(shop, 3)
        before = enter(who).get("/programme?language=en").content.decode()
        owe(shop, 5)
        after = enter(who).get("/programme").content.decode()

        assert "box--warning box--line" not in before
        assert "box--warning box--line" in after

    def test_says_after_a_day_that_registers_are_not_read(self, shop, connected):
        owe(shop, 25)

        assert "box--danger box--line" in enter(MANAGER).get("/programme").content.decode()

    def test_says_nothing_while_no_log_is_connected(self, shop):
        owe(shop, 25)
        said = enter(ADMINISTRATOR).get("/programme").content.decode()

        assert "box--danger box--line" not in said
        assert "/programme/legal-log" not in said

    def test_tells_the_administrator_of_refusals(self, refused):
        said = enter(ADMINISTRATOR).get("/programme").content.decode()

        assert 'href="/programme/legal-log"' in said
        assert "/programme/legal-log" not in enter(MANAGER).get("/programme").content.decode()


class TestPageOfTheLog:
    def test_lists_what_was_refused_and_not_what_it_said(self, refused):
        said = enter(ADMINISTRATOR).get("/programme/legal-log").content.decode()

        assert "Lozova" in said
        assert "1–3" in said
        assert "taken, and not registered in time" in said
        assert ">said<" not in said

    @pytest.mark.parametrize("who", [LIDIA, OFFICER, MANAGER, AUDITOR, DATA_OFFICER])
    def test_is_for_the_administrator_alone(self, refused, who):
        browser = enter(who)
        answers = [
            browser.get("/programme/legal-log"),
            browser.post(page_of(refused, "send-again")),
            browser.post(page_of(refused, "set-aside"), {f"reason-{refused.pk}": "no"}),
        ]

        assert {one.status_code for one in answers} == {403}

    def test_sends_again_and_says_so_in_the_journal(self, refused, shop):
        answer = enter(ADMINISTRATOR).post(page_of(refused, "send-again"))

        with scoped_to(shop.lidia.scope):
            assert again(refused).state == ShipmentState.UNKNOWN
            assert [one.details["last"] for one in journaled("audit.shipment.sent-again")] == [3]
        assert answer["Location"] == "/programme/legal-log"
        assert enter(ADMINISTRATOR).post(page_of(refused, "send-again")).status_code == 404

    def test_sends_everything_again(self, refused, shop):
        answers = [enter(who).post("/programme/legal-log/send-again").status_code for who in (AUDITOR, ADMINISTRATOR)]

        assert answers == [403, 302]
        with scoped_to(shop.lidia.scope):
            assert again(refused).state == ShipmentState.UNKNOWN

    def test_sets_aside_with_a_reason_alone(self, refused, shop):
        browser = enter(ADMINISTRATOR)
        without = browser.post(page_of(refused, "set-aside"), {f"reason-{refused.pk}": " "})
        with_reason = browser.post(page_of(refused, "set-aside"), {f"reason-{refused.pk}": "test of the connection"})

        assert (without.status_code, with_reason.status_code) == (422, 302)
        assert f'id="f-reason-{refused.pk}"' in without.content.decode()
        with scoped_to(shop.lidia.scope):
            assert again(refused).state == ShipmentState.SET_ASIDE
            assert again(refused).reason == "test of the connection"

    @pytest.mark.parametrize("path", ["/programme/legal-log/LOZ/999999", "/programme/legal-log/XXX/1"])
    def test_knows_no_other_message(self, refused, path):
        assert enter(ADMINISTRATOR).post(f"{path}/send-again").status_code == 404

    def test_does_not_reach_into_another_centre(self, refused):
        path = f"/programme/legal-log/TVA/{refused.pk}/send-again"
        assert enter(ADMINISTRATOR).post(path).status_code == 404

    def test_says_when_no_log_is_connected(self, shop):
        assert enter(ADMINISTRATOR).get("/programme/legal-log").status_code == 200


class TestDesk:
    @pytest.mark.parametrize("page", ["/visit", "/services/asp.civil.extract-birth"])
    def test_is_told_to_go_on_from_the_papers_when_registers_are_not_read(self, refused, shop, page):
        with as_worker(), scoped_to(shop.lidia.scope), transaction():
            Shipment.objects.filter(pk=refused.pk).update(oldest_at=clock.now() - 25 * HOUR)
        with scoped_to(shop.lidia.scope):
            leave(all_of(Visit)[0], to=shop.lidia, at=clock.now())
            come(GHEORGHE, to=shop.lidia, at=clock.now())
        answer = enter(LIDIA).get(page)

        assert answer.status_code == 200
        with override("ro"):
            assert gettext(TOLD).partition(":")[0] in answer.content.decode()


class TestFigures:
    def test_say_how_old_and_how_many(self, shop, connected):
        owe(shop, 5, refused=2)
        said = enter(ADMINISTRATOR).get("/metrics").content.decode()
        told = dict(line.split() for line in said.splitlines() if line.startswith("ghiseu_mlog_"))

        assert 5 * 3600 <= float(told["ghiseu_mlog_oldest_seconds"]) < 5 * 3600 + 600
        assert (told["ghiseu_mlog_waiting"], told["ghiseu_mlog_refused"]) == ("7.0", "2.0")

    def test_are_nothing_while_no_log_is_connected(self, shop):
        owe(shop, 5)
        said = enter(ADMINISTRATOR).get("/metrics").content.decode()

        assert "ghiseu_mlog_oldest_seconds 0.0" in said
        assert "ghiseu_mlog_waiting 0.0" in said


@pytest.mark.parametrize(
    ("hours", "refused_ones", "level"),
    [(0, 0, Level.OK), (3, 0, Level.OK), (5, 0, Level.WARNING), (1, 1, Level.WARNING), (25, 0, Level.ERROR)],
)
def test_the_check_of_the_configuration_says_how_much_is_owed(shop, connected, hours, refused_ones, level):
    owe(shop, hours, refused=refused_ones)

    found = debt_finding(at=clock.now())

    assert found.level is level
    assert bool(found.next_step) == (level is not Level.OK)
