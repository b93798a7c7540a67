"""Was the journal changed, and where? Chains of hashes in the database, seals in it and outside."""

from verifier.journal.check import add_arguments, run

__all__ = ["add_arguments", "run"]
