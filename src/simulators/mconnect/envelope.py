"""Signed questions and answers: JWS in the compact form with RS256 (RFC 7515, 3.1; RFC 7518, 3.3)."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from flask import Response, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.authority import authority_in
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.keys import Identity, identity_of
from simulators.common.simulator import Launch

MEDIA_TYPE = "application/jose"
ORGANISATION = "Agenția de Guvernare Electronică (simulator)"
View = Callable[[str], ResponseReturnValue]


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The platform's key, one that nobody has pinned, and the certificate of the system that may ask."""

    right: Identity
    wrong: Identity
    asks: x509.Certificate

    @classmethod
    def of(cls, launch: Launch) -> "Envelope":
        """Return what the folder of the simulator holds, made when missing."""
        at = clock.now()
        return cls(
            right=identity_of(launch.folder, common_name="MConnect", organisation=ORGANISATION, at=at),
            wrong=identity_of(launch.folder / "unpinned", common_name="MConnect", organisation=ORGANISATION, at=at),
            asks=authority_in(launch.data, at=at).product.load(),
        )

    def around(self, view: View) -> View:
        """Return the view that reads a signed question and signs whatever is answered."""

        @wraps(view)
        def signed(name: str) -> ResponseReturnValue:
            question = self._question()
            if question is None:
                refusal = {"code": "not_signed", "message": "the question is not signed by a registered system"}
                return self._signed(make_response((jsonify(refusal), 401)))
            g.question = question
            return self._signed(make_response(view(name)))

        return signed

    def _question(self) -> object:
        """Return the JSON of the question, or None when no registered system signed it."""
        parts = request.get_data().split(b".")
        if request.mimetype != MEDIA_TYPE or len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
            return None
        key = self.asks.public_key()
        try:
            header = json.loads(_decoded(parts[0]))
            if header["alg"] != "RS256" or not isinstance(key, rsa.RSAPublicKey):
                return None
            key.verify(_decoded(parts[2]), parts[0] + b"." + parts[1], padding.PKCS1v15(), hashes.SHA256())
            question: object = json.loads(_decoded(parts[1]))
        except (binascii.Error, ValueError, KeyError, TypeError, InvalidSignature):
            return None
        return question

    def _signed(self, answer: Response) -> Response:
        by = self.wrong if is_told_to(Mode.WRONG_SIGNATURE) else self.right
        header = json.dumps({"alg": "RS256", "kid": f"{by.certificate.serial_number:x}"}).encode()
        said = f"{_encoded(header)}.{_encoded(answer.get_data())}"
        signature = by.key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        return Response(f"{said}.{_encoded(signature)}", status=answer.status_code, content_type=MEDIA_TYPE)


def question_of_request() -> object:
    """Return the question in hand, whose signature held."""
    question: object = g.question
    return question


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
