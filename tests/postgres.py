"""A PostgreSQL cluster of the tests' own, in a temporary folder, reached by a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

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
        f"--username={pwd.getpwuid(os.getuid()).pw_name}", "--no-sync",
    )  # fmt: skip
    options = " ".join([f"-k {folder}", *(f"-c {setting}" for setting in FAST)])
    _run(where / "pg_ctl", "start", "-D", data, "-w", "-o", options, "-l", folder / "log")
    return Cluster(folder, where)


def _unprivileged() -> pwd.struct_passwd:
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _run(*command: str | Path) -> None:
    as_user: dict[str, object] = {}
    if os.getuid() == 0:
        account = _unprivileged()
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
        **as_user,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stdout or b'').decode()}")
