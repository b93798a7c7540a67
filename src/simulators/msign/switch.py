"""What the next signatures are: right, or wrong in one way."""

from threading import Lock

from simulators.msign.signing import How


class Switch:
    """Kept in memory: a restarted MSign signs rightly."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._how = How.RIGHT

    def tell(self, how: How) -> None:
        """Sign so from now on."""
        with self._lock:
            self._how = how

    def told(self) -> How:
        """Return how signatures are made now."""
        with self._lock:
            return self._how
