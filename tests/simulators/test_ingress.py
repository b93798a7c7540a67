"""The ingress in front of the product: who gets through, and that nobody writes its headers for it."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from simulators.common.authority import Authority, authority_in
from simulators.common.ingress import CLIENT_ID_HEADER, SERIAL_HEADER, ingress
from simulators.mdelivery.caller import client_context

AT = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the machine's clock
Place = tuple[str, Authority]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Run an ingress in front of a product that tells what it was sent."""
    authority = authority_in(Path(tmp_path_factory.mktemp("ingress")), at=AT)
    app = Flask("product")

    @app.route("/told/<path:rest>", methods=["GET", "PUT"])
    def tell(rest: str) -> dict[str, object]:
        body = request.get_data(as_text=True)
        return {"path": rest, "body": body, "asked": dict(request.args), "headers": dict(request.headers)}

    product = make_server("127.0.0.1", 0, app, threaded=True)
    door = ingress(product=f"http://127.0.0.1:{product.port}", authority=authority)
    threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in (product, door)]
    for one in threads:
        one.start()
    yield f"https://localhost:{door.port}", authority
    for one in (door, product):
        one.shutdown()
        one.server_close()
    for one in threads:
        one.join(10)


def call(place: Place, name: str, *, ended: bool = False, headers: dict[str, str] | None = None) -> dict[str, object]:
    url, authority = place
    pair = authority.issue(name, at=AT, ended=ended)
    with httpx.Client(verify=client_context(authority, pair), timeout=10, trust_env=False) as client:
        answer = client.put(f"{url}/told/a/b", params={"c": "d"}, content=b"e", headers=headers)
    told: dict[str, object] = answer.json()
    return told


def test_passes_a_call_on_as_it_was(place):
    told = call(place, "caller")

    assert (told["path"], told["body"], told["asked"]) == ("a/b", "e", {"c": "d"})


def test_says_whom_it_saw(place):
    serial = place[1].issue("caller", at=AT).load().serial_number

    headers = httpx.Headers(call(place, "caller")["headers"])

    assert headers[SERIAL_HEADER] == f"{serial:x}"


def test_lets_nobody_write_its_headers(place):
    forged = {SERIAL_HEADER: "1", SERIAL_HEADER.replace("-", "_"): "2", CLIENT_ID_HEADER.lower(): "3"}

    headers = httpx.Headers(call(place, "caller", headers=forged)["headers"])

    assert headers[SERIAL_HEADER] not in {"1", "2"}
    assert CLIENT_ID_HEADER not in headers


def test_refuses_a_caller_whose_certificate_has_ended(place):
    with pytest.raises(httpx.TransportError):
        call(place, "ended-caller", ended=True)


def test_refuses_a_caller_without_certificate(place):
    url, authority = place

    tls = ssl.create_default_context(cafile=str(authority.root))

    with pytest.raises(httpx.TransportError), httpx.Client(verify=tls, trust_env=False) as client:
        client.get(f"{url}/told/a")
