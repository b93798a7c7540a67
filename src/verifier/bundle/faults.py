"""How a check of a record ends when it does not end well."""


class NotGood(Exception):
    """What was given is not what it claims to be. The text says why, in one sentence."""


class NotReadable(Exception):
    """What was given cannot be looked at: no such file, not a PDF, not a certificate."""
