"""The profile of MPay's signed messages: references by wsu:Id, as its guide's samples show them (July 2025)."""

from datetime import timedelta

from ghiseu.foundation.wire.signed_soap import oasis

# The samples live one and five minutes.
PROFILE = oasis(lives=timedelta(minutes=5), longest_life=timedelta(minutes=10))
