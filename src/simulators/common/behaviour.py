"""How a simulator can be told to misbehave, and what it then does to a call.

A view that talks to the product is wrapped by `Behaviour.applies(operation)`. The faults that look the same
in every protocol (time-outs, 5xx, slowness, garbage, a cut answer) are played here. The faults that depend on
the protocol (`wrong_subject`, `wrong_signature`, `duplicate`, `reorder`) are only announced: the view asks
`is_told_to(Mode.WRONG_SUBJECT)`, and a sender of callbacks asks `Behaviour.take("callback")`.
"""

import functools
import socket
import struct
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ParamSpec

from flask import Response, g, has_request_context, make_response, request
from flask.typing import ResponseReturnValue

from simulators.common import clock

Parameters = ParamSpec("Parameters")
View = Callable[Parameters, ResponseReturnValue]

GARBAGE = (
    "<!doctype html><html><head><title>Autentificare</title></head>"
    "<body><form><label>Utilizator <input></label></form></body></html>"
)
TIMEOUT_SECONDS = 30.0
SLOW_SECONDS = 5.0


class Mode(StrEnum):
    """What the next calls meet."""

    NORMAL = "normal"
    BEFORE_COMMIT_TIMEOUT = "before_commit_timeout"  # nothing is done, no answer comes
    AFTER_COMMIT_TIMEOUT = "after_commit_timeout"  # done and written down, no answer comes
    DUPLICATE = "duplicate"  # callbacks and feed entries come twice
    REORDER = "reorder"  # callbacks and feed entries come in the wrong order
    GARBAGE = "garbage"  # done, and the answer is a log-in page with status 200
    CUT_ANSWER = "cut_answer"  # done, and the connection ends in the middle of the answer
    SLOW = "slow"  # done, late
    SERVER_ERROR = "5xx"  # nothing is done, status 503
    SERVER_ERROR_AFTER_COMMIT = "5xx_after_commit"  # done, status 500
    DOWN_UNTIL = "down_until"  # every call is refused with 503 until the moment
    WRONG_SUBJECT = "wrong_subject"  # the answer speaks of another person
    WRONG_SIGNATURE = "wrong_signature"  # the answer is signed with a key that nobody knows
    EXPIRED_CERTIFICATE = "expired_certificate"  # the system port shows a certificate whose time is over


# Only some views can show these: they depend on the protocol, or are shown before a view is reached.
ANNOUNCED = {Mode.DUPLICATE, Mode.REORDER, Mode.WRONG_SIGNATURE, Mode.EXPIRED_CERTIFICATE}


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One order to misbehave. `times` None means until told otherwise; no `operations` means all of them."""

    mode: Mode = Mode.NORMAL
    times: int | None = None
    seconds: float | None = None
    until: datetime | None = None
    operations: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the instruction as the control interface shows it."""
        return {
            "mode": str(self.mode),
            "times": self.times,
            "seconds": self.seconds,
            "until": self.until.isoformat() if self.until else None,
            "operations": list(self.operations),
        }


class InstructionNotUnderstood(ValueError):
    """The control interface was given something that is not an instruction."""


def read_instruction(given: Mapping[str, object]) -> Instruction:
    """Read the JSON object of `POST /control/behaviour`. Raises InstructionNotUnderstood."""
    try:
        mode = Mode(str(given.get("mode", "normal")))
        times = int(str(given["times"])) if given.get("times") not in (None, "") else None
        seconds = float(str(given["seconds"])) if given.get("seconds") not in (None, "") else None
        until = datetime.fromisoformat(str(given["until"])) if given.get("until") else None
    except ValueError as error:
        raise InstructionNotUnderstood(str(error)) from error
    operations = given.get("operations") or ()
    if isinstance(operations, str):
        operations = operations.replace(",", " ").split()
    if not isinstance(operations, (list, tuple)):
        raise InstructionNotUnderstood("operations is a list of names")
    if until is not None and until.tzinfo is None:
        raise InstructionNotUnderstood("until needs a time zone")
    if times is not None and times < 1:
        raise InstructionNotUnderstood("times is at least 1, or null for always")
    return Instruction(
        mode=mode,
        times=times,
        seconds=seconds,
        until=until,
        operations=tuple(str(name) for name in operations),
    )


