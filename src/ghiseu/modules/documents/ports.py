"""What the documents need of the outside."""

from typing import Protocol

from ghiseu.foundation.ports import Port

PLATFORM = "platform"


class Seal(Protocol):
    """Seals documents in the platform's name. Sealing may be repeated: nothing is left behind by an attempt."""

    def seal(self, content: bytes, *, described: str) -> bytes:
        """Return the tagged PDF with the platform's seal and a time stamp over the whole of it.

        `described` is what a screen reader says of the seal. Takes about 300 ms and the time stamp server's time: call
        it in the worker, outside a transaction. Raises TryLater (the server is silent), Refused (it declined),
        UnusableAnswer (its token is not for these bytes, or nobody trusted vouches for it).
        """
        ...

    def check(self) -> str:
        """Return what is wrong with key, certificates or server, or an empty text."""
        ...


seals: Port[Seal] = Port("seals")
