"""How often something may be done: a bucket for each key, in this process alone, of bounded size.

Nothing outside is asked, so that the limiter can never be the part that fails. With several web processes each
counts for itself; the limits are set with that in mind.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

MOST_KEYS = 20_000


@dataclass(frozen=True, kw_only=True)
class Rate:
    """So many at once, and the same number again in each period. `per` is in seconds."""

    most: int
    per: float = 60.0


class Limiter:
    """Counts by key. When there are too many keys, the one that was quiet for longest is forgotten."""

    def __init__(self, *, most_keys: int = MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str, *, rate: Rate, at: float) -> int:
        """Count one act; return 0 when it may be done, else the whole seconds until the next may.

        `at` is a moment of a clock that never goes back, in seconds. A refused act is not counted.
        """
        with self._lock:
            left, since = self._buckets.pop(key, (float(rate.most), at))
            left = min(float(rate.most), left + max(0.0, at - since) * rate.most / rate.per)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, at)
            if len(self._buckets) > self._most_keys:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * rate.per / rate.most))
