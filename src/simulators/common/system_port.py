"""The system port of a platform: TLS, and both ends prove who they are. Browsers and the control page use the other.

A platform's interface for systems is a Flask application of its own; it answers registered systems only.
"""

import ssl
from pathlib import Path

from cryptography import x509
from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import BaseWSGIServer, make_server

from simulators.common import clock
from simulators.common.authority import Authority, Pair, authority_in
from simulators.common.behaviour import Mode
from simulators.common.simulator import Simulator


def caller_certificate() -> x509.Certificate:
    """Return the certificate that the caller of this request proved to hold."""
    connection: ssl.SSLSocket = request.environ["werkzeug.socket"]
    given = connection.getpeercert(binary_form=True)
    if given is None:
        raise RuntimeError("a caller without certificate came through the handshake")
    return x509.load_der_x509_certificate(given)


def system_server(simulator: Simulator) -> BaseWSGIServer:
    """Return the server of the system port, ready to answer; the caller runs and closes it."""
    launch = simulator.launch
    authority = authority_in(launch.data, at=clock.now())
    registered = authority.product.load().serial_number

    def refuse_strangers() -> ResponseReturnValue | None:
        if caller_certificate().serial_number == registered:
            return None
        return Response("this certificate is not registered here", status=403)

    # First of all: nothing may answer a system that is not registered.
    simulator.system.before_request_funcs.setdefault(None, []).insert(0, refuse_strangers)
    context = _context(simulator, authority)
    server = make_server(launch.host, launch.system_port, simulator.system, threaded=True, ssl_context=context)
    if not isinstance(server.socket, ssl.SSLSocket):
        raise TypeError("the system port is not TLS")
    # Else one silent caller keeps the others out. The standard library's types do not name it.
    server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined]
    return server


def _context(simulator: Simulator, authority: Authority) -> ssl.SSLContext:
    """Return the server's side of the handshake; with the ended certificate while the simulator is told to show it."""
    at, name = clock.now(), simulator.launch.name
    usual = _of(authority.issue(name, at=at), authority.root)
    ended = _of(authority.issue(f"{name}-ended", at=at, ended=True), authority.root)

    def choose(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        if simulator.behaviour.take("handshake", shows={Mode.EXPIRED_CERTIFICATE}).mode is Mode.EXPIRED_CERTIFICATE:
            connection.context = ended

    usual.sni_callback = choose
    return usual


def _of(pair: Pair, root: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(str(pair.certificate), str(pair.key))
    context.load_verify_locations(cafile=str(root))
    context.verify_mode = ssl.CERT_REQUIRED
    return context
