"""Why a message of MPay was refused. `code` is the fault code of MPay's guide that the sender is told."""

from typing import ClassVar

from ghiseu.foundation.outcomes import UnusableAnswer


class MessageRefused(UnusableAnswer):
    """Base of the refusals. `reason` is an English fact without personal data; it is sent and may be logged."""

    code: ClassVar[str] = "AuthenticationFailed"


class NotReadable(MessageRefused):
    """Not a SOAP message of the agreed form: too large, too deep, not UTF-8, not well-formed, forbidden markup."""

    code = "InvalidParameter"


class NotSigned(MessageRefused):
    """The security header, the timestamp or the signature is missing."""


class SignatureShape(MessageRefused):
    """The signature covers something else than exactly Body and Timestamp, or says more than it needs to."""


class DuplicateId(MessageRefused):
    """Two identifiers are equal, or an identifier stands where none belongs."""


class AlgorithmNotAllowed(MessageRefused):
    """An algorithm outside the agreed ones, or SHA-1 while the settings do not accept it."""


class SignatureWrong(MessageRefused):
    """It does not verify with a certificate that we hold from the configuration."""


class OutsideWindow(MessageRefused):
    """The message has expired, comes from the future, or its time is not in UTC."""


class InvalidParameter(MessageRefused):
    """Properly signed, but a member is missing or unusable."""

    code = "InvalidParameter"


class UnknownService(MessageRefused):
    """Properly signed, but the ServiceID is not ours."""

    code = "UnknownService"


class UnknownOrder(MessageRefused):
    """Properly signed, but no order ever had the key."""

    code = "UnknownOrder"


class InternalError(MessageRefused):
    """We could not keep it: nothing was counted, and the sender repeats."""

    code = "InternalError"
