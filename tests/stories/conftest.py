"""One running demo institution for all stories, and people who use it in a real browser."""

# The product runs in processes of its own here: nothing of it is imported into the tests.

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import schema
from stories.visitor import Visitor

PORTS = range(8130, 8140)
PASSWORD = "preceptor-demo"
Arrive = Callable[..., Visitor]


def _environment(home: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE")
    }
    source = Path(__file__).resolve().parents[2] / "src"
    return kept | {"PRECEPTOR_HOME": str(home), "PYTHONPATH": str(source)}


def _free_port() -> int:
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    pytest.fail("No port from 8130 to 8139 is free for the server of the stories.")


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "The server ended before it answered."
        try:
            with urllib.request.urlopen(f"{address}/health/?format=json", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The server did not answer within a minute.")


@pytest.fixture(scope="session")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PRECEPTOR_HOME with the whole demo institution, judged, frozen and reported."""
    home = tmp_path_factory.mktemp("town")
    schema.put_into(home, request.config)
    command = [sys.executable, "-m", "preceptor", "demo", "--once"]
    made = subprocess.run(command, env=_environment(home), capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    return home


@pytest.fixture(scope="session")
def served(town: Path) -> Iterator[str]:
    """The address of web server and worker as `preceptor serve` runs them; both end with the tests."""
    port = _free_port()
    command = [sys.executable, "-m", "preceptor", "serve", "--port", str(port)]
    with (town / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=_environment(town), stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
    said = (town / "serve.log").read_text()
    assert "Traceback" not in said, said[-4000:]


@pytest.fixture
def arrive(browser: Any, served: str, tmp_path: Path) -> Iterator[Arrive]:
    """Gives a visitor who has signed in with the account; what went wrong on the way fails."""
    arrived: list[Visitor] = []

    def signed_in(login: str, *, language: str = "zh-CN", phone: bool = False) -> Visitor:
        visitor = Visitor(browser, served, tmp_path, language=language, phone=phone)
        arrived.append(visitor)
        visitor.sign_in(login, PASSWORD)
        return visitor

    yield signed_in
    for visitor in arrived:
        visitor.leave()
    faults = [fault for visitor in arrived for fault in visitor.faults]
    assert not faults
