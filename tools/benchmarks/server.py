"""The processor time of a PostgreSQL server on this machine, which does the work of a question."""

from __future__ import annotations

import os
import time
from pathlib import Path

#: Fields of /proc/<pid>/stat after the name of the program: the parent, own time, that of ended children.
_PARENT, _OWN, _ENDED = 1, slice(11, 13), slice(13, 15)


def seconds() -> float:
    """What this process and, on PostgreSQL, all processes of the server have used of a core.

    In steps of a hundredth of a second. Raises FileNotFoundError for a server of another machine.
    """
    from django.db import connection

    own = time.process_time()
    if connection.vendor == "sqlite":
        return own
    connection.ensure_connection()
    head = int(_fields(connection.connection.info.backend_pid)[_PARENT])
    ticks = _sum(_fields(head), _OWN) + _sum(_fields(head), _ENDED)
    ticks += sum(_sum(found, _OWN) for found in _processes() if int(found[_PARENT]) == head)
    return own + ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> list[list[str]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.append(_fields(int(folder.name)))
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended meanwhile.
    return found


def _fields(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _sum(fields: list[str], which: slice) -> int:
    return sum(map(int, fields[which]))
