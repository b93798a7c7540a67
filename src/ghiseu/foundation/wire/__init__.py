"""What every conversation with the outside shares: the correlation id and the masking of personal data."""

from ghiseu.foundation.wire.correlation import correlated_as, correlation_id, new_correlation_id

__all__ = ["correlated_as", "correlation_id", "new_correlation_id"]
