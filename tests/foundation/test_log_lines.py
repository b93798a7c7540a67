"""One event is one line, whatever somebody put into it."""

import json
import logging

import structlog

from ghiseu.foundation import log


class TestLine:
    def test_cannot_be_broken_by_what_was_sent(self, capsys):
        root = logging.getLogger()
        kept = (list(root.handlers), root.level)
        log.configure(service="web")
        try:
            structlog.get_logger().warning(
                "request.refused", reason='x"}\r\n{"event": "forged", "level": "info"}\u2028'
            )
        finally:
            root.handlers[:] = kept[0]
            root.setLevel(kept[1])
            structlog.reset_defaults()

        lines = capsys.readouterr().out.split("\n")
        assert [json.loads(line)["event"] for line in lines if line] == ["request.refused"]
        assert json.loads(lines[0])["timestamp"].endswith("Z")
