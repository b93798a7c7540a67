"""The code of a citizen's screen: hard to guess, easy to read, short-lived."""

from datetime import timedelta

import pytest
from tests.support import counter
from tests.support.counter import NOON

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.centres import screens
from ghiseu.modules.centres.models import CitizenScreen, ScreenCode
from ghiseu.modules.centres.screens import ALPHABET, CODE_LENGTH, CODE_LIVES, NoSuchCode


@pytest.fixture
def desk(as_owner):
    with as_owner():
        counter.stock()
    found = counter.place()
    with scoped_to(found.scope), transaction():
        yield found


class TestCode:
    def test_has_thirty_bits_of_letters_that_are_not_taken_for_others(self):
        assert len(ALPHABET) == len(set(ALPHABET)) == 32
        assert 5 * CODE_LENGTH >= 30
        assert set("01IO") & set(ALPHABET) == set()

    def test_is_another_for_each_browser_and_only_its_hash_is_kept(self, desk):
        offered = [screens.offer_code("", at=NOON) for _ in range(50)]

        assert len({one.code for one in offered}) == len({one.secret for one in offered}) == 50
        assert all(set(one.code) <= set(ALPHABET) and len(one.code) == CODE_LENGTH for one in offered)
        kept = ScreenCode.objects.order_by("id").values_list("code_hash", "secret_hash")
        assert {one.code for one in offered}.isdisjoint(text for row in kept for text in row)

    def test_that_is_old_is_forgotten(self, desk):
        offered = screens.offer_code("", at=NOON)
        screens.offer_code("", at=NOON + CODE_LIVES)

        assert ScreenCode.objects.count() == 1
        with pytest.raises(NoSuchCode):
            screens.pair(offered.code, at_desk=desk, at=NOON + CODE_LIVES)

    def test_of_a_browser_that_a_desk_took_is_gone(self, desk):
        offered = screens.offer_code("", at=NOON)
        made = screens.pair(offered.code, at_desk=desk, at=NOON)

        found = screens.screen_of_browser(offered.secret)

        assert found is not None
        assert found.pk == made.pk
        assert not ScreenCode.objects.exists()
        assert screens.screen_of_browser(offered.secret + "x") is None
        assert screens.screen_of_browser("") is None


class TestScreen:
    def test_is_ended_once(self, desk):
        screens.pair(screens.offer_code("", at=NOON).code, at_desk=desk, at=NOON)

        assert screens.end(at_desk=desk, at=NOON)
        assert not screens.end(at_desk=desk, at=NOON)
        assert CitizenScreen.objects.get().ended_by_id == desk.operator_id

    def test_is_silent_after_a_minute(self, desk):
        made = screens.pair(screens.offer_code("", at=NOON).code, at_desk=desk, at=NOON)

        assert not screens.is_silent(made, at=NOON + timedelta(seconds=60))
        assert screens.is_silent(made, at=NOON + timedelta(seconds=61))
        screens.note_seen(made, at=NOON + timedelta(seconds=61))
        assert not screens.is_silent(made, at=NOON + timedelta(seconds=90))

    def test_shows_nothing_while_nobody_works_at_the_desk(self, desk):
        made = screens.pair(screens.offer_code("", at=NOON).code, at_desk=desk, at=NOON)

        assert screens.at_work(made, at=NOON) is None
