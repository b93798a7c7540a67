"""What the keys of months are called, and how far ahead they are wanted."""

from datetime import date

MONTHS = "shred-"
# A backup opens what was open when it was made for as long; and so long content outlives its case there.
AHEAD = 3
# So far ahead months have keys whether or not a case needs them: a job that fails for weeks harms nothing.
MADE_AHEAD = 12
_YEAR = 12


def key_of_month(day: date, *, later: int = 0) -> str:
    """Return the id of the key of the day's month, or of one some months later: `shred-2027-03`."""
    months = day.year * _YEAR + day.month - 1 + later
    return f"{MONTHS}{months // _YEAR:04}-{months % _YEAR + 1:02}"


def coming_months(day: date) -> list[str]:
    """Return the ids of the keys that have to be there on this day: of its month and of those after it."""
    return [key_of_month(day, later=later) for later in range(MADE_AHEAD + 1)]
