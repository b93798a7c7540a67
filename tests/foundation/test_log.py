import json
import logging
import traceback

import pytest
import structlog

from ghiseu.foundation import log
from ghiseu.foundation.wire import correlated_as

PERSON = "2099240108887"
CORRELATION = "c2099240108887" + "c" * 18  # digits in it are no person


@pytest.fixture
def written(capsys):
    """Return a function that does something under the worker's logging and gives the lines that it wrote."""

    def lines_of(work):
        root = logging.getLogger()
        kept = (list(root.handlers), root.level)
        log.configure(service="worker")
        try:
            work()
        finally:
            root.handlers[:] = kept[0]
            root.setLevel(kept[1])
            structlog.reset_defaults()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return lines_of


def fail(text: str) -> None:
    raise ValueError(text)


def fail_and_say_so():
    try:
        fail("Ion Popescu-Test was refused")
    except ValueError:
        structlog.get_logger().exception("work.failed")
        logging.getLogger("theirs").exception("work.failed")


def fail_and_write_the_stack():
    try:
        fail("Ion Popescu-Test")
    except ValueError:
        logging.getLogger("_granian").error("call failed\n%s", traceback.format_exc())


def deliver():
    with correlated_as(CORRELATION):
        structlog.get_logger().info("submissions.delivered", submission_id=7)


def name_a_number():
    structlog.get_logger().info(f"found {PERSON}", reason=f"no record of {PERSON}.", case_number="12345678901234")
    logging.getLogger("somebody.else").warning("asked for %s", PERSON)


class TestLog:
    def test_says_when_what_who_and_under_which_id(self, written):
        (line,) = written(deliver)

        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "level": "info",
            "event": "submissions.delivered",
            "service": "worker",
            "correlation_id": CORRELATION,
            "submission_id": 7,
        }

    def test_leaves_out_what_is_not_on_the_list_and_says_so(self, written):
        (line,) = written(lambda: structlog.get_logger().info("visit.opened", surname="Popescu-Test", idnp=PERSON))

        assert line["withheld"] == ["idnp", "surname"]
        assert "Popescu" not in json.dumps(line)

    def test_masks_numbers_of_people_in_any_text(self, written):
        ours, theirs = written(name_a_number)

        assert PERSON not in json.dumps([ours, theirs])
        assert ours["case_number"] == "12345678901234"
        assert (theirs["logger"], theirs["level"]) == ("somebody.else", "warning")

    def test_tells_the_kind_of_an_error_and_its_place_but_not_its_text(self, written):
        ours, theirs = written(fail_and_say_so)

        assert ours["error"] == theirs["error"] == "builtins.ValueError"
        assert ours["frames"][-1].endswith(" fail")
        assert "Popescu" not in json.dumps([ours, theirs])

    def test_keeps_the_places_of_a_stack_that_somebody_put_into_the_text(self, written):
        (line,) = written(fail_and_write_the_stack)

        assert line["event"] == "call failed"
        assert line["frames"][-1].endswith("in fail")
        assert "Popescu" not in json.dumps(line)


def test_the_formatter_can_be_named_by_a_logging_configuration():
    record = logging.LogRecord("_granian", logging.INFO, __file__, 1, "started", None, None)

    assert json.loads(log.formatter("web").format(record))["service"] == "web"
