"""A web server and a worker side by side; when one ends, both do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import FrameType


def _commands(port: int) -> list[list[str]]:
    web = [
        sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", f"127.0.0.1:{port}",
        "--workers", "2", "--threads", "4", "--worker-class", "gthread", "--preload",
        "--log-level", "warning", "preceptor.config.wsgi",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "preceptor", "worker"]
    return [web, worker]


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def serve(port: int) -> int:
    """Serve until stopped; gives 0 when stopped by a person, else the exit code of what ended."""
    signal.signal(signal.SIGTERM, _end)
    children = [
        subprocess.Popen(command, env=os.environ.copy(), start_new_session=True)
        for command in _commands(port)
    ]
    try:
        while True:
            for child in children:
                code = child.poll()
                if code is not None:
                    return code
            time.sleep(0.3)
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(children)
