"""A PostgreSQL cluster of the tests' own, in a temporary folder, reached by a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST = 15
#: The cluster holds nothing that must outlive a run.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses="]


def programs() -> Path | None:
    """The folder of the newest PostgreSQL programs, 15 or later; None when there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    beside = shutil.which("initdb")
    new = [path for path in found if int(path.parent.name.split(".")[0]) >= OLDEST]
    if new:
        return max(new, key=lambda path: float(path.parent.name))
    return Path(beside).resolve().parent if beside else None


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `url` is its database for DATABASE_URL."""

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        return f"postgres:///{self.folder}/postgres"

    @property
    def _reached(self) -> tuple[str | Path, ...]:
        return ("-h", self.folder, "-U", _owner())

    def dump(self, database: str) -> bytes:
        """The tables of a database, as statements."""
        words = ("--no-owner", "--no-privileges", *self._reached, database)
        return _run(self.programs / "pg_dump", *words)

    def restore(self, database: str, dump: bytes) -> None:
        """Make the database with the tables of the dump."""
        _run(self.programs / "createdb", *self._reached, database)
        words = ("-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", *self._reached, "-d", database)
        _run(self.programs / "psql", *words, sent=dump)

    def stop(self) -> None:
        """End the server and remove its folder."""
        _run(self.programs / "pg_ctl", "stop", "-D", self.folder / "data", "-m", "immediate", "-w")
        shutil.rmtree(self.folder)


def start(where: Path) -> Cluster:
    """Make a cluster with a UTF-8 locale and start it, as an unprivileged user when root."""
    folder = Path(tempfile.mkdtemp(prefix="preceptor-pg-"))
    if os.getuid() == 0:
        account = _unprivileged()
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    _run(
        where / "initdb", "-D", data, "--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust",
        f"--username={_owner()}", "--no-sync",
    )  # fmt: skip
    options = " ".join([f"-k {folder}", *(f"-c {setting}" for setting in FAST)])
    _run(where / "pg_ctl", "start", "-D", data, "-w", "-o", options, "-l", folder / "log")
    return Cluster(folder, where)


def _owner() -> str:
    """The role of the database that the tests are."""
    return pwd.getpwuid(os.getuid()).pw_name


def _unprivileged() -> pwd.struct_passwd:
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(*command: str | Path, sent: bytes | None = None) -> bytes:
    """Run as an unprivileged user when root; gives what was said."""
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        account = _unprivileged()
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # A server that is started keeps what it inherits: it gets no pipe to speak into.
    is_start = "start" in command
    done = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        input=sent or b"",
        stdout=subprocess.DEVNULL if is_start else subprocess.PIPE,
        stderr=subprocess.DEVNULL if is_start else subprocess.PIPE,
        check=False,
        **as_user,
    )
    if done.returncode:
        said = (done.stdout or b"") + (done.stderr or b"")
        raise RuntimeError(f"{command[0]} failed: {said.decode()}")
    return done.stdout or b""
