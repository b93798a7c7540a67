"""Switches of the running system that outlive a restart."""

from django.db import models


class RuntimeFlag(models.Model):
    """A switch that is on while its row is there, with the reason and the moment it was set."""

    name = models.CharField(max_length=40, primary_key=True)
    reason = models.TextField()
    set_at = models.DateTimeField()

    class Meta:
        db_table = "runtime_flag"

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"
