"""Asking a time-stamp server: RFC 3161, 2.4.1 (request), 2.4.2 (response), 3.4 (over HTTP)."""

import httpx
from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper

from ghiseu.foundation.outcomes import Refused, TryLater, UnusableAnswer

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
GRANTED = ("granted", "granted_with_mods")


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A TimeStampResp, which has no token when it refuses; asn1crypto's own always has one."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class StampServer(TimeStamper):
    """The time-stamp server at an address, as pyHanko asks it. Asking again leaves only one more token in its book."""

    def __init__(self, url: str, *, client: httpx.Client) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it so
        self.url = url
        self._client = client

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the answer to the request. Raises TryLater, Refused, UnusableAnswer."""
        return self.ask(req)

    def ask(self, asked: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return the granted answer, about the asked imprint and with its nonce.

        A stamp changes nothing there, so whatever the wire throws means that it may be asked for again.
        Raises TryLater, Refused, UnusableAnswer.
        """
        try:
            answer = self._client.post(self.url, content=asked.dump(), headers={"Content-Type": QUERY, "Accept": REPLY})
        except httpx.TransportError as error:
            raise TryLater("the time-stamp server does not answer") from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise TryLater(f"the time-stamp server answers {answer.status_code}")
        if answer.status_code != httpx.codes.OK:
            raise Refused(f"the time-stamp server answers {answer.status_code}")
        if answer.headers.get("Content-Type", "").partition(";")[0].strip() != REPLY:
            raise UnusableAnswer("the time-stamp server answered something else")
        return self._fitting(answer.content, asked)

    def _fitting(self, content: bytes, asked: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            status = _Answer.load(content, strict=True)["status"]["status"].native
            if status not in GRANTED:
                raise Refused(f"the time-stamp server declined: {status}", code=str(status))
            response = tsp.TimeStampResp.load(content, strict=True)
            said = response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
            same_bytes = said["message_imprint"].native == asked["message_imprint"].native
            same_question = said["nonce"].native == asked["nonce"].native
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnusableAnswer("the time-stamp server's answer cannot be read") from error
        if not (same_bytes and same_question):
            raise UnusableAnswer("the time stamp is for something else")
        return response
