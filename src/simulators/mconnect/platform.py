"""One read: who asks is checked, the read is written down and on disk, then the register answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.ledger import Ledger
from simulators.common.server import Simulator
from simulators.mconnect.caller import Caller, read_caller
from simulators.mconnect.catalogue import CATALOGUE, Operation
from simulators.mconnect.envelope import Envelope, question_of_request
from simulators.mconnect.population import Population
from simulators.mconnect.refusals import NoSuchRecord, NotAllowed, NotUnderstood
from simulators.mconnect.shapes import Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS reads (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    record_id TEXT NOT NULL UNIQUE,
    register TEXT NOT NULL,
    operation TEXT NOT NULL,
    subject TEXT NOT NULL,
    parameters TEXT NOT NULL,
    found INTEGER NOT NULL,
    user TEXT NOT NULL,
    entity TEXT NOT NULL,
    desk_subject TEXT NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT NOT NULL,
    matter TEXT NOT NULL,
    correlation TEXT NOT NULL
);
"""
_IDNP = re.compile(r"\d{13}")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question that was understood."""

    register: str
    name: str
    operation: Operation
    idnp: str
    parameters: dict[str, str]


def add_registers(simulator: Simulator, population: Population) -> None:
    """Add POST /api/<register>/<operation> for each register; a register misbehaves under its own name.

    Questions have to be signed by the product's system certificate, and answers are signed by the platform.
    """
    envelope = Envelope.of(simulator.launch)
    simulator.system.add_url_rule("/healthz", "healthz", lambda: {"name": simulator.launch.name, "status": "ok"})
    for register in CATALOGUE:
        view = envelope.around(_view(simulator.ledger, population, register))
        simulator.system.add_url_rule(
            f"/api/{register}/<name>",
            f"read_{register}",
            simulator.behaviour.applies(register, shows={Mode.WRONG_SIGNATURE})(view),
            methods=["POST"],
        )


def _view(ledger: Ledger, population: Population, register: str) -> Callable[[str], ResponseReturnValue]:
    def view(name: str) -> ResponseReturnValue:
        try:
            question = _read_question(register, name)
            caller = read_caller(request.headers, record_subject=question.idnp)
            return _answer(ledger, population, question, caller)
        except NotUnderstood as error:
            return _refusal("not_understood", str(error)), 400
        except NotAllowed as error:
            return _refusal("not_allowed", str(error)), 403

    return view


def _read_question(register: str, name: str) -> Question:
    operation = CATALOGUE[register].get(name)
    if operation is None:
        raise NotUnderstood(f"{register} has no operation {name}")
    given = question_of_request()
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise NotUnderstood("a JSON object of texts is expected")
    parameters = dict(given)
    idnp = parameters.pop("idnp", "")
    if not _IDNP.fullmatch(idnp):
        raise NotUnderstood("idnp is not a number of 13 digits")
    unknown = parameters.keys() - operation.parameters
    if unknown:
        raise NotUnderstood(f"unknown parameters: {', '.join(sorted(unknown))}")
    return Question(register=register, name=name, operation=operation, idnp=idnp, parameters=parameters)


def _answer(ledger: Ledger, population: Population, question: Question, caller: Caller) -> ResponseReturnValue:
    subject = population.people.get(question.idnp)
    facts = _facts(population, question, subject)
    at = clock.now_text()
    record_id = write_down(ledger, question=question, caller=caller, at=at, found=facts is not None)
    if facts is None or subject is None:
        return _refusal("no_such_record", "the register holds no such record"), 404
    if is_told_to(Mode.WRONG_SUBJECT):
        subject = somebody_else(population, subject)
        facts = _facts(population, question, subject)
    return {
        "register": question.register,
        "operation": question.name,
        "record_id": record_id,
        "subject": {"idnp": subject["idnp"]},
        "facts": facts,
        "read_at": at,
    }


def _facts(population: Population, question: Question, subject: Row | None) -> Row | None:
    if subject is None:
        return None
    try:
        return question.operation.read(population, subject, question.parameters)
    except NoSuchRecord:
        return None


def write_down(ledger: Ledger, *, question: Question, caller: Caller, at: str, found: bool) -> str:
    """Write the read to the ledger, on disk when this returns. Returns the number of the record."""
    parameters = "; ".join(f"{name}={value}" for name, value in sorted(question.parameters.items()))
    with ledger.write() as book:
        last = book.row("SELECT seq FROM sqlite_sequence WHERE name = 'reads'")
        number = int(str(last["seq"])) + 1 if last else 1
        record_id = f"{question.register}-{number:08d}"
        book.run(
            "INSERT INTO reads (at, record_id, register, operation, subject, parameters, found, user, entity,"
            " desk_subject, basis, reason, matter, correlation)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (at, record_id, question.register, question.name, question.idnp, parameters, int(found),
             caller.user, caller.entity, caller.desk_subject, caller.basis, caller.reason, caller.matter,
             caller.correlation),
        )  # fmt: skip
    return record_id


def somebody_else(population: Population, subject: Row) -> Row:
    """Return another person than the one asked about."""
    return next(row for row in population.people.values() if row["idnp"] != subject["idnp"])


def _refusal(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}
