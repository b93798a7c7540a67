"""One simulator as one process: arguments, Flask application, threaded server, clean stop.

A simulator's `__main__.py` is

    def make(launch: Launch) -> Simulator:
        simulator = new_simulator(launch, title="MPay", schema=SCHEMA)
        @simulator.app.post("/service")
        @simulator.behaviour.applies("confirm")
        def confirm() -> ResponseReturnValue: ...
        return simulator

    run("mpay", make)
"""

import argparse
import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from simulators.common.behaviour import Behaviour
from simulators.common.control import add_control
from simulators.common.ledger import Ledger
from simulators.common.simulator import Launch, Simulator
from simulators.common.system_port import system_server

__all__ = ["Launch", "Simulator", "die_with_parent", "new_simulator", "read_arguments", "run", "serve"]

PARENT_VARIABLE = "SIMULATOR_PARENT"
_PR_SET_PDEATHSIG = 1
MAX_BODY_BYTES = 64 * 1024 * 1024


def read_arguments(name: str, arguments: Sequence[str] | None = None) -> Launch:
    """Read the command line of one simulator.

    Port 0 takes any free one; the addresses are written to DIR/<name>/url and DIR/<name>/system_url.
    """
    parser = argparse.ArgumentParser(prog=f"python -m simulators.{name}")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--system-port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--product", default="http://127.0.0.1:8000")
    given = parser.parse_args(arguments)
    return Launch(
        name=name,
        host=given.host,
        port=given.port,
        data=given.data.resolve(),
        product=given.product.rstrip("/"),
        system_port=given.system_port,
    )


def new_simulator(launch: Launch, *, title: str, schema: str = "") -> Simulator:
    """Make the application with its ledger, its misbehaviour, /healthz and the control interface."""
    app = _new_application(launch.name)
    simulator = Simulator(
        launch=launch,
        title=title,
        app=app,
        ledger=Ledger(launch.folder / "ledger.sqlite", schema=schema),
        behaviour=Behaviour(),
        system=_new_application(f"{launch.name}.system"),
    )
    app.add_url_rule("/healthz", "healthz", lambda: {"name": launch.name, "status": "ok"})
    add_control(simulator)
    return simulator


def _new_application(name: str) -> Flask:
    app = Flask(f"simulators.{name}", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider, absent in its base
    return app


def serve(simulator: Simulator) -> None:
    """Answer until SIGTERM or SIGINT, then stop cleanly: no new calls, held calls let go, ledger closed."""
    launch = simulator.launch
    server = make_server(launch.host, launch.port, simulator.app, threaded=True)
    systems = system_server(simulator) if simulator.has_system_port else None
    url = f"http://{launch.host}:{server.port}"
    address, system_address = launch.folder / "url", launch.folder / "system_url"
    half = address.with_suffix(".part")
    half.write_text(url)

    def stop(_signal: int, _frame: object) -> None:
        simulator.behaviour.stop_waiting()
        for one in filter(None, (systems, server)):
            threading.Thread(target=one.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for start in simulator.starts:
        start(url)
    if systems is not None:
        system_address.write_text(f"https://localhost:{systems.port}")
        threading.Thread(target=systems.serve_forever, daemon=True).start()
    half.replace(address)
    sys.stdout.write(f"{launch.name} {url}\n")
    sys.stdout.flush()
    server.serve_forever()
    server.server_close()
    address.unlink(missing_ok=True)
    system_address.unlink(missing_ok=True)
    for stopped in simulator.stops:
        stopped()
    simulator.ledger.close()


def run(name: str, make: Callable[[Launch], Simulator], arguments: Sequence[str] | None = None) -> None:
    """Start the simulator named so from the command line and return when it was told to stop."""
    die_with_parent()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    launch = read_arguments(name, arguments)
    launch.folder.mkdir(parents=True, exist_ok=True)
    serve(make(launch))


def die_with_parent() -> None:
    """Ask the kernel to end us when the process that started us ends (Linux, and only when it said so)."""
    parent = os.environ.get(PARENT_VARIABLE)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)  # it was gone before we could ask
