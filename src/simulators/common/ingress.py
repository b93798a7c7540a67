"""What stands before the product in a real installation: it ends TLS, demands certificates, says whom it saw.

Test material: it shows the product the headers that the ingress of the government's platform adds, and lets none of
them in from outside. Whoever calls through it proves itself with a certificate of the test authority.
"""

import ssl

import httpx
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import BaseWSGIServer, make_server

from simulators.common import clock
from simulators.common.authority import Authority
from simulators.common.system_port import caller_certificate

SERIAL_HEADER = "X-MPass-Client-Cert-Serial"
CLIENT_ID_HEADER = "X-MPass-Client-ID"
OURS_ALONE = {SERIAL_HEADER.lower(), CLIENT_ID_HEADER.lower()}
NOT_PASSED_ON = OURS_ALONE | {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
SECONDS = 30.0


def ingress(*, product: str, authority: Authority, host: str = "127.0.0.1") -> BaseWSGIServer:
    """Return the server in front of the product at this address, ready to answer; the caller runs and closes it."""
    app = Flask("simulators.ingress", static_folder=None)
    to_product = httpx.Client(base_url=product, timeout=SECONDS, follow_redirects=False, trust_env=False)

    def pass_on(path: str) -> ResponseReturnValue:
        headers = {name: value for name, value in request.headers if _may_pass(name)}
        headers[SERIAL_HEADER] = f"{caller_certificate().serial_number:x}"
        answer = to_product.request(
            request.method, f"/{path}", params=request.args, content=request.get_data(), headers=headers
        )
        kind = answer.headers.get("content-type", "application/octet-stream")
        return Response(answer.content, status=answer.status_code, content_type=kind)

    app.add_url_rule("/<path:path>", "pass_on", pass_on, methods=METHODS)
    server = make_server(host, 0, app, threaded=True, ssl_context=_context(authority))
    if not isinstance(server.socket, ssl.SSLSocket):
        raise TypeError("the ingress is not TLS")
    server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined]  # not in the library's types
    return server


def _may_pass(name: str) -> bool:
    """Tell whether a header goes on; one with an underscore would arrive as if it had a dash."""
    return name.lower() not in NOT_PASSED_ON and "_" not in name


def _context(authority: Authority) -> ssl.SSLContext:
    pair = authority.issue("ingress", at=clock.now())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(str(pair.certificate), str(pair.key))
    context.load_verify_locations(cafile=str(authority.root))
    context.verify_mode = ssl.CERT_REQUIRED
    return context
