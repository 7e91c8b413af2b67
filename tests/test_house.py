"""The house stands: what no other tool can see of its rooms, floors and habits."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from preceptor.base.encryption import EncryptedDateField, EncryptedTextField
from preceptor.base.privacy import HOUSEKEEPING, NOT_PERSONAL, Privacy

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "preceptor"
LONGEST_FILE = 600
LONGEST_FUNCTION = 50

#: Foreign keys between rooms of one floor: (from, to), each one way only.
SIBLINGS = frozenset({("joint", "training"), ("fellows", "joint")})
#: Tables of Django's own that a record may point to.
OUTSIDE = {"auth"}
RECORD_ROOMS = {
    "institutions", "people", "admission", "training", "supervisors", "calls", "joint", "fellows",
}  # fmt: skip
ROOM_NAMES = {
    "__init__", "access", "actions", "apps", "choices", "events", "locale", "migrations", "models",
    "queries",
}  # fmt: skip
#: Names that one room has beside those that all have.
OWN_NAMES = {
    ("people", "names"),
    ("calls", "registry"),
    ("calls", "ports"),
    ("fellows", "agreements"),
    ("fellows", "asking"),
    ("fellows", "charter"),
    ("fellows", "clock"),
    ("fellows", "dossiers"),
    ("fellows", "flow"),
    ("fellows", "ports"),
    ("fellows", "states"),
    ("fellows", "waiting"),
    ("training", "states"),
    ("training", "asking"),
    ("training", "composing"),
    ("training", "interests"),
    ("training", "ports"),
    ("joint", "evidence"),
    ("joint", "settling"),
    ("joint", "under"),
    ("joint", "waiting"),
}
HEAVY = ("pyarrow", "duckdb", "ortools", "pandas", "pypinyin", "icalendar", "xlsxwriter")
#: What only the REST interface needs: loaded at the first request to it.
LATE = ("ninja", "pydantic", "preceptor.api.interface")
LOOKED_FOR = (
    ast.Attribute, ast.Call, ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef, ast.Import,
    ast.ImportFrom, ast.alias,
)  # fmt: skip
TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext",
               "pgettext_lazy", "npgettext", "npgettext_lazy"}  # fmt: skip


@cache
def floors() -> dict[str, int]:
    """The floor of each room, counted from the ground, as import-linter's contract has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        room.strip(" ()"): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def sources(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file that a test here looks for, found in one walk."""
    tree = ast.parse(path.read_text(), filename=str(path))
    return tuple(node for node in ast.walk(tree) if isinstance(node, LOOKED_FOR))


@pytest.fixture(scope="module", autouse=True)
def _forget_the_nodes() -> Iterator[None]:
    """What is kept makes every later collection of garbage slower."""
    yield
    nodes.cache_clear()


def place(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("preceptor.")]


def relations() -> Iterator[tuple[str, str, str]]:
    for model in our_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created:
                target = field.related_model
                assert isinstance(target, type), f"{model.__name__}.{field.name} is generic"
                yield (
                    model._meta.app_label,
                    target._meta.app_label,
                    f"{model.__name__}.{field.name}",
                )


def may_point(room: str, target: str) -> bool:
    if room == target or target in OUTSIDE or (room, target) in SIBLINGS:
        return True
    return target in floors() and floors()[target] < floors()[room]


def test_foreign_keys_point_down_the_floors() -> None:
    found = list(relations())
    assert len(found) > 50
    assert [name for room, target, name in found if not may_point(room, target)] == []


