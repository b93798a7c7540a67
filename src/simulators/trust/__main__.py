"""`python -m simulators.trust --port N --data DIR --product URL`."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from flask import Blueprint, Response, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.trust.authority import Authority, authority_in, revocation_list
from simulators.trust.stamping import ACCEPTED, Asked, RequestNotUnderstood, granted, read_request, rejected

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
PANEL = (Path(__file__).parent / "panel.html").read_text(encoding="utf-8")
SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    imprint TEXT NOT NULL,
    stamped TEXT NOT NULL
);
"""


def make(launch: Launch) -> Simulator:
    """Make the authority with its keys, its list of revoked certificates and its time-stamp server."""
    simulator = new_simulator(launch, title="Certification authority and time stamps", schema=SCHEMA)
    authority = authority_in(launch.folder, at=clock.now())
    if authority.made:
        with simulator.ledger.write() as book:
            for what in authority.made:
                book.record_effect(kind="certificate", key=what)
    simulator.app.register_blueprint(interface(simulator, authority))

    def panel() -> Markup:
        tokens = simulator.ledger.rows("SELECT * FROM tokens ORDER BY serial DESC LIMIT 20")
        return Markup(render_template_string(PANEL, tokens=tokens))  # noqa: S704 - Flask escaped the values

    simulator.panels.append(panel)
    return simulator


def interface(simulator: Simulator, authority: Authority) -> Blueprint:
    """Return what callers from outside reach."""
    routes = Blueprint("trust", __name__)

    @routes.post("/tsa")
    @simulator.behaviour.applies("stamp")
    def stamp() -> ResponseReturnValue:
        if request.mimetype != QUERY:
            return Response(f"{QUERY} is expected", status=415)
        try:
            asked = read_request(request.get_data())
        except RequestNotUnderstood:
            return Response(rejected("bad_data_format"), content_type=REPLY)
        if asked.algorithm not in ACCEPTED:
            return Response(rejected("bad_alg"), content_type=REPLY)
        return Response(_token(simulator, authority, asked), content_type=REPLY)

    @routes.get("/root.pem")
    def root() -> ResponseReturnValue:
        pem = authority.root.certificate.public_bytes(serialization.Encoding.PEM)
        return Response(pem, content_type="application/x-pem-file")

    @routes.get("/root.crl")
    def revoked() -> ResponseReturnValue:
        return Response(revocation_list(authority.root, at=clock.now()), content_type="application/pkix-crl")

    return routes


def _token(simulator: Simulator, authority: Authority, asked: Asked) -> bytes:
    """Write the token down and return it; told to stamp wrongly, it speaks of other bytes than those asked about."""
    stamped = bytes(255 - one for one in asked.imprint) if is_told_to(Mode.WRONG_SUBJECT) else asked.imprint
    at = clock.now()
    with simulator.ledger.write() as book:
        book.run(
            "INSERT INTO tokens (at, algorithm, imprint, stamped) VALUES (?, ?, ?, ?)",
            (clock.now_text(), asked.algorithm, asked.imprint.hex(), stamped.hex()),
        )
        found = book.row("SELECT max(serial) AS serial FROM tokens")
        serial = int(str(found["serial"])) if found else 1
        book.record_effect(kind="token", key=str(serial), body={"imprint": stamped.hex()})
    told = Asked(
        algorithm=asked.algorithm, imprint=stamped, nonce=asked.nonce, wants_certificate=asked.wants_certificate
    )
    return granted(told, server=authority.server, serial=serial, at=at)


if __name__ == "__main__":
    run("trust", make)
