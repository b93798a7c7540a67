"""Whoever sends nonsense to an institution's address fills no disk: some of a day are kept, of each the beginning."""

from datetime import timedelta

import pytest
from django.test import Client

from ghiseu.channels.callbacks.unverified import NOT_KEPT
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.submissions import operations
from ghiseu.modules.submissions.models import Quarantined
from ghiseu.modules.submissions.operations import UNVERIFIED_A_DAY, UNVERIFIED_KEPT
from ghiseu.modules.submissions.ports import news

pytestmark = pytest.mark.django_db
NONSENSE = b"\xff\x00" + b"x" * 100_000


class Believes:
    """An institution's port that believes nobody."""

    def read_push(self, raw, headers, *, at=None):
        raise UnusableAnswer("the signature does not hold")


@pytest.fixture
def asp():
    with news.serving("asp", Believes()):
        yield


def push(raw=NONSENSE):
    return Client().post("/callbacks/institutions/asp", raw, content_type="application/json").status_code


def not_kept():
    return NOT_KEPT.labels(source="asp")._value.get()


class TestUnverifiedPush:
    def test_keeps_its_beginning_and_the_mark_of_all(self, asp):
        assert push() == 400

        kept = Quarantined.objects.get()
        assert len(kept.raw) == UNVERIFIED_KEPT
        assert kept.why.startswith("the signature does not hold (100002 bytes, sha256 ")

    def test_is_kept_so_often_a_day_and_then_only_counted(self, asp):
        before = not_kept()

        answers = {push(b"nonsense") for _ in range(UNVERIFIED_A_DAY + 2)}

        assert answers == {400}
        assert (Quarantined.objects.count(), not_kept() - before) == (UNVERIFIED_A_DAY, 2)

    def test_leaves_room_for_the_other_institutions_and_the_next_day(self, asp):
        at = clock.now()
        with transaction():
            of_asp = {"institution": "asp", "raw": b"x", "why": "no"}
            for _ in range(UNVERIFIED_A_DAY):
                operations.quarantine_unverified(**of_asp, at=at)

            assert not operations.quarantine_unverified(**of_asp, at=at)
            assert operations.quarantine_unverified(institution="cnas", raw=b"x", why="no", at=at)
            assert operations.quarantine_unverified(**of_asp, at=at + timedelta(days=1))

    def test_never_takes_the_room_of_what_an_institution_did_say(self, asp):
        at = clock.now()
        with transaction():
            for _ in range(UNVERIFIED_A_DAY):
                operations.quarantine_unverified(institution="asp", raw=b"x", why="no", at=at)

            operations.quarantine(institution="asp", raw="{}", why="unknown word", at=at)

            assert Quarantined.objects.filter(why="unknown word").exists()
