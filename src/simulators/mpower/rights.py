"""What the calling system may ask here, and in which of the guide's two forms it is answered."""

import threading
from dataclasses import dataclass, replace

ENDPOINTS = ("Code-True-One", "Code-Details-One", "TypeCode-Valid-One", "Idn-Details-List", "file")
# "sample" has the names of the guide's samples, "table" those of its tables.
SHAPES = ("sample", "table")


@dataclass(frozen=True, kw_only=True)
class Granted:
    """The settings object of the client: allowed endpoints; powers of other providers only when `sees_all`."""

    endpoints: tuple[str, ...] = ENDPOINTS
    sees_all: bool = True
    provider: str = "1099000000098"
    shape: str = "sample"


class Rights:
    """The present settings. Kept in memory: a restarted simulator grants everything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._granted = Granted()

    def now(self) -> Granted:
        """Return what is granted."""
        with self._lock:
            return self._granted

    def change(self, *, endpoints: tuple[str, ...], sees_all: bool, shape: str) -> None:
        """Grant this from now on."""
        with self._lock:
            self._granted = replace(self._granted, endpoints=endpoints, sees_all=sees_all, shape=shape)

    def forget(self) -> None:
        """Grant everything again."""
        with self._lock:
            self._granted = Granted()
