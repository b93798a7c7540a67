"""What `up` runs, on which ports, and the environment that each process is given."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ghiseu.runtime.supervisor import Service

# The place in the list is the distance from the product's own port, less one.
SIMULATORS = (
    "mpass",
    "mconnect",
    "asp",
    "cnas",
    "cadastre",
    "interior",
    "mpay",
    "trust",
    "msign",
    "mpower",
    "mnotify",
    "mlog",
    "mdocs",
    "mdelivery",
    "mevents",
    "programari",
)
INSTITUTIONS = ("asp", "cnas", "cadastre")
# Those with an interface for systems besides the one for browsers, on a port of its own so much further on.
SYSTEMS = ("mconnect", "mpay", "msign", "mpower", "mnotify", "mlog", "mdocs", "mevents", "programari")
SYSTEM_PORTS = 40
PAYMENTS_PORT = 20  # the endpoint that MPay calls, so much behind the product's port
HIGHEST_PORT = 65535
OTHER_PORTS = 10_000
HERE = Path(__file__).resolve().parent


class PortNotUsable(Exception):
    """A port is taken or is not a port; the text names it and says what to do."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One running product: where it listens, where its data is, whether simulators stand in for the outside."""

    port: int
    data: Path
    bind: str = "127.0.0.1"
    public_url: str = ""
    with_simulators: bool = True

    @property
    def address(self) -> str:
        """Return the address that people open."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def payments_port(self) -> int:
        """Return the port of the endpoint that MPay calls."""
        return self.port + PAYMENTS_PORT

    @property
    def payments_url(self) -> str:
        """Return the endpoint's address on this machine."""
        return f"http://127.0.0.1:{self.payments_port}"

    def simulator_url(self, name: str) -> str:
        """Return where a simulator listens."""
        return f"http://127.0.0.1:{self.port + 1 + SIMULATORS.index(name)}"

    def system_url(self, name: str) -> str:
        """Return where a simulator listens to systems: TLS, and both ends prove themselves."""
        return f"https://localhost:{self._system_port(name)}"

    def ports(self) -> dict[str, int]:
        """Return every port that is needed, by who needs it."""
        needed = {"the product": self.port, "the payments endpoint": self.payments_port}
        if self.with_simulators:
            needed |= {f"the simulator {name}": self.port + 1 + place for place, name in enumerate(SIMULATORS)}
            needed |= {f"systems at the simulator {name}": self._system_port(name) for name in SYSTEMS}
        return needed

    def _system_port(self, name: str) -> int:
        return self.port + 1 + SIMULATORS.index(name) + SYSTEM_PORTS

    def log(self, name: str) -> Path:
        """Return the file that a service's output goes to."""
        return self.data / "logs" / f"{name}.log"


def plan_of(environment: Mapping[str, str], *, with_simulators: bool) -> Plan:
    """Read PORT, GHISEU_DATA_DIR, GHISEU_BIND and PUBLIC_URL. Raises PortNotUsable."""
    written = environment.get("PORT", "8000")
    if not written.isdigit() or not 0 < int(written) <= HIGHEST_PORT - SYSTEM_PORTS - len(SIMULATORS):
        raise PortNotUsable(
            f"PORT is {written!r}; it must be a whole number from 1 to {HIGHEST_PORT - SYSTEM_PORTS - len(SIMULATORS)}."
        )
    return Plan(
        port=int(written),
        data=Path(environment.get("GHISEU_DATA_DIR") or ".data").resolve(),
        bind=environment.get("GHISEU_BIND", "127.0.0.1"),
        public_url=environment.get("PUBLIC_URL", ""),
        with_simulators=with_simulators,
    )


def require_free_ports(plan: Plan) -> None:
    """Raise PortNotUsable, naming the port, if another program listens on one that is needed."""
    for who, port in plan.ports().items():
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            is_ours = who in {"the product", "the payments endpoint"}
            try:
                trial.bind((plan.bind if is_ours else "127.0.0.1", port))
            except OSError as error:
                raise PortNotUsable(
                    f"port {port}, needed for {who}, is not free ({error.strerror}). Stop what listens there, "
                    f"or choose another: PORT={plan.port % OTHER_PORTS + OTHER_PORTS} make run"
                ) from error


