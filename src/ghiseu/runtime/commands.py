"""Commands that work on the configured product: services, settings, the hold on deliveries."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ghiseu.foundation import clock
from ghiseu.foundation.wire.platforms import Finding, Level
from ghiseu.runtime import plan as plans
from ghiseu.runtime.database import reachable
from ghiseu.runtime.secrets_folder import kept_secret

SECRET_WORDS = ("SECRET", "PASSWORD", "DATABASE")


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")


@contextmanager
def product(process: str, *, with_database: bool = True) -> Iterator[None]:
    """Set the product up in this process as owner, web or worker, on a database that answers."""
    import django

    plan = plans.plan_of(os.environ, with_simulators=(data_folder() / "simulators").exists())
    if not with_database:
        os.environ.setdefault("DATABASE_URL", "postgresql://nowhere.invalid/none")
        django.setup()
        yield
        return
    with reachable(plan.data) as urls:
        secret = kept_secret(plan.data / "secret-key")
        os.environ.update(plans.product_environment(plan, urls=urls, secret=secret))
        os.environ["GHISEU_PROCESS"] = process
        os.environ["GHISEU_POOL_SIZE"] = "0"
        django.setup()
        yield
        from django.db import connections

        connections.close_all()


def data_folder() -> Path:
    """Return the data folder that the environment names."""
    return plans.plan_of(os.environ, with_simulators=False).data


def check_services(places: list[str]) -> int:
    """Check packages; needs no database."""
    with product("owner", with_database=False):
        from ghiseu.runtime import services

        return services.check(places)


def privacy_records(*, language: str, form: str) -> int:
    """Print the records of processing as a document or a table; needs no database."""
    with product("owner", with_database=False):
        from django.conf import settings

        from ghiseu.modules.privacy import records_of_processing as processing

        rows = processing.records(settings.SERVICES_DIR, language=language)
        if form == "csv":
            sys.stdout.buffer.write(processing.as_table(rows, language=language))
        else:
            sys.stdout.write(processing.as_markdown(rows, language=language))
        return 0


def show_examples(places: list[str]) -> int:
    """Print what each example file gives; needs no database."""
    with product("owner", with_database=False):
        from ghiseu.runtime import services

        return max([services.show(place) for place in places], default=0)


def publish_services() -> int:
    """Publish all packages."""
    with product("owner"):
        from ghiseu.runtime import services

        return services.publish()


def resume_deliveries() -> int:
    """End the hold that a restore left."""
    with product("owner"):
        from ghiseu.foundation.access import transaction
        from ghiseu.foundation.jobs import hold

        with transaction():
            were_held = hold.resume_deliveries()
    say("Deliveries go out again." if were_held else "Deliveries were not on hold.")
    return 0


def check_config() -> int:
    """Print settings, then each thing that can be asked whether it works; returns 1 if any has a fault."""
    with product("web"):
        from ghiseu.runtime import checks

        for line in checks.settings_lines():
            say(line)
        say("")
        faults = 0
        for name, fault in checks.findings(at=clock.now()):
            faults += bool(fault)
            say(f"  {'FAULT' if fault else 'ok   '}  {name}{': ' + fault if fault else ''}")
        faults += _check_platforms(checks.platform_findings(at=clock.now()))
    say(f"\n{faults or 'No'} fault{'' if faults == 1 else 's'}.")
    return 1 if faults else 0


def _check_platforms(found: Iterable[tuple[str, Finding]]) -> int:
    """Print a table of the platforms' findings with what to do about each; return how many are faults."""
    words = {Level.OK: "ok", Level.WARNING: "SOON", Level.ERROR: "FAULT"}
    faults = 0
    say("\nShared platforms")
    for name, finding in found:
        faults += finding.level is Level.ERROR
        say(f"  {words[finding.level]:<5}  {name:<17}{finding.fact}")
        if finding.next_step:
            say(f"{'':<26}> {finding.next_step}")
    return faults
