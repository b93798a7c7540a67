"""Reading events from the simulated platform: order, confirmation, what is gone, what cannot be read, faults."""

import httpx
import pytest

from ghiseu.adapters.mevents import MConnectEvents, wire
from ghiseu.foundation import clock
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Level


class TestReading:
    def test_gives_events_in_order_with_their_names(self, feed, publish):
        consumer = feed.open()
        one, two = publish("LOZ-2026-000001-11", "LOZ-2026-000002-12")

        events = feed.next(consumer)

        assert [(event.event_id, event.subject) for event in events] == [
            (one["id"], "LOZ-2026-000001-11"),
            (two["id"], "LOZ-2026-000002-12"),
        ]
        assert {event.source for event in events} == {"urn:cups"}
        assert all(not event.fault for event in events)

    def test_nothing_is_an_empty_batch(self, feed):
        assert feed.next(feed.open()) == ()

    def test_what_is_not_confirmed_comes_again_and_what_is_does_not(self, feed, publish):
        consumer = feed.open()
        publish("a", "b")
        first = feed.next(consumer)
        feed.confirm(consumer, offset=first[0].offset)

        again = feed.next(consumer)
        feed.confirm(consumer, offset=again[-1].offset)

        assert again == first[1:]
        assert feed.next(consumer) == ()

    def test_another_consumer_goes_on_where_the_last_one_confirmed(self, feed, publish):
        first = feed.open()
        publish("a", "b")
        feed.confirm(first, offset=feed.next(first)[0].offset)

        assert [event.subject for event in feed.next(feed.open())] == ["b"]

    def test_a_consumer_that_is_gone_is_said_to_be(self, feed, there):
        consumer = feed.open()
        httpx.post(f"{there.url}/control/end-consumers").raise_for_status()

        with pytest.raises(NotFoundThere):
            feed.next(consumer)
        with pytest.raises(NotFoundThere):
            feed.confirm(consumer, offset="1")


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"specversion": "0.3"}, "not an event of CloudEvents 1.0"),
            ({"id": None}, "the event has no id"),
            ({"source": " "}, "the event has no source"),
            ({"type": 5}, "the event has no type"),
            ({"data": "x" * 70_000}, "the event is too large"),
        ],
    )
    def test_one_poisoned_event_lets_the_others_flow(self, feed, publish, there, changed, fault):
        consumer = feed.open()
        publish("a")
        publish("b", **changed)
        publish("c")

        events = feed.next(consumer)
        feed.set_aside(consumer, events[1])

        assert [event.fault for event in events] == ["", fault, ""]
        assert [event.subject for event in events] == ["a", "", "c"]
        assert len(there.ledger()["dead"]) == 1

    @pytest.mark.parametrize("body", [b"{", b"{}", b"[1]", b'[{"id": "x"}]', b'[{"offset": ""}]'])
    def test_what_is_no_batch_is_unusable(self, body):
        with pytest.raises(UnusableAnswer):
            wire.read_batch(body)

    def test_an_address_at_another_system_is_not_followed(self, feed, monkeypatch):
        away = Answer(status=201, media_type="", body=b"", headers={"location": "https://elsewhere.example/ce/1"})
        monkeypatch.setattr(Exchange, "write", lambda *_: away)

        with pytest.raises(UnusableAnswer, match="another system"):
            feed.open()


class TestFaults:
    @pytest.mark.parametrize("mode", ["5xx", "before_commit_timeout", "cut_answer"])
    def test_of_reading_are_for_later_and_lose_nothing(self, feed, publish, there, mode):
        consumer = feed.open()
        publish("a")
        there.behave(mode, times=1, seconds=2)

        with pytest.raises(TryLater):
            feed.next(consumer)
        there.behave("normal")

        assert [event.subject for event in feed.next(consumer)] == ["a"]

    def test_of_the_handshake_name_the_certificate(self, feed, there):
        there.behave("expired_certificate", times=1)

        with pytest.raises(TryLater, match="its certificate is not accepted"):
            feed.open()

    @pytest.mark.parametrize("mode", ["after_commit_timeout", "5xx_after_commit"])
    def test_of_opening_leave_a_consumer_that_harms_nobody(self, feed, publish, there, mode):
        there.behave(mode, times=1, seconds=2, operations=["open"])

        with pytest.raises(OutcomeUnknown):
            feed.open()
        consumer = feed.open()
        publish("a")

        assert [event.subject for event in feed.next(consumer)] == ["a"]

    def test_a_page_instead_of_events_is_unusable(self, feed, publish, there):
        consumer = feed.open()
        publish("a")
        there.behave("garbage", times=1, operations=["read"])

        with pytest.raises(UnusableAnswer):
            feed.next(consumer)


class TestCheck:
    def test_finds_no_fault_in_a_platform_that_knows_us(self, feed):
        assert {one.level for one in feed.check(at=clock.now())} == {Level.OK}

    def test_says_what_to_look_at_when_nothing_answers(self):
        absent = MConnectEvents(url="https://127.0.0.1:9", limits=Limits(connect=0.5, answer=1))

        (found,) = absent.check(at=clock.now())

        assert (found.level, found.fact) == (Level.ERROR, "MConnect Events was never reached")
        assert "GHISEU_MEVENTS_URL" in found.next_step
