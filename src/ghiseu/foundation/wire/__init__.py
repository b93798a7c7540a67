"""What conversations with the outside share.

Here the correlation id; in modules of their own the strict reading of signed XML and the PEM files of both sides.
"""

from ghiseu.foundation.wire.correlation import correlated_as, correlation_id, new_correlation_id

__all__ = ["correlated_as", "correlation_id", "new_correlation_id"]
