"""The nightly end of what was kept long enough, and of the keys that old copies of the database would need."""

from ghiseu.foundation import clock
from ghiseu.foundation.jobs import job
from ghiseu.journeys import end_months

Argument = str | int | bool | None


@job(name="retention.destroy", queue="sweeps", every="41 2 * * *")
def destroy(**later_arguments: Argument) -> None:
    """Destroy content whose time is over, put off what stays, and remove the keys of months that ended."""
    end_months.run(at=clock.now())
