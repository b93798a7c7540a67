"""How messages go on after they were taken."""

from typing import Final

AT_ONCE: Final = "at_once"  # they arrive, or fail for want of a contact, as soon as somebody asks
HELD: Final = "held"  # they stay under way
SENT_ONLY: Final = "sent_only"  # they are given to a channel, and whether they arrived is not told
DELIVERIES: Final = (AT_ONCE, HELD, SENT_ONLY)


class Switch:
    """Kept in memory: a restarted simulator delivers. `first_page` is how pages of lists are counted: from 1, or 0."""

    def __init__(self) -> None:
        self.delivery: str = AT_ONCE
        self.first_page = 1

    def back(self) -> None:
        """Behave as usual."""
        self.delivery, self.first_page = AT_ONCE, 1
