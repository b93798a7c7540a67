"""Whoever may not work here any more cannot, from the next press on."""

from datetime import timedelta

from tests.desk.shop import LIDIA, Shop, enter

from ghiseu.foundation import clock
from ghiseu.modules.centres.models import Assignment, Operator


class TestOperatorWhoIsSwitchedOff:
    def test_is_led_to_the_sign_in_at_the_next_press(self, shop: Shop, as_owner):
        lidia = enter(LIDIA)
        assert lidia.get("/visit").status_code == 200

        with as_owner():
            Operator.objects.filter(pk=Operator.objects.by_idnp(LIDIA).pk).update(is_active=False)

        answer = lidia.get("/visit")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")


class TestAssignmentThatEnded:
    def test_opens_no_page_of_the_desk_any_more(self, shop: Shop, as_owner):
        lidia = enter(LIDIA)

        with as_owner():
            yesterday = clock.now().date() - timedelta(days=1)
            Assignment.objects.filter(operator=Operator.objects.by_idnp(LIDIA)).update(to_date=yesterday)

        answer = lidia.get(f"/cases/{shop.number}")
        assert answer.status_code in {302, 403}
        assert shop.number not in answer.content.decode()
