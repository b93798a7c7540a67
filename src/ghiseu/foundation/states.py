"""States change through one table per object, and nothing else is possible."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.db import models

State = TypeVar("State", bound=models.TextChoices)
Steps = Mapping[tuple[State, State], str]


class StepNotAllowed(Exception):
    """The table has no such step."""


class Stateful(models.Model):
    """A row with a `state` and a table `STEPS` of allowed steps and the audit event that each leaves."""

    STEPS: ClassVar[Mapping[Any, str]]  # Any: pairs of the subclass's own states
    state: "models.CharField[str, str]"

    class Meta:
        abstract = True

    def event_of_step(self, to: str) -> str:
        """Return the audit event of the step from the present state. Raises StepNotAllowed."""
        try:
            return self.STEPS[(self.state, to)]
        except KeyError as error:
            raise StepNotAllowed(f"{type(self).__name__} {self.pk}: {self.state} -> {to}") from error

    def can_move_to(self, to: str) -> bool:
        """Tell whether the table has a step from the present state to this one."""
        return (self.state, to) in self.STEPS

    def move_to(self, to: str) -> str:
        """Set the state if the table allows it and return the audit event of the step; the caller saves.

        Raises StepNotAllowed.
        """
        event = self.event_of_step(to)
        self.state = to
        return event
