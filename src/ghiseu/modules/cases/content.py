"""That the content of a case is not for a page, or not there any more."""

from datetime import date


class ContentNotShown(Exception):
    """The case is there, and its content is not for this page (any more)."""


class ContentDestroyed(ContentNotShown):
    """The time to keep the case is over: number, service and dates are left. `on` is the day at the centre."""

    def __init__(self, *, on: date) -> None:
        super().__init__(f"content destroyed on {on.isoformat()}")
        self.on = on
