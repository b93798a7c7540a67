"""Who may see and do what: acting context, scope of rows, transactions."""

from ghiseu.foundation.access.acting import ActingContext, Assurance, Channel, SubjectIsActor
from ghiseu.foundation.access.scope import (
    NoTransaction,
    Scope,
    current_scope,
    fixed_in_transaction,
    reading,
    require_transaction,
    rows_about,
    scoped_to,
    transaction,
)

__all__ = [
    "ActingContext",
    "Assurance",
    "Channel",
    "NoTransaction",
    "Scope",
    "SubjectIsActor",
    "current_scope",
    "fixed_in_transaction",
    "reading",
    "require_transaction",
    "rows_about",
    "scoped_to",
    "transaction",
]
