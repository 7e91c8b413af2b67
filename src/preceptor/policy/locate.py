"""The line of a pack that an error speaks of: TOML's reader does not keep it."""

from __future__ import annotations

import re

from preceptor.policy.errors import PackError

TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def locate(text: str, fault: PackError) -> int | None:
    """The line (from 1) where the fault most likely stands; None when it cannot be told."""
    if fault.problem == "not_toml":
        match = TOML_LINE.search(fault.values["reason"])
        return int(match[1]) if match else None
    lines = text.splitlines()
    start = _start(lines, fault.where)
    if start is None:
        return None
    if fault.source is None:
        return start + 1
    following = range(start, len(lines))
    return next((place + 1 for place in following if fault.source in lines[place]), start + 1)


def _start(lines: list[str], where: str) -> int | None:
    kind, _, rest = where.partition(" ")
    name = rest.partition(",")[0]
    if kind in ("rule", "replace") and name.isdigit():
        heads = [place for place, line in enumerate(lines) if line.strip() == f"[[{kind}]]"]
        return heads[int(name) - 1] if int(name) <= len(heads) else None
    owner, _, last = name.rpartition(".")
    patterns = {
        "rule": rf'\s*id\s*=\s*["\']{re.escape(name)}["\']',
        "param": rf'\s*\[param\."?{re.escape(name)}"?\]',
        "source": rf'\s*\[source\."?{re.escape(name)}"?\]',
        "fact": rf"\s*{re.escape(last)}\s*=|\s*\[fact\.{re.escape(owner)}\.{re.escape(last)}\]",
        "pack": r"\s*\[pack\]",
        "replace": rf'\s*param\s*=\s*["\']{re.escape(name.rpartition(" ")[2])}["\']',
    }
    if kind not in patterns:
        return None
    pattern = re.compile(patterns[kind])
    return next((place for place, line in enumerate(lines) if pattern.match(line)), None)