def product_environment(plan: Plan, *, urls: Mapping[str, str], secret: str) -> dict[str, str]:
    """Return the environment of the product's processes; what the caller's environment says comes first."""
    ours = {
        "PORT": str(plan.port),
        "PUBLIC_URL": plan.address,
        "GHISEU_DATA_DIR": str(plan.data),
        # Behind a public address a proxy leads /mpay/ to this port.
        "GHISEU_PAYMENTS_URL": plan.public_url or plan.payments_url,
        "GHISEU_SECRET_KEY": secret,
        "GHISEU_STATIC_COLLECTED": "1",
        "DJANGO_SETTINGS_MODULE": "ghiseu.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    outside = outside_settings(plan) if plan.with_simulators else {}
    return {**ours, **outside, **os.environ, **urls, "PORT": str(plan.port), "GHISEU_DATA_DIR": str(plan.data)}


def outside_settings(plan: Plan) -> dict[str, str]:
    """Return the settings that point the product at the simulators; they have to be started before."""
    folder = plan.data / "simulators"
    urls = ",".join(f"{name}={plan.simulator_url(name)}" for name in INSTITUTIONS)
    certificates = ",".join(f"{name}={folder / name / 'certificate.pem'}" for name in INSTITUTIONS)
    return {
        "GHISEU_SYSTEM_KEY": str(folder / "authority" / "system" / "key.pem"),
        "GHISEU_SYSTEM_CERTIFICATE": str(folder / "authority" / "system" / "certificate.pem"),
        "GHISEU_PLATFORM_TRUST": str(folder / "authority" / "root.pem"),
        "GHISEU_MPASS_URL": plan.simulator_url("mpass"),
        "GHISEU_MPASS_CERTIFICATE": str(folder / "mpass" / "certificate.pem"),
        "GHISEU_MCONNECT_URL": plan.system_url("mconnect"),
        "GHISEU_MCONNECT_CERTIFICATE": str(folder / "mconnect" / "certificate.pem"),
        "GHISEU_INSTITUTION_URLS": urls,
        "GHISEU_INSTITUTION_CERTIFICATES": certificates,
        "GHISEU_RESULT_TRUST": str(folder / "trust"),
        "GHISEU_SEAL_KEY": str(folder / "trust" / "seal" / "key.pem"),
        "GHISEU_SEAL_CERTIFICATE": str(folder / "trust" / "seal" / "certificate.pem"),
        "GHISEU_SEAL_TRUST": str(folder / "trust" / "seal" / "root.pem"),
        "GHISEU_TSA_URL": plan.simulator_url("trust") + "/tsa",
        "GHISEU_MPAY_URL": plan.simulator_url("mpay"),
        "GHISEU_MPAY_API_URL": plan.system_url("mpay"),
        "GHISEU_MPAY_CERTIFICATE": str(folder / "mpay" / "certificate.pem"),
        "GHISEU_MPOWER_URL": f"{plan.system_url('mpower')}/clients-api",
        "GHISEU_MSIGN_URL": f"{plan.system_url('msign')}/MSign.svc",
        "GHISEU_MSIGN_PAGE_URL": plan.simulator_url("msign"),
        "GHISEU_MSIGN_TRUST": str(folder / "msign" / "trust"),
        "GHISEU_MNOTIFY_URL": plan.system_url("mnotify"),
        "GHISEU_MLOG_URL": plan.system_url("mlog"),
        "GHISEU_MDOCS_URL": f"{plan.system_url('mdocs')}/api",
        "GHISEU_MDELIVERY_PAGE_URL": plan.simulator_url("mdelivery"),
        # The simulated MDelivery comes through a simulated ingress, and made its certificate when it started.
        "GHISEU_BEHIND_INGRESS": "1",
        "GHISEU_MDELIVERY_SERIAL": _text_of(folder / "mdelivery" / "serial"),
        "GHISEU_MEVENTS_URL": plan.system_url("mevents"),
        "GHISEU_PROGRAMARI_URL": f"{plan.system_url('programari')}/api/v2",
        "GHISEU_PROGRAMARI_PHONE": "+37360000000",
        "GHISEU_INTERIOR_PORTAL_URL": plan.simulator_url("interior"),
    }


def _text_of(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def setup(plan: Plan, environment: Mapping[str, str]) -> Service:
    """Return the program that brings the database and the static files up to date."""
    command = (sys.executable, "-m", "ghiseu.runtime.setup_database")
    return Service(
        name="setup",
        command=command if plan.with_simulators else (*command, "--without-demo"),
        environment={**environment, "GHISEU_PROCESS": "owner"},
        log=plan.log("setup"),
    )


def simulators(plan: Plan) -> Service:
    """Return the program that runs all simulators."""
    where = ("--first-port", str(plan.port + 1), "--data", str(plan.data / "simulators"), "--product", plan.address)
    return Service(
        name="simulators",
        command=(sys.executable, "-m", "simulators", "all", *where),
        environment={**os.environ, "PYTHONUNBUFFERED": "1", "SIMULATOR_MPAY_SERVICE": plan.payments_url},
        log=plan.log("simulators"),
    )


def web(plan: Plan, environment: Mapping[str, str]) -> Service:
    """Return the web server: a worker that dies is replaced, slow clients hold nobody up, too many wait outside."""
    workers = environment.get("WEB_WORKERS", "2")
    options = {
        "--interface": "wsgi", "--host": plan.bind, "--port": str(plan.port), "--workers": workers,
        "--blocking-threads": environment.get("WEB_THREADS", "2"), "--backpressure": "64",
        "--workers-kill-timeout": "10", "--http1-header-read-timeout": "10000",
        "--log-config": str(HERE / "web_logging.json"),
    }  # fmt: skip
    listed = [part for option in options.items() for part in option]
    return Service(
        name="web",
        command=(
            sys.executable,
            "-m",
            "granian",
            *listed,
            "--respawn-failed-workers",
            "ghiseu.runtime.web:application",
        ),
        environment={**environment, "GHISEU_PROCESS": "web"},
        log=plan.log("web"),
        grace=20.0,
    )


def worker(plan: Plan, environment: Mapping[str, str]) -> Service:
    """Return the process that takes jobs."""
    return Service(
        name="worker",
        command=(sys.executable, "-m", "ghiseu.runtime.worker"),
        environment={**environment, "GHISEU_PROCESS": "worker"},
        log=plan.log("worker"),
        grace=25.0,
    )
