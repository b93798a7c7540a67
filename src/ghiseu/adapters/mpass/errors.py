"""Why a message of MPass was refused. Each class is one rule; `rule` numbers the group it belongs to.

1 size and form of the bytes, 2 structure, 3 signature, 5 addressing and time, 6 who and how strongly.
(Rule 4, reading only verified bytes, cannot be broken by a message.)
"""

from typing import ClassVar

from ghiseu.foundation.outcomes import UnusableAnswer


class MessageRefused(UnusableAnswer):
    """Base of the refusals. `reason` is an English fact without personal data; it may be logged."""

    rule: ClassVar[int] = 0


class TooLarge(MessageRefused):
    """More bytes, tags, attributes or namespace declarations than any honest message has."""

    rule = 1


class NotBase64(MessageRefused):
    rule = 1


class NotUtf8(MessageRefused):
    rule = 1


class ForbiddenMarkup(MessageRefused):
    """A document type, entity, comment, CDATA section or processing instruction."""

    rule = 1


class NotWellFormed(MessageRefused):
    rule = 1


class TooDeep(MessageRefused):
    rule = 1


class NotOfTheProfile(MessageRefused):
    """The structure is not one that MPass documents."""

    rule = 2


class NotOneAssertion(MessageRefused):
    """None, several, nested or misplaced responses or assertions."""

    rule = 2


class DuplicateId(MessageRefused):
    """Two identifiers are equal, or an identifier stands where none belongs."""

    rule = 2


class ForeignNamespace(MessageRefused):
    rule = 2


class NotSigned(MessageRefused):
    rule = 3


class SignatureShape(MessageRefused):
    """The signature does not cover exactly the element that it stands in, or says more than it needs to."""

    rule = 3


class AlgorithmNotAllowed(MessageRefused):
    rule = 3


class SignatureWrong(MessageRefused):
    """It does not verify with a certificate that we hold from the configuration."""

    rule = 3


class WrongDestination(MessageRefused):
    rule = 5


class WrongRecipient(MessageRefused):
    rule = 5


class WrongAudience(MessageRefused):
    rule = 5


class WrongIssuer(MessageRefused):
    rule = 5


class WrongInResponseTo(MessageRefused):
    """Missing, or not the same in the answer and in its assertion."""

    rule = 5


class Expired(MessageRefused):
    rule = 5


class TooNew(MessageRefused):
    """From the future by more than the tolerance."""

    rule = 5


class NotUtc(MessageRefused):
    """A time is missing, is no time, or is not written in UTC."""

    rule = 5


class NotSuccess(MessageRefused):
    """MPass refused our request itself (not the person): something is wrong in the registration."""

    rule = 5


class WeakContext(MessageRefused):
    """The person proved who they are in a way that is too weak for this system, or nobody knows how."""

    rule = 6
