"""How a call to the outside can end when it does not end in an answer.

Every adapter turns what its wire throws into one of these, so that the caller knows what to do next
without knowing the protocol.
"""


class OutsideError(Exception):
    """Base of the endings below. `reason` is a short English fact without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryLater(OutsideError):
    """Nothing was done there. The same call may be made again."""


class Refused(OutsideError):
    """Understood and declined. A person decides what happens next. `code` is the institution's own."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class OutcomeUnknown(OutsideError):
    """Sent, and no answer came. Ask what became of it before sending again."""


class UnusableAnswer(OutsideError):
    """An answer came that does not keep the contract. It is kept apart and never acted on."""


class WrongSubject(UnusableAnswer):
    """The answer speaks of another person than the question. The case stops and somebody looks."""


class NotFoundThere(OutsideError):
    """The register answered that it holds no such record."""
