"""A scan that arrives after the file was sent."""

import hashlib
import json
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from tests.support.counter import all_of, ask_for, case_of, change, come

from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.models import Document, UploadSession

BIRTH, EUGENIA = "asp.civil.extract-birth", "2099010100376"
SERVICES = [BIRTH]


@pytest.mark.parametrize(("state", "status", "documents"), [("draft", 200, 1), ("sending", 422, 0)])
def test_is_taken_only_while_papers_are(lozova, browser, state, status, documents):
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
    held = BytesIO()
    Image.new("RGB", (300, 200), "red").save(held, "PNG")
    content = held.getvalue()
    told = {"name": "x.png", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    begun = browser.post(
        reverse("desk:upload-begin", args=[number]) + "?paper=id_applicant",
        json.dumps(told),
        content_type="application/json",
    )
    change(case_of(number), state=CaseState(state))

    answer = browser.put(
        begun.json()["url"],
        content,
        content_type="application/octet-stream",
        headers={"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"},
    )

    assert answer.status_code == status
    assert len(all_of(Document)) == documents
    assert [one.state for one in all_of(UploadSession)] == ["finished" if documents else "refused"]


def test_and_a_second_press_of_an_old_tab_ends_nothing_and_fails_nothing(lozova, browser):
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
    change(case_of(number), state=CaseState.RESULT_READY)

    for outcome in ("answered", "no-such-outcome", "result_handed_over"):
        answer = browser.post(reverse("desk:end-case", args=[number]), {"outcome": outcome})
        assert answer.status_code == 302
    sent = browser.post(reverse("desk:submit", args=[number]), {"command_id": "old tab"})

    assert sent.status_code == 302
    assert case_of(number).state == "result_ready"
