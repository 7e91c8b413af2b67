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
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import schema
from stories.days import DAY, morning
from stories.visitor import Visitor

PORTS = range(8130, 8140)
PASSWORD = "preceptor-demo"
Arrive = Callable[..., Visitor]


def _elapsed() -> float:
    """Seconds on the clock that no process moves."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


#: When the clock of all stories was set to the morning of their day.
BEGAN = _elapsed()


def _environment(home: Path, at: datetime | None = None) -> dict[str, str]:
    """The environment of a process of the product: it is the day of the stories, or the instant."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE")
    }
    here = Path(__file__).resolve()
    paths = (here.parents[2] / "src", here.parent / "clock")
    return kept | {
        "PRECEPTOR_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        "STORY_TIME": (at or morning(DAY)).isoformat(),
        "STORY_SET": str(BEGAN if at is None else _elapsed()),
    }


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


def _found(home: Path, *options: str) -> None:
    command = [sys.executable, "-m", "preceptor", "demo", "--once", *options]
    made = subprocess.run(command, env=_environment(home), capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="session")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PRECEPTOR_HOME with the whole demo institution, judged, frozen and reported."""
    home = tmp_path_factory.mktemp("town")
    schema.put_into(home, request.config)
    _found(home)
    return home


@contextmanager
def _running(home: Path, environment: dict[str, str]) -> Iterator[str]:
    """Web server and worker on a home, as `preceptor serve` runs them; gives the address."""
    port = _free_port()
    command = [sys.executable, "-m", "preceptor", "serve", "--port", str(port)]
    with (home / "serve.log").open("ab") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
    said = (home / "serve.log").read_text()
    assert "Traceback" not in said, said[-4000:]


@pytest.fixture(scope="session")
def served(town: Path) -> Iterator[str]:
    """The address of web server and worker as `preceptor serve` runs them; both end with the tests."""
    with _running(town, _environment(town)) as address:
        yield address


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


class Years:
    """A small demo institution whose days a story lets pass: each step is a restart of its server."""

    def __init__(self, home: Path, browser: Any, folder: Path) -> None:
        self.home = home
        self.address = ""
        self._browser = browser
        self._folder = folder
        self._server = ExitStack()
        self._arrived: list[Visitor] = []

    def turn_to(self, day: date) -> None:
        """It is nine in the morning of this day, for web server and worker; who was there has left."""
        self.close()
        environment = _environment(self.home, morning(day))
        self.address = self._server.enter_context(_running(self.home, environment))

    def arrive(self, login: str, *, language: str = "zh-CN", phone: bool = False) -> Visitor:
        """A visitor who has signed in with the account."""
        visitor = self.comes(language=language, phone=phone)
        visitor.sign_in(login, PASSWORD)
        return visitor

    def comes(self, *, language: str = "zh-CN", phone: bool = False) -> Visitor:
        """A visitor who has no account, or not yet."""
        visitor = Visitor(self._browser, self.address, self._folder, language=language, phone=phone)
        self._arrived.append(visitor)
        return visitor

    def run(self, *arguments: str) -> str:
        """What a command of the product prints on this institution, on the day of the stories."""
        command = [sys.executable, "-m", "preceptor", *arguments]
        ran = subprocess.run(
            command, env=_environment(self.home), capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def close(self) -> None:
        """Everybody leaves and the server ends; what went wrong on the way fails."""
        faults = [fault for visitor in self._arrived for fault in visitor.faults]
        for visitor in self._arrived:
            visitor.leave()
        self._arrived.clear()
        self._server.close()
        assert not faults


@pytest.fixture(scope="session")
def small_town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PRECEPTOR_HOME with a tenth of the demo institution, for stories that last years."""
    home = tmp_path_factory.mktemp("small_town")
    schema.put_into(home, request.config)
    _found(home, "--scale", "0.1")
    return home


@pytest.fixture
def years(browser: Any, small_town: Path, tmp_path: Path) -> Iterator[Years]:
    """The small institution as the last story left it but with a clock of this story's own."""
    lived = Years(small_town, browser, tmp_path)
    yield lived
    lived.close()
