"""Keeping the queue itself in order: what a dead worker left is taken up again, what is finished goes."""

from procrastinate import JobContext

from ghiseu.foundation.jobs.runner import context_job

HEARTBEAT_LIMIT = 30.0  # seconds without a sign of life before a worker counts as dead
KEPT_HOURS = 48


@context_job(name="jobs.rescue", queue="housekeeping", every="* * * * * */10")
async def rescue(context: JobContext, **later_arguments: object) -> None:
    """Enqueue again what a worker was doing when it died. The work may then run twice, as every job must allow."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=HEARTBEAT_LIMIT):
        await manager.retry_job(stalled)
    await manager.prune_stalled_workers(HEARTBEAT_LIMIT * 10)


@context_job(name="jobs.sweep", queue="housekeeping", every="17 * * * *")
async def sweep(context: JobContext, **later_arguments: object) -> None:
    """Delete finished jobs; the rows that hold the truth stay. Failed ones are kept for a person to look at."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_cancelled=True, include_aborted=True)
