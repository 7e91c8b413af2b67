"""How a piece of work is measured: wall time, processor time, and the memory it needed at most."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Row:
    """A line of the table: what was done, what is wanted, what was measured, and the ratio.

    `ratio` is "–" where nothing was measured beside it in the same run.
    """

    what: str
    goal: str
    measured: str
    ratio: str = "–"
    on: str = ""
    machine: str = ""

    def as_json(self) -> dict[str, str]:
        """The line as plain texts."""
        return asdict(self)


@dataclass(frozen=True)
class Timing:
    """Times of one piece of work done several times, in seconds.

    `processor` is what the process itself used of a core: on a machine that others use as well
    it moves much less than the time on the wall, so ratios are made of it.
    """

    wall: Sequence[float]
    processor: Sequence[float]

    @property
    def median(self) -> float:
        """The median time on the wall."""
        return statistics.median(self.wall)

    @property
    def high(self) -> float:
        """The 95th percentile of the time on the wall; the longest where there are few."""
        ordered = sorted(self.wall)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]

    @property
    def used(self) -> float:
        """The median of the processor time."""
        return statistics.median(self.processor)


def timed(
    work: Callable[[], Any],
    times: int = 5,
    warm: int = 1,
    clock: Callable[[], float] = time.process_time,
) -> Timing:
    """Do the work `times` times, after `warm` times that do not count; `clock` tells the processor
    time, by default that of this process."""
    for _time in range(warm):
        work()
    wall, processor = [], []
    for _time in range(times):
        gc.collect()
        start, used = time.perf_counter(), clock()
        work()
        wall.append(time.perf_counter() - start)
        processor.append(clock() - used)
    return Timing(wall, processor)


def peak_megabytes() -> float:
    """The most memory that this process ever held, in MB; of a fresh process for each group."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024 / 1024


def machine() -> str:
    """Number of cores and size of memory, with the load that others made: what the times depend on."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    memory = round(pages * size / 2**30)
    return f"{os.cpu_count()} cores, {memory} GB; load {os.getloadavg()[0]:.1f}"


def stamped(row: Row) -> Row:
    """The line with the day and the machine of now."""
    return Row(
        row.what,
        row.goal,
        row.measured,
        row.ratio,
        datetime.now().astimezone().date().isoformat(),
        machine(),
    )


def seconds(value: float) -> str:
    """A time as a reader takes it in: `3.2 µs`, `14 ms`, `1.6 s`."""
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.0f} ns"


def times(value: float) -> str:
    """A ratio in three figures."""
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
