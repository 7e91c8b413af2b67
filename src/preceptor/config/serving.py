"""`preceptor serve`: a web server and a worker side by side; when one ends, both do."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click


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


def _end_with_parent() -> None:
    """Have the kernel stop this process when the one that started it dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def port_is_free(port: int) -> bool:
    """Whether nothing listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def run(port: int) -> int:
    """Serve until stopped; gives 0 when stopped by a person, else the exit code of what ended."""
    signal.signal(signal.SIGTERM, _end)
    children = [
        subprocess.Popen(
            command, env=os.environ.copy(), start_new_session=True, preexec_fn=_end_with_parent
        )
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


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True,
              help="Port of the web server.")  # fmt: skip
def serve(port: int) -> None:
    """Run the web server and the worker on the database that is there, until stopped."""
    if not port_is_free(port):
        click.echo(f"preceptor: port {port} is taken. Choose another with --port.", err=True)
        sys.exit(1)
    sys.exit(run(port))
