"""Background work: a thin layer over the runner, so that the runner could be replaced.

A job carries the id of a row that holds the truth; it may run twice, late, or after a later version was installed.
"""

from ghiseu.foundation.jobs.runner import Job, Plain, defer, job, on_app_ready, queues

__all__ = ["Job", "Plain", "defer", "job", "on_app_ready", "queues"]