class Behaviour:
    """The present instruction of one simulator. Kept in memory: a restarted simulator behaves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._instruction = Instruction()
        self._stopping = threading.Event()

    def tell(self, instruction: Instruction) -> None:
        """Replace the instruction."""
        with self._lock:
            self._instruction = instruction

    def told(self) -> Instruction:
        """Return the present instruction without using it up."""
        with self._lock:
            return self._instruction

    def stop_waiting(self) -> None:
        """Let every call that is being held go; the server is stopping."""
        self._stopping.set()

    def take(self, operation: str, *, shows: Collection[Mode] = tuple(Mode)) -> Instruction:
        """Return what this call meets and use up one of its `times`.

        A mode that the caller cannot show (not in `shows`) is left for somebody who can.
        """
        with self._lock:
            told = self._instruction
            if told.mode is Mode.NORMAL or told.mode not in shows:
                return Instruction()
            if told.operations and operation not in told.operations:
                return Instruction()
            if told.until is not None and clock.now() >= told.until:
                self._instruction = Instruction()
                return Instruction()
            if told.times is not None:
                left = told.times - 1
                self._instruction = replace(told, times=left) if left else Instruction()
            return told

    def applies(
        self, operation: str, *, shows: Collection[Mode] = ()
    ) -> Callable[[View[Parameters]], View[Parameters]]:
        """Return a decorator that lets the view of this operation misbehave as told.

        What the view writes to the ledger is committed when it returns; so "before" and "after commit" are
        before and after the view. `shows` names which of ANNOUNCED the view can show.
        """
        shown = (set(Mode) - ANNOUNCED) | set(shows)

        def wrap(view: View[Parameters]) -> View[Parameters]:
            @functools.wraps(view)
            def misbehaving(*arguments: Parameters.args, **named: Parameters.kwargs) -> ResponseReturnValue:
                instruction = self.take(operation, shows=shown)
                g.misbehaviour = instruction.mode
                return self._play(instruction, lambda: view(*arguments, **named))

            return misbehaving

        return wrap

    def wait(self, seconds: float) -> None:
        """Hold the present thread, at most until the server stops."""
        self._stopping.wait(seconds)

    def _play(self, told: Instruction, do: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
        if told.mode in (Mode.SERVER_ERROR, Mode.DOWN_UNTIL):
            return Response("temporarily unavailable", status=503, headers={"Retry-After": "1"})
        if told.mode is Mode.BEFORE_COMMIT_TIMEOUT:
            return self._no_answer(told)
        if told.mode is Mode.SLOW:
            self.wait(told.seconds if told.seconds is not None else SLOW_SECONDS)
        return self._spoil(told, do())

    def _spoil(self, told: Instruction, answer: ResponseReturnValue) -> ResponseReturnValue:
        """Return what the caller gets to see of a deed that is done."""
        if told.mode is Mode.AFTER_COMMIT_TIMEOUT:
            return self._no_answer(told)
        if told.mode is Mode.GARBAGE:
            return Response(GARBAGE, content_type="text/html; charset=utf-8")
        if told.mode is Mode.SERVER_ERROR_AFTER_COMMIT:
            return Response("internal error", status=500)
        if told.mode is Mode.CUT_ANSWER:
            return _cut(make_response(answer))
        return answer

    def _no_answer(self, told: Instruction) -> Response:
        self.wait(told.seconds if told.seconds is not None else TIMEOUT_SECONDS)
        _hang_up()
        return Response(status=504)


def is_told_to(mode: Mode) -> bool:
    """Tell whether the call in hand was told to show this fault."""
    return has_request_context() and g.get("misbehaviour") is mode


def _cut(response: Response) -> Response:
    """Promise the whole body and send half of it."""
    body = response.get_data()
    connection: socket.socket = request.environ["werkzeug.socket"]
    head = f"HTTP/1.1 {response.status}\r\nContent-Type: {response.content_type}\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    _hang_up()
    return Response(status=504)


def _hang_up() -> None:
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the caller has gone already
