"""The worker: takes jobs one at a time, keeps their leases alive and writes how they ended."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
import traceback
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType, TracebackType
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.transaction import atomic
from django_tasks.base import Task, TaskContext
from django_tasks.utils import get_module_path

from preceptor.base.errors import Refusal
from preceptor.base.models import Job

from . import lease, schedule
from .backend import result_of
from .tasks import task_named

logger = logging.getLogger(__name__)

#: Asking again would be refused again.
NEVER_RETRIED = (Refusal, PermissionDenied, ValidationError)


@dataclass(frozen=True)
class Pace:
    """How long a lease lasts, how often it is renewed, how often the queue is looked at."""

    lease: timedelta = timedelta(seconds=60)
    heartbeat: timedelta = timedelta(seconds=15)
    poll: timedelta = timedelta(seconds=1)


class Heartbeat(threading.Thread):
    """Renews one lease, on a connection of its own, until told to end or the lease is lost."""

    def __init__(self, job: Job, pace: Pace) -> None:
        super().__init__(name=f"heartbeat of job {job.pk}", daemon=True)
        self.job, self.pace, self._ended = job, pace, threading.Event()

    def run(self) -> None:
        try:
            while not self._ended.wait(self.pace.heartbeat.total_seconds()):
                if not self._beat():
                    break
        finally:
            connection.close()

    def _beat(self) -> bool:
        # On SQLite a job that writes holds the only write lock: then nobody can take the lease
        # either, and a beat that has to wait too long is left out.
        try:
            return lease.renew(self.job, self.pace.lease)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Job %s: its lease could not be renewed: %s", self.job.key, error)
            connection.close()
            return True

    def end(self) -> None:
        self._ended.set()
        self.join()


class Attempt:
    """One try at a job. Leaving it writes down a failure; the worker goes on to the next job."""

    def __init__(self, job: Job, pace: Pace) -> None:
        self.job, self.heartbeat = job, Heartbeat(job, pace)

    def __enter__(self) -> Attempt:
        self.heartbeat.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.heartbeat.end()
        if isinstance(error, lease.LeaseLost):
            logger.warning("%s", error)
        elif isinstance(error, Exception):
            self._record(error)
        return error is None or isinstance(error, Exception)

    def _record(self, error: Exception) -> None:
        logger.error("Job %s (%s) failed: %s", self.job.key, self.job.task, error)
        lease.fail(self.job, _text(error), for_good=isinstance(error, NEVER_RETRIED))

    def perform(self) -> None:
        """Run the task; its result is written only if the job is still this worker's."""
        task = task_named(self.job.task)
        with lease.hold(self.job), _transaction_for(task):
            lease.settle(_call(task, self.job))


def _text(error: Exception) -> str:
    last = traceback.TracebackException.from_exception(error)
    return f"{get_module_path(type(error))}: {error}\n\n{''.join(last.format())}"


def _transaction_for(task: Task[..., Any]) -> AbstractContextManager[Any]:
    return atomic() if getattr(task, "in_transaction", True) else nullcontext()


def _call(task: Task[..., Any], job: Job) -> Any:
    args, kwargs = job.arguments["args"], job.arguments["kwargs"]
    if task.takes_context:
        args = [TaskContext(task_result=result_of(job, task)), *args]
    return task.call(*args, **kwargs)


class Worker:
    """Runs jobs one after another until told to stop."""

    def __init__(self, name: str = "", pace: Pace | None = None) -> None:
        self.name = name or f"{socket.gethostname()[:50]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.pace = pace or Pace()
        self.schedule = schedule.Watch()
        self._stopping = False

    def run(self) -> None:
        """Work until `stop`, SIGTERM or SIGINT; the job at hand is finished first."""
        self._listen()
        while not self._stopping:
            if not self._step_or_wait_for_database():
                self._idle()
        connection.close()

    def run_due(self) -> int:
        """Run everything that is due now, in this thread, then return how many attempts."""
        attempts = 0
        while self._step():
            attempts += 1
        return attempts

    def stop(self, *_: int | FrameType | None) -> None:
        """Take no further job."""
        self._stopping = True

    def _listen(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self.stop)

    def _idle(self) -> None:
        until = time.monotonic() + self.pace.poll.total_seconds()
        while not self._stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))

    def _step_or_wait_for_database(self) -> bool:
        try:
            close_old_connections()
            self.schedule.enqueue_due()
            return self._step()
        except (OperationalError, InterfaceError) as error:
            logger.warning("The database does not answer; trying again: %s", error)
            connection.close()
            return False

    def _step(self) -> bool:
        lease.give_up_lapsed()
        job = lease.take(self.name, self.pace.lease)
        if job is None:
            return False
        with Attempt(job, self.pace) as attempt:
            attempt.perform()
        return True


def run() -> None:
    """Run one worker in this process until SIGTERM or SIGINT."""
    Worker().run()
