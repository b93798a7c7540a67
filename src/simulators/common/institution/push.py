"""Tell the product about each change, until it says it has it.

Contract: the webhook of docs/interfaces/institution.openapi.yaml. The institution signs the raw body.
"""

import base64
import threading
from collections.abc import Sequence

import httpx
import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from simulators.common import clock
from simulators.common.behaviour import GARBAGE, Behaviour, Instruction, Mode
from simulators.common.institution.dossiers import Dossiers, UnknownDossier
from simulators.common.institution.record import record_of
from simulators.common.ledger import Row

SIGNED_PREFIX = b"ghiseu-institution-push-v1\n"
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
REORDER_WAIT_SECONDS = 2.0
SHOWN = (Mode.DUPLICATE, Mode.REORDER, Mode.GARBAGE, Mode.WRONG_SUBJECT, Mode.SERVER_ERROR, Mode.DOWN_UNTIL)


def signature_of(raw: bytes, key: rsa.RSAPrivateKey) -> str:
    """Return the value of the Institution-Signature header for a body."""
    salted = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
    signature = key.sign(SIGNED_PREFIX + raw, salted, hashes.SHA256())
    return f"rsa-pss-sha256 {base64.b64encode(signature).decode()}"


class Pushes:
    """A thread that posts every change to the product in order, again and again until it is taken."""

    def __init__(self, dossiers: Dossiers, behaviour: Behaviour, *, key: rsa.RSAPrivateKey, product: str) -> None:
        self._dossiers = dossiers
        self._behaviour = behaviour
        self._key = key
        self._url = f"{product}/callbacks/institutions/{dossiers.profile.name}"
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pushes", daemon=True)

    def start(self, _url: str) -> None:
        """Begin; changes that were not taken before a restart go first."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._wake.set()

    def stop(self) -> None:
        """End after the call in hand."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(5)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        with httpx.Client(timeout=10) as client:
            while not self._stopping.is_set():
                waiting = self._waiting()
                if not waiting:
                    self._wake.wait(1)
                    self._wake.clear()
                    continue
                if self._send(client, waiting):
                    pause = FIRST_PAUSE_SECONDS
                    continue
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _waiting(self) -> list[Row]:
        return self._dossiers.ledger.rows(
            "SELECT sequence, number FROM changes WHERE pushed_at IS NULL ORDER BY sequence LIMIT 50"
        )

    def _send(self, client: httpx.Client, waiting: Sequence[Row]) -> bool:
        """Send what waits. Returns whether the product took all of it."""
        told = self._told()
        if told.mode in (Mode.SERVER_ERROR, Mode.DOWN_UNTIL):
            return False
        if told.mode is Mode.REORDER:
            self._stopping.wait(REORDER_WAIT_SECONDS)
            waiting = list(reversed(self._waiting()))
        times = 2 if told.mode is Mode.DUPLICATE else 1
        return all(self._post(client, change, told) for change in waiting for _ in range(times))

    def _told(self) -> Instruction:
        """Take an instruction meant for callbacks: named so, or of a kind that calls cannot show."""
        told = self._behaviour.told()
        if "push" in told.operations or told.mode in (Mode.DUPLICATE, Mode.REORDER):
            return self._behaviour.take("push", shows=SHOWN)
        return Instruction()

    def _post(self, client: httpx.Client, change: Row, told: Instruction) -> bool:
        try:
            dossier = self._dossiers.find(str(change["number"]))
        except UnknownDossier:
            return True  # the ledger was emptied meanwhile
        results = self._dossiers.results(str(change["number"]))
        record = record_of(dossier, results, wrong_subject=told.mode is Mode.WRONG_SUBJECT)
        raw = orjson.dumps({"institution": self._dossiers.profile.name, "record": record})
        if told.mode is Mode.GARBAGE:
            raw = GARBAGE.encode()
        headers = {
            "Content-Type": "application/json",
            "Institution-Signature": signature_of(raw, self._key),
        }
        try:
            answer = client.post(self._url, content=raw, headers=headers)
        except httpx.TransportError:
            return False
        if not answer.is_success:
            return False
        with self._dossiers.ledger.write() as book:
            book.run("UPDATE changes SET pushed_at = ? WHERE sequence = ?", (clock.now_text(), change["sequence"]))
        return True
