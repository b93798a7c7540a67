"""In which order an institution can speak of a matter."""

from ghiseu.modules.catalogue.package import ProviderState as S

# A path may skip states: institutions often tell only some of them. What may never follow is not listed.
AFTER: dict[S, frozenset[S]] = {
    S.RECEIVED: frozenset(
        {S.RECEIVED, S.IN_EXAMINATION, S.PAPERS_MISSING, S.DECIDED_GRANTED, S.DECIDED_REFUSED, S.RESULT_READY,
         S.WITHDRAWN, S.PAYMENT_PENDING}
    ),
    S.IN_EXAMINATION: frozenset(
        {S.IN_EXAMINATION, S.PAPERS_MISSING, S.DECIDED_GRANTED, S.DECIDED_REFUSED, S.RESULT_READY, S.WITHDRAWN}
    ),
    S.PAPERS_MISSING: frozenset({S.IN_EXAMINATION, S.DECIDED_GRANTED, S.DECIDED_REFUSED, S.RESULT_READY, S.WITHDRAWN}),
    S.DECIDED_GRANTED: frozenset({S.RESULT_READY}),
    S.BOOKED: frozenset({S.MOVED, S.CANCELLED, S.KEPT, S.MISSED}),
    S.MOVED: frozenset({S.MOVED, S.CANCELLED, S.KEPT, S.MISSED}),
    S.PAYMENT_PENDING: frozenset({S.PAID, S.PAYMENT_FAILED}),
    S.PAYMENT_FAILED: frozenset({S.PAYMENT_PENDING, S.PAID}),
}  # fmt: skip

# Where a matter may rest for good.
TERMINAL = frozenset(
    {S.DECIDED_GRANTED, S.DECIDED_REFUSED, S.RESULT_READY, S.WITHDRAWN, S.NOT_FOUND, S.CANCELLED, S.KEPT, S.MISSED,
     S.PAID, S.PAYMENT_NOT_REQUIRED}
)  # fmt: skip


def may_follow(before: S, after: S) -> bool:
    """Tell whether an institution can say `after` once it has said `before`."""
    return after in AFTER.get(before, frozenset())
