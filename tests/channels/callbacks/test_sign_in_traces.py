"""A sign-in that is refused leaves a line with its kind, and nothing about the person."""

import pytest
import structlog
from django.test import Client

pytestmark = pytest.mark.django_db


class TestRefusedSignIn:
    def test_leaves_a_line(self):
        with structlog.testing.capture_logs() as lines:
            answer = Client().get("/sign-in/complete?ticket=guessed")

        assert answer.status_code in {403, 503}
        refused = [line for line in lines if line["event"] == "sign-in.refused"]
        assert [line["kind"] for line in refused] == ["TicketNotUsable"]
        assert "guessed" not in str(lines)
