"""Refuses a lock file that names where a package was fetched from, or leaves out its hash."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = re.compile(r"https?:|file:|://|@ |--(?:extra-)?index-url|--find-links|--trusted[-]host|-i ")
PIN = re.compile(r"^[A-Za-z0-9._-]+(?:\[[^\]]*\])?==")


def faults(name: str, text: str) -> list[str]:
    """What is wrong with a lock file of Python packages, one line for each fault."""
    found = [
        f"{name}:{number}: names a place: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if PLACE.search(line.partition("#")[0])
    ]
    for entry in re.split(r"\n(?=\S)", text):
        if PIN.match(entry) and "--hash=sha256:" not in entry:
            found.append(f"{name}: no hash: {entry.splitlines()[0]}")
    return found


def npm_faults(name: str, text: str) -> list[str]:
    """What is wrong with a lock file of npm packages."""
    return [
        f"{name}:{number}: names a place: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if '"resolved"' in line
    ]


def main() -> int:
    """Look at every lock file of the checkout."""
    found: list[str] = []
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        found += faults(path.name, path.read_text())
    for path in sorted(ROOT.glob("package-lock.json")):
        found += npm_faults(path.name, path.read_text())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
