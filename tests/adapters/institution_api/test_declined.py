"""Who turned the call away: the institution by the contract, or something on the way that decides nothing."""

import json

import pytest
from tests.adapters.institution_api.conftest import acting_for, parcel_of

from ghiseu.adapters.institution_api import InstitutionApi
from ghiseu.foundation.outcomes import Refused, TryLater
from ghiseu.foundation.wire.exchange import Answer, Exchange


@pytest.fixture
def api() -> InstitutionApi:
    return InstitutionApi("asp", url="http://127.0.0.1:9")


def answering(monkeypatch: pytest.MonkeyPatch, status: int, media_type: str, body: object) -> None:
    answer = Answer(status=status, media_type=media_type, body=json.dumps(body).encode(), headers={})
    for call in ("write", "read"):
        monkeypatch.setattr(Exchange, call, lambda *_args, **_more: answer)


@pytest.mark.parametrize(
    ("status", "media_type", "code"),
    [
        (401, "text/html", ""),
        (403, "application/problem+json", "subject-differs"),
        (404, "text/html", ""),
        (404, "application/problem+json", "not-found"),
        (413, "text/html", ""),
        (422, "text/html", ""),
        (409, "application/problem+json", ""),
    ],
)
def test_on_the_way_it_is_tried_again(monkeypatch, api, status, media_type, code):
    answering(monkeypatch, status, media_type, {"title": "no", "status": status, "code": code})

    with pytest.raises(TryLater):
        api.deliver(parcel_of(), acting=acting_for())
    with pytest.raises(TryLater):
        api.lookup("x", subject_idnp="2099010100376", acting=acting_for())


@pytest.mark.parametrize("status", [409, 422])
def test_by_the_institution_its_code_and_words_are_kept(monkeypatch, api, status):
    problem = {"title": "declined", "status": status, "code": "closed", "detail": "The intake is closed."}
    answering(monkeypatch, status, "application/problem+json", problem)

    with pytest.raises(Refused) as refused:
        api.deliver(parcel_of(), acting=acting_for())

    assert (refused.value.code, refused.value.reason) == ("closed", "The intake is closed.")
