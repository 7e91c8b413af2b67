"""The secrets of an installation, made by whichever process starts first."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from preceptor.config import home as home_module
from preceptor.config.home import secret

PROGRAM = "from preceptor.config.home import secret; print(secret('encryption', 'key'))"


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECEPTOR_HOME", str(tmp_path))
    return tmp_path


def test_all_who_start_together_read_the_one_secret(tmp_path: Path) -> None:
    for attempt in range(200):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PRECEPTOR_HOME", str(tmp_path / str(attempt)))
            with ThreadPoolExecutor(4) as starters:
                read = set(starters.map(lambda _: secret("session"), range(4)))
        assert len(read) == 1 and len(read.pop()) > 60


def test_processes_that_start_together_read_the_one_secret(tmp_path: Path) -> None:
    environment = {**os.environ, "PRECEPTOR_HOME": str(tmp_path)}

    def start(_number: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment,
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip

    with ThreadPoolExecutor(4) as starters:
        assert len({*starters.map(start, range(4))} - {""}) == 1


def test_a_secret_stays_as_it_was_made(empty_home: Path) -> None:
    assert secret("session") == secret("session")
    kept = empty_home / "secrets" / "session"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["session"]


def test_a_secret_not_yet_whole_is_in_nobodys_way(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(home_module.os, "link", die)
    with pytest.raises(KeyboardInterrupt):
        secret("session")
    monkeypatch.undo()
    monkeypatch.setenv("PRECEPTOR_HOME", str(empty_home))
    assert len(secret("session")) > 60


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PRECEPTOR_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SystemExit, match=r"cannot be written .* Set PRECEPTOR_HOME"):
        secret("session")
