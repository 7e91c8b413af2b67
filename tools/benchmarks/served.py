"""The same pages from the web server that the product starts: `preceptor serve`, two workers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from .homes import environment
from .measure import timed

PATIENCE = 60


@contextmanager
def server(home: Path) -> Iterator[tuple[int, subprocess.Popen[bytes], float]]:
    """The web server and worker on the folder: port, process, seconds until its first answer."""
    port = _free_port()
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "preceptor", "serve", "--port", str(port)], env=environment(home)
    )
    try:
        _await(port, process)
        yield port, process, time.perf_counter() - start
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the health page answers. Raises RuntimeError when the server ends, TimeoutError."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}.")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"No answer on port {port} within {PATIENCE} seconds.")


def pages(port: int, session: str, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Each page over one lasting connection, one reader at a time: median and 95th percentile."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"}

    def ask(path: str) -> None:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}.")

    found = {}
    for name, path in names.items():
        ask(path)
        start = time.perf_counter()
        ask(path)
        count = max(5, min(30, round(2 / (time.perf_counter() - start))))
        times = timed(lambda path=path: ask(path), times=count, warm=2)  # type: ignore[misc]
        found[name] = {"median": times.median, "high": times.high}
    return found


def proportional_megabytes(process: int) -> float:
    """The memory of the web server's processes, shared pages divided among who shares them."""
    total = 0.0
    for child in _descendants(process):
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        if b"gunicorn" in command:
            total += _proportional(child)
    return total


def _descendants(process: int) -> list[int]:
    found: list[int] = []
    left = [process]
    while left:
        here = left.pop()
        for thread in Path(f"/proc/{here}/task").iterdir():
            children = [int(word) for word in (thread / "children").read_text().split()]
            left += children
            found += children
    return found


def _proportional(process: int) -> float:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
