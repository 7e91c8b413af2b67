"""The command without its start: a process that has loaded the product, and forks for each call.

A start costs more than most commands do. What a call meets is a process of its own all the same: its
words, its environment, its exit code, its output and the message of an unexpected fault. What a command
reads of its environment while the product is loaded (PRECEPTOR_HOME, DATABASE_URL) is the server's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

#: Loaded by commands when they need them.
LATER = (
    "preceptor.config.urls", "preceptor.demo.extension", "preceptor.demo.preparation",
    "preceptor.jobs.importers.roster.taking", "preceptor.policy.mutants",
    "preceptor.reports.actions",
)  # fmt: skip


def environment_of(home: Path) -> dict[str, str]:
    """The environment of an English terminal with this PRECEPTOR_HOME."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    return kept | {"PRECEPTOR_HOME": str(home), "LC_ALL": "C.UTF-8"}


class CommandServer:
    """A running server for the homes of one environment."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What `python -m preceptor` with these words does and says."""
        with tempfile.TemporaryDirectory(prefix="preceptor-call-") as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            call = {"words": words, "environment": environment, "out": str(out), "err": str(err)}
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.write(json.dumps(call) + "\n")
            self._process.stdin.flush()
            code = self._process.stdout.readline()
            assert code, "The server of commands has ended."
            return subprocess.CompletedProcess(
                list(words), int(code), out.read_text("utf-8"), err.read_text("utf-8")
            )


@contextmanager
def command_server(environment: Mapping[str, str]) -> Iterator[CommandServer]:
    """A server in this environment; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-P", __file__], env=environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        yield CommandServer(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def _serve() -> bool:
    """Answer each call with its exit code; True in the child that is to be the command."""
    for line in sys.stdin:
        call = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(call["words"], call["environment"], call["out"], call["err"])
            return True
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return False


def _become(words: list[str], environment: dict[str, str], out: str, err: str) -> None:
    os.environ.update(environment)
    sys.argv = ["preceptor", *words]
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)


def _load() -> None:
    from importlib import import_module

    import django

    from preceptor.config import command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preceptor.config.settings")
    django.setup()
    command._wire()
    for name in LATER:
        import_module(name)


if __name__ == "__main__":
    _load()
    if _serve():
        from preceptor.config.command import main

        main()
