"""Jobs by name: what the worker can run, and how any room asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskResult

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTask(Task[P, T]):
    """A task that the lease backend runs; `job_name` is what the stored job is called.

    `in_transaction`: the worker runs it in one transaction with the mark that it is done, so that
    its effect on the database happens exactly once. Long work says False, keeps its own
    transactions short and ends the last of them with `lease.settle()`.
    """

    job_name: str = ""
    unique_key: str | None = None
    most_attempts: int = 3
    in_transaction: bool = True


_registered: dict[str, LeaseTask[..., Any]] = {}


def job(
    name: str, *, most_attempts: int = 3, in_transaction: bool = True, priority: int = 0
) -> Callable[[Callable[P, T]], LeaseTask[P, T]]:
    """Register a module-level function as a job that any room may ask for by `name`.

    Raises ValueError when another function holds the name already.
    """

    def register(function: Callable[P, T]) -> LeaseTask[P, T]:
        task = LeaseTask(
            func=function,
            priority=priority,
            job_name=name,
            most_attempts=most_attempts,
            in_transaction=in_transaction,
        )
        held = _registered.setdefault(name, task)
        if held.module_path != task.module_path:
            raise ValueError(f"The job name {name!r} belongs to {held.module_path} already.")
        return task

    return register


def name_of(task: Task[..., Any]) -> str:
    """The name under which a task is stored: its job name, else the path of its function."""
    return getattr(task, "job_name", "") or task.module_path


def task_named(name: str) -> Task[..., Any]:
    """The task stored under a name. Raises LookupError when this installation has none."""
    if name in _registered:
        return _registered[name]
    try:
        found = import_string(name)
    except ImportError:
        found = None
    if not isinstance(found, Task):
        raise LookupError(
            f"No job is registered as {name!r}. Known here: {', '.join(sorted(_registered))}."
        )
    return found


def enqueue(
    name: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    unique_key: str | None = None,
    run_at: datetime | None = None,
    priority: int | None = None,
) -> TaskResult[Any]:
    """Ask for a registered job inside the caller's transaction; nothing runs before its commit.

    `arguments` are JSON values by parameter name. While a job with the same `unique_key` waits or
    runs, that job is given back and no second one made. Raises LookupError for an unknown name.
    """
    task = task_named(name).using(run_after=run_at, priority=priority)
    if isinstance(task, LeaseTask):
        task = replace(task, unique_key=unique_key)
    return task.get_backend().enqueue(task, (), dict(arguments or {}))
