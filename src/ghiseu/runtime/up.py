"""`ghiseu up`: database, simulators, web and worker, started in order, kept running, stopped in order."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import httpx

from ghiseu.foundation import clock
from ghiseu.runtime import plan as plans
from ghiseu.runtime import restore
from ghiseu.runtime.database import embedded, given_urls, urls_of
from ghiseu.runtime.payments_service import payments
from ghiseu.runtime.plan import Plan
from ghiseu.runtime.postgres import DatabaseDidNotStart, Postgres
from ghiseu.runtime.postgres_place import Lock
from ghiseu.runtime.secrets_folder import ensure_identity, ensure_journal_key, kept_secret
from ghiseu.runtime.supervisor import Supervisor, last_lines, run_to_the_end

READY_LIMIT = 120.0
TOO_MANY_DEATHS = 3
LOOK_EVERY = 0.2
FIRST_RETRY = 1.0
LONGEST_RETRY = 30.0
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(Exception):
    """The product did not come up; the text says what failed and where to read more."""


class ToldToStop(BaseException):
    """A signal asked us to stop. Not an Exception: nothing on the way may take it for a fault."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first signal to stop into ToldToStop, and do not let a second one disturb the stopping."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPPING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise ToldToStop

    before = {number: signal.signal(number, stop) for number in STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def run(*, with_simulators: bool) -> int:
    """Run the product until told to stop; returns 0 then.

    Raises AlreadyRunning, PortNotUsable, NoPostgres, PlaceNotUsable, NotDurable, DatabaseDidNotStart, CannotStart.
    """
    plan = plans.plan_of(os.environ, with_simulators=with_simulators)
    plan.data.mkdir(mode=0o711, parents=True, exist_ok=True)
    with stoppable(), ExitStack() as stack:
        try:
            lock = Lock(plan.data)
            lock.take()
            stack.callback(lock.give_back)
            plans.require_free_ports(plan)
            restore.require_finished(plan.data)
            serve(plan, stack)
        except ToldToStop:
            say("\nStopping ...")
    say("Stopped.")
    return 0


def serve(plan: Plan, stack: ExitStack) -> None:
    """Start everything, say where it is, and look after it for ever."""
    server = start_database(plan, stack)
    supervisor = Supervisor(say=say)
    stack.callback(supervisor.stop)
    urls = urls_of(server) if server else given_urls()
    ensure_own_identity(plan)
    if plan.with_simulators:
        start_simulators(plan, supervisor)
    environment = plans.product_environment(plan, urls=urls, secret=kept_secret(plan.data / "secret-key"))
    say("Preparing tables, texts and services ...")
    prepare(plan, environment)
    say("Starting web and worker ...")
    supervisor.start(plans.web(plan, environment))
    supervisor.start(payments(plan, environment))
    supervisor.start(plans.worker(plan, environment))
    wait_for(f"http://127.0.0.1:{plan.port}/readyz", supervisor=supervisor, name="web", plan=plan)
    wait_for(f"{plan.payments_url}/readyz", supervisor=supervisor, name="payments", plan=plan)
    say(welcome(plan))
    look_after(supervisor, server)


def start_simulators(plan: Plan, supervisor: Supervisor) -> None:
    """Start the simulators and wait for all: at their first start they make the certificates that the product reads."""
    say("Starting the simulators of the outside systems ...")
    supervisor.start(plans.simulators(plan))
    for name in plans.SIMULATORS:
        wait_for(f"{plan.simulator_url(name)}/healthz", supervisor=supervisor, name="simulators", plan=plan)


def start_database(plan: Plan, stack: ExitStack) -> Postgres | None:
    """Start the embedded database unless DATABASE_URL names another; it is stopped after all who use it."""
    if given_urls():
        say("Using the database of DATABASE_URL.")
        return None
    say("Starting the database ...")
    server = embedded(plan.data)
    server.start()
    stack.callback(server.stop)
    if server.place.is_elsewhere:
        say(
            f"  Its data is in {server.place.root}: PostgreSQL does not run as root, "
            f"and no other user may enter {plan.data}."
        )
    return server


def ensure_own_identity(plan: Plan) -> None:
    """Make our key towards MPass and that of the journal's seals at the first start, unless the settings name one."""
    if "GHISEU_SAML_KEY" not in os.environ:
        folder = plan.data / "saml"
        ensure_identity(folder / "key.pem", folder / "certificate.pem", host=plan.address, at=clock.now())
    if "GHISEU_JOURNAL_KEY" not in os.environ:
        ensure_journal_key(plan.data / "journal")


def prepare(plan: Plan, environment: dict[str, str]) -> None:
    """Run the set-up. Raises CannotStart with its last words."""
    service = plans.setup(plan, environment)
    service.log.unlink(missing_ok=True)
    code = run_to_the_end(service)
    if code:
        words = "\n  ".join(last_lines(service.log))
        raise CannotStart(f"the set-up ended with {code} (all of it: {service.log})\n  {words}")


def wait_for(url: str, *, supervisor: Supervisor, name: str, plan: Plan) -> None:
    """Return once the address answers well. Raises CannotStart when its service keeps dying or time is over."""
    deadline = time.monotonic() + READY_LIMIT
    while time.monotonic() < deadline:
        supervisor.look_after()
        if answers(url):
            return
        if supervisor.deaths(name) >= TOO_MANY_DEATHS:
            raise CannotStart(f"{name} keeps ending; read {plan.log(name)}")
        time.sleep(LOOK_EVERY)
    raise CannotStart(f"{url} did not answer within {READY_LIMIT:.0f} s; read {plan.log(name)}")


def answers(url: str) -> bool:
    """Tell whether the address answers 200."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def look_after(supervisor: Supervisor, server: Postgres | None) -> None:
    """Restart what dies, the database too, until a signal comes."""
    pause, start_at = FIRST_RETRY, 0.0
    while True:
        supervisor.look_after()
        if server is not None and server.ended() is not None and time.monotonic() >= start_at:
            say(f"The database ended with {server.ended()}; starting it again")
            start_at = time.monotonic() + pause
            pause = FIRST_RETRY if relaunched(server, say) else min(pause * 2, LONGEST_RETRY)
        time.sleep(LOOK_EVERY)


def relaunched(server: Postgres, tell: Callable[[str], None]) -> bool:
    """Start the database again; tell why when it does not."""
    try:
        server.relaunch()
    except DatabaseDidNotStart as error:
        tell(str(error))
        return False
    return True


def welcome(plan: Plan) -> str:
    """Return what a person needs to know now."""
    lines = ["", f"  Ghișeu is ready:  {plan.address}", ""]
    if plan.with_simulators:
        lines += [
            "  Sign in           open the address and choose one of the test operators on the simulated MPass page;",
            "                    Lidia Operator-Test works at the centre Lozova",
            "  Outside systems   are simulated; each has a page where it can be told to misbehave:",
            *[f"    {name:<15} {plan.simulator_url(name)}/control" for name in plans.SIMULATORS],
        ]
    lines += [
        f"  Data              {plan.data}",
        f"  Logs              {plan.data / 'logs'}",
        "  Stop              Ctrl-C",
        "",
    ]
    return "\n".join(lines)


def data_folder() -> Path:
    """Return the data folder that the environment names."""
    return plans.plan_of(os.environ, with_simulators=False).data
