"""The registers behind the running simulator, and an operator who asks them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support import acting
from tests.support.platform_place import registers_of

from ghiseu.adapters.mconnect import MConnectRegisters
from ghiseu.foundation.access import ActingContext
from ghiseu.modules.applicants.ports import FactValue, RegisterQuestion
from simulators.common.process import Running, running

Ask = Callable[..., dict[str, FactValue]]


def acting_for(subject: str) -> ActingContext:
    """Return the context of the demonstration operator at work for a citizen."""
    return acting.acting_for(
        subject,
        legal_entity_idno="1099000000021",
        legal_basis="Legea nr. 148/2023, art. 5",
        legal_reason="cererea, completarea datelor solicitantului",
        correlation_id="4bf92f3577b34da6a3ce929d0e0e4736",
    )


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the simulator for one module of tests."""
    with running("mconnect", data=Path(tmp_path_factory.mktemp("simulators"))) as started:
        yield started


@pytest.fixture
def platform(process: Running) -> Running:
    """Return the simulator with an empty ledger, behaving."""
    process.reset()
    return process


@pytest.fixture
def registers(platform: Running) -> Iterator[MConnectRegisters]:
    """Return the adapter."""
    adapter = registers_of(platform)
    yield adapter
    adapter.close()


@pytest.fixture
def hasty_registers(platform: Running) -> Iterator[MConnectRegisters]:
    """Return the adapter with short limits, for tests that wait until the time is up."""
    adapter = registers_of(platform, connect_seconds=0.5, total_seconds=0.8)
    yield adapter
    adapter.close()


@pytest.fixture
def ask(registers: MConnectRegisters) -> Ask:
    """Return a function: the facts of `register/operation` about a person."""

    def facts_of(address: str, idnp: str, **parameters: str) -> dict[str, FactValue]:
        register, _, operation = address.partition("/")
        question = RegisterQuestion(register=register, operation=operation, subject_idnp=idnp, parameters=parameters)
        return dict(registers.read(question, acting=acting_for(idnp)).facts)

    return facts_of
