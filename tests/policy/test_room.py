"""The room of the rule engine stays small enough to be carried elsewhere."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import preceptor.policy

ROOM = Path(preceptor.policy.__file__).parent
TOML = {"loading.py": {"tomli"}, "writing.py": {"tomli_w"}}
ALLOWED = {*sys.stdlib_module_names, "numpy", "preceptor"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_engine_imports_the_standard_library_numpy_itself_and_for_toml_a_reader_and_a_writer() -> (
    None
):
    for path in ROOM.glob("*.py"):
        for name in imported(path):
            own = TOML.get(path.name, set())
            assert name.partition(".")[0] in ALLOWED | own, (path.name, name)
            if name.startswith("preceptor"):
                assert name.startswith("preceptor.policy"), (path.name, name)


def test_the_engine_never_runs_text_of_a_pack() -> None:
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            assert not (isinstance(called, ast.Name) and called.id in ("eval", "exec", "compile"))
            assert not (
                isinstance(called, ast.Attribute) and called.attr in ("format", "format_map")
            )