def test_a_foreign_key_up_or_across_would_be_seen() -> None:
    assert may_point("training", "people")
    assert not may_point("people", "training")
    assert not may_point("training", "supervisors")
    assert not may_point("training", "contenttypes")


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    templates = (PACKAGE / "web" / "templates").rglob("*.html")
    every = [*sources(PACKAGE, ROOT / "tests", ROOT / "tools"), *templates]
    long = [place(path) for path in every if path.read_text().count("\n") > LONGEST_FILE]
    assert long == []


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [
        f"{place(path, node)} {node.name}"
        for path in sources(PACKAGE)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_each_record_room_has_only_the_names_that_all_rooms_have() -> None:
    strange = [
        place(path)
        for room in RECORD_ROOMS
        for path in (PACKAGE / room).iterdir()
        if path.name != "__pycache__"
        and path.stem not in ROOM_NAMES
        and (room, path.stem) not in OWN_NAMES
    ]
    assert strange == []


def columns_without_privacy(model: type[models.Model]) -> list[str]:
    privacy = getattr(model, "privacy", None)
    if privacy is None:
        return ["privacy"]
    if privacy is NOT_PERSONAL:
        return []
    columns = {field.name for field in model._meta.concrete_fields} - HOUSEKEEPING
    wrong = [name for name, degree in privacy.items() if not isinstance(degree, Privacy)]
    return sorted(columns ^ (privacy.keys() - HOUSEKEEPING)) + wrong


def test_every_sensitive_column_is_encrypted_at_rest() -> None:
    encrypted = (EncryptedTextField, EncryptedDateField)
    sensitive = [
        model._meta.get_field(name)
        for model in apps.get_models()
        if model.__module__.startswith("preceptor.")
        for name, degree in getattr(model, "privacy", {}).items()
        if degree is Privacy.SENSITIVE
    ]
    assert sensitive
    assert [str(field) for field in sensitive if not isinstance(field, encrypted)] == []


def test_every_column_that_speaks_of_a_person_has_a_privacy_class() -> None:
    left_out = [
        f"{model.__name__}.{column}"
        for model in our_models()
        for column in columns_without_privacy(model)
    ]
    assert left_out == []


def test_pages_begin_from_what_the_reader_may_see() -> None:
    around = [
        place(path, node)
        for path in sources(PACKAGE / "web" / "pages")
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert around == []


def imported(path: Path) -> Iterator[tuple[ast.AST, str, str]]:
    """Every import of a file: the node, the module, the name taken from it."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, node.module or "", alias.name) for alias in node.names)


def test_no_foreign_key_points_to_any_table_at_will() -> None:
    generic = [
        place(path, node)
        for path in sources(PACKAGE)
        for node, module, _ in imported(path)
        if module.startswith("django.contrib.contenttypes")
    ]
    assert generic == []


def test_nothing_in_the_house_listens_to_signals() -> None:
    listening = [
        place(path, node)
        for path in sources(PACKAGE)
        for node, module, name in imported(path)
        if module.startswith("django.dispatch") or name in {"receiver", "Signal"}
    ]
    for path in sources(PACKAGE):
        signals = {name for _, module, name in imported(path) if module.endswith("signals")}
        listening += [
            place(path, node)
            for node in nodes(path)
            if isinstance(node, ast.Attribute)
            and node.attr == "connect"
            and isinstance(node.value, ast.Name)
            and node.value.id in signals
        ]
    assert listening == []


def makes_mandate(node: ast.AST) -> bool:
    """A call of `Mandate`, by whatever path it is reached."""
    if not isinstance(node, ast.Call):
        return False
    named = node.func
    return (isinstance(named, ast.Name) and named.id == "Mandate") or (
        isinstance(named, ast.Attribute) and named.attr == "Mandate"
    )


def test_only_the_engine_of_cases_makes_a_mandate() -> None:
    made = [path for path in sources(PACKAGE) for node in nodes(path) if makes_mandate(node)]
    engine = PACKAGE / "cases" / "actions"
    assert made
    assert [place(path) for path in made if engine not in path.parents] == []
    renamed = [
        place(path, node)
        for path in sources(PACKAGE)
        for node in nodes(path)
        if isinstance(node, ast.alias) and node.name == "Mandate" and node.asname
    ]
    assert renamed == []


def broad(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})
        for kind in kinds
    )


def test_no_fault_is_swallowed_whatever_it_may_be() -> None:
    swallowed = [
        place(path, node)
        for path in sources(PACKAGE, ROOT / "tests", ROOT / "tools")
        for node in nodes(path)
        if broad(node)
    ]
    assert swallowed == []


def untranslatable(node: ast.AST) -> bool:
    """A call that asks for the translation of something other than a plain text."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
        return False
    first = node.args[0]
    return node.func.id in TRANSLATORS and not (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    )


def test_what_is_translated_is_a_plain_text_that_a_catalogue_can_hold() -> None:
    wrong = [
        place(path, node)
        for path in sources(PACKAGE)
        if any(module.startswith("django.utils.translation") for _, module, _ in imported(path))
        for node in nodes(path)
        if untranslatable(node)
    ]
    assert wrong == []


#: One process: what is loaded with the web process, with a page of it, with the interface.
ASKED = """
import sys
import preceptor.config.wsgi, preceptor.config.urls
from django.test import Client
def tell(*names):
    print(*[name for name in names if name in sys.modules], sep=",")
def ask(address):
    answer = Client(SERVER_NAME="localhost").get(address)
    assert answer.status_code == 200, answer.status_code
tell(*{heavy!r})
ask("/sign-in/")
tell(*{late!r})
ask("/api/v1/openapi.json")
tell(*{late!r})
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Which modules a process of its own had loaded: at its start, after a page, after a call."""
    environment = {
        **os.environ,
        "PRECEPTOR_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "preceptor.config.settings",
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKED.format(heavy=HEAVY, late=LATE)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def test_the_web_process_loads_none_of_the_heavy_libraries(loaded: list[str]) -> None:
    assert loaded[0] == ""


def test_a_page_needs_nothing_of_the_interface_for_programs(loaded: list[str]) -> None:
    assert loaded[1] == ""
    assert loaded[2] == ",".join(LATE)
