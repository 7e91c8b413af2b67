"""Lock files hold hashes and name no place."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "locks.py"
found = importlib.util.spec_from_file_location("tools_locks", SCRIPT)
assert found is not None
assert found.loader is not None
locks = importlib.util.module_from_spec(found)
found.loader.exec_module(locks)

GOOD = """asgiref==3.8.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via django
psycopg[binary,pool]==3.2.1 \\
    --hash=sha256:cc
"""


def test_pins_with_hashes_pass() -> None:
    assert locks.faults("run.txt", GOOD) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-" + "index-url file:" + "///wheels",
        "--find-links /wheels",
        "-i packages",
        "tool @ https://packages.example/tool.whl",
    ],
)
def test_a_lock_file_that_names_a_place_is_refused(line: str) -> None:
    assert len(locks.faults("run.txt", f"{line}\n{GOOD}")) == 1


def test_a_pin_without_a_hash_is_refused() -> None:
    assert locks.faults("run.txt", GOOD + "click==8.1.7\n    # via preceptor\n") == [
        "run.txt: no hash: click==8.1.7"
    ]


def test_an_npm_lock_that_names_a_registry_is_refused() -> None:
    line = '  "resolved": "https://packages.example/htmx.tgz",'
    assert len(locks.npm_faults("package-lock.json", line)) == 1
