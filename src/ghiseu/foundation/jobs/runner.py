"""Declaring jobs and enqueueing them inside the transaction that causes them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction as django_transaction
from django.utils.module_loading import autodiscover_modules
from procrastinate import App, Blueprint, RetryStrategy
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import Task, configure_task

from ghiseu.foundation.access import require_transaction

Plain = str | int | bool | None
Job = Task[..., Any, ...]  # Any: the runner's own type; what a job returns is thrown away

_before_the_app_is_ready = Blueprint()
_app: App | None = None
# The worker talks to the runner over connections of its own; what a job enqueues must still go with its transaction.
_with_the_transaction = JobManager(DjangoConnector())


def job(
    *, name: str, queue: str, retry: RetryStrategy | None = None, every: str = ""
) -> Callable[[Callable[..., None]], Job]:
    """Declare a job under a lasting name. `every` is a crontab line for work that starts by itself.

    The work takes keyword arguments of plain values and `**later_arguments`, may run twice, and returns nothing. Job
    modules are called `jobs.py` and are found in every installed app. Work that starts by itself is given `timestamp`.
    """

    def declare(work: Callable[..., None]) -> Job:
        target = _app or _before_the_app_is_ready
        declared = target.task(name=name, queue=queue, retry=retry or False)(work)
        if every:
            target.periodic(cron=every, periodic_id=name)(declared)
        return declared

    return declare


def context_job(*, name: str, queue: str, every: str) -> Callable[[Callable[..., Awaitable[None]]], Job]:
    """Declare work on the queue itself: it is given the runner's context and works on the runner's connection."""

    def declare(work: Callable[..., Awaitable[None]]) -> Job:
        declared: Job = _before_the_app_is_ready.task(name=name, queue=queue, pass_context=True)(work)
        _before_the_app_is_ready.periodic(cron=every, periodic_id=name)(declared)
        return declared

    return declare


def defer(
    work: Job,
    *,
    arguments: Mapping[str, Plain],
    one_at_a_time: str = "",
    once: str = "",
    not_before: datetime | None = None,
) -> int | None:
    """Enqueue in the present transaction; rolled back with it. Returns the number of the job.

    Jobs of one `one_at_a_time` key run in order, never side by side. While a job of the key `once` waits, a second is
    not enqueued and None is returned. Raises NoTransaction.
    """
    require_transaction()
    configured = configure_task(
        name=work.name,
        job_manager=_with_the_transaction,
        queue=work.queue,
        lock=one_at_a_time or None,
        queueing_lock=once or None,
        schedule_at=not_before,
    )
    try:
        # A refusal aborts the transaction that it happens in, so it gets one of its own.
        with django_transaction.atomic():  # noqa: TID251 - a savepoint only
            return configured.defer(**arguments)
    except AlreadyEnqueued:
        return None


def queues() -> set[str]:
    """Return the queues that any declared job uses; a worker serves them all."""
    return {task.queue for task in _app.tasks.values()} if _app else set()


def on_app_ready(app: App) -> None:
    """Find the jobs of all installed apps; the runner calls this once, when every model is known."""
    global _app  # noqa: PLW0603 - the runner makes exactly one
    autodiscover_modules("jobs")
    app.add_tasks_from(_before_the_app_is_ready, namespace="")
    _app = app
