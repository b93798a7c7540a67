"""Why a register does not answer a question that reached it."""


class NoSuchRecord(LookupError):
    """The register holds no such record."""


class NotUnderstood(ValueError):
    """The question is not one that the register answers."""


class NotAllowed(PermissionError):
    """The platform does not let this user ask this."""
