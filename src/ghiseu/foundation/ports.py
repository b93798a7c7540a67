"""A port is a place where the product meets the outside; the wiring says which adapter serves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Served = TypeVar("Served")


class PortNotServed(Exception):
    """No adapter was wired to this port under this name."""


class Port(Generic[Served]):
    """A named set of adapters that serve one protocol, for example one per institution."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._served: dict[str, Served] = {}

    def serve(self, key: str, adapter: Served) -> None:
        """Wire an adapter under a key; a second call replaces the first."""
        self._served[key] = adapter

    def get(self, key: str) -> Served:
        """Return the adapter of this key. Raises PortNotServed."""
        try:
            return self._served[key]
        except KeyError as error:
            raise PortNotServed(f"{self.name}: nothing serves {key!r}") from error

    def keys(self) -> list[str]:
        """Return the wired keys in order."""
        return sorted(self._served)

    @contextmanager
    def serving(self, key: str, adapter: Served) -> Iterator[None]:
        """Serve the key with this adapter for a while; tests use it to meet a simulator."""
        before = self._served.get(key)
        self._served[key] = adapter
        try:
            yield
        finally:
            if before is None:
                self._served.pop(key)
            else:
                self._served[key] = before
