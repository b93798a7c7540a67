"""The simulated MNotify refuses what the description does not allow, and shows messages as citizens see them."""

import json
from pathlib import Path

import httpx
import pytest

VECTORS = Path(__file__).parent / "vectors"


def vector(name: str) -> dict[str, object]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


WRONG = {
    "no Romanian": {"subject": {"ru": "x"}},
    "subject too long": {"subject": {"ro": "x" * 42}},
    "language unknown": {"body": {"ro": "x", "uk": "x"}},
    "no short body": {"bodyShort": None},
    "priority unknown": {"priority": "Urgent"},
    "nobody": {"recipients": []},
    "short IDNP": {"recipients": [{"value": "209905010185", "type": "IDNP"}]},
    "type unknown": {"recipients": [{"value": "2099050101850", "type": "Pigeon"}]},
    "attachment of another kind": {"attachments": [{"fileName": "a.exe", "base64": "AAAA"}]},
    "attachment that is none": {"attachments": [{"fileName": "a.pdf", "base64": "%"}]},
    "policy unknown": {"resolutionPolicy": {"type": "Horoscope"}},
    "template unknown": {"template": {"id": "00000000-0000-4000-8000-000000000022", "variables": "{}"}},
}


@pytest.mark.parametrize("what", WRONG)
def test_refuses_what_is_not_allowed(platform, what):
    answer = platform.caller.post("/api/Notification", json=vector("notification") | WRONG[what])

    assert (answer.status_code, platform.sent()) == (400, [])


@pytest.mark.parametrize("kind", ["IDNP", "Idnp", "idnp"])
def test_takes_the_type_of_a_recipient_in_whatever_case(platform, kind):
    body = vector("notification") | {"recipients": [{"value": "2099050101850", "type": kind}], "userId": "ignored"}

    assert platform.caller.post("/api/Notification", json=body).status_code == 200


def test_cancels_only_what_is_under_way(platform):
    platform.tell(delivery="held")
    held = platform.caller.post("/api/Notification", json=vector("notification")).json()

    assert platform.caller.delete(f"/api/Notification/{held}").json() == held
    assert platform.caller.get(f"/api/Notification/{held}").json()["status"] == "Cancelled"
    assert platform.caller.delete(f"/api/Notification/{held}").status_code == 409


def test_keeps_templates_and_sends_by_them(platform):
    template = platform.caller.post("/api/Template", json=vector("template")).json()
    by_template = vector("by_template")
    by_template["template"]["id"] = template

    sent = platform.caller.post("/api/Notification", json=by_template)

    assert sent.status_code == 200
    assert platform.caller.delete(f"/api/Template/{template}").status_code == 409
    changed = vector("template") | {"name": "Alt nume"}
    assert platform.caller.put(f"/api/Template/{template}", json=changed).json() == template
    assert [one["name"] for one in platform.caller.get("/api/Template").json()] == ["Alt nume"]
    assert platform.caller.post("/api/Template", json=changed | {"name": "x" * 51}).status_code == 400


def test_shows_a_message_as_the_citizen_sees_it_in_their_language(platform):
    body = vector("notification") | {"recipients": [{"value": "2099120104448", "type": "IDNP"}]}
    sent = platform.caller.post("/api/Notification", json=body).json()
    platform.caller.get(f"/api/Notification/{sent}")
    phone = next(one for one in platform.running.ledger()["messages"] if one["channel"] == "Viber")

    shown = httpx.get(f"{platform.running.url}/messages/{phone['id']}", timeout=10).text

    assert "Результат ждёт вас." in shown
    assert 'class="phone"' in shown
    assert platform.caller.get(f"/api/Notification/{sent}").json()["status"] == "Read"


def test_lists_the_messages_and_the_controls(platform):
    platform.caller.post("/api/Notification", json=vector("notification"))

    assert "Vasile Rotaru" in httpx.get(platform.running.url, timeout=10).text
    assert "Notifications, the newest first" in httpx.get(f"{platform.running.url}/control", timeout=10).text


def test_answers_no_stranger(platform):
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{platform.running.system_url}/api/Notification", timeout=5)
