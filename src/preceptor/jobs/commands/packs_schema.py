"""`preceptor packs schema`: the subjects, columns and lists that rules may speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from django.utils.translation import gettext as _

from preceptor.policy.schema import Subject
from preceptor.policy.types import Enum, Number, Scalar, decode, type_name
from preceptor.standing.schema import SCHEMA

from .common import format_option, print_json, reader_language


@click.command()
@format_option
def schema(output: str) -> None:
    """Print what rules may speak of: subjects, their columns and lists, dates, gates.

    For each column also the type that it has in Parquet files.
    """
    answer = {
        "version": SCHEMA.version,
        "subjects": {name: subject_data(known) for name, known in SCHEMA.subjects.items()},
    }
    if output == "json":
        print_json(answer)
    else:
        click.echo("\n".join(line for one in SCHEMA.subjects.items() for line in lines_of(*one)))


def subject_data(declared: Subject) -> dict[str, Any]:
    """A subject as plain data."""
    return {
        "title": title(declared, ""),
        "columns": columns_data(declared, declared.columns, ""),
        "lists": {
            name: {
                "title": title(declared, name),
                "most": declared.rows(name).most,
                "columns": columns_data(declared, declared.rows(name).columns, f"{name}."),
            }
            for name in declared.lists
        },
        "dates": dict(declared.dates),
        "gates": list(declared.gates),
    }


def title(declared: Subject, path: str) -> dict[str, str]:
    """A title in both languages."""
    found = declared.title(path)
    return {"zh": found.zh, "en": found.en}


def columns_data(
    declared: Subject, columns: Mapping[str, Scalar], owner: str
) -> dict[str, dict[str, Any]]:
    """The columns of a subject, or of a list, by name."""
    return {name: column_data(declared, kind, owner + name) for name, kind in columns.items()}


def column_data(declared: Subject, kind: Scalar, path: str) -> dict[str, Any]:
    """A column: its type, bounds, names, unit, title, and its type in Parquet files."""
    # pyarrow is slow to import, and only this command of the group needs it.
    from preceptor.standing.bulk.cells import wanted

    found: dict[str, Any] = {
        "title": title(declared, path),
        "type": "enum" if isinstance(kind, Enum) else type_name(kind),
        "parquet": wanted(kind),
        "unit": declared.units.get(path, "none"),
    }
    if isinstance(kind, Enum):
        found["values"] = {name: title(declared, f"{path}.{name}") for name in kind.values}
    elif isinstance(kind, Number):
        found |= {"min": decode(kind, kind.low), "max": decode(kind, kind.high)}
    return found


def lines_of(name: str, declared: Subject) -> list[str]:
    """A subject as a reader sees it."""
    data = subject_data(declared)
    found = ["", f"{name}  {_worded(data['title'])}"]
    found += [_column(*column) for column in data["columns"].items()]
    for rows, known in data["lists"].items():
        most = _("at most %(most)s rows") % {"most": known["most"]}
        found.append(f"  {name}.{rows}  {_worded(known['title'])} ({most})")
        found += [f"  {_column(*column)}" for column in known["columns"].items()]
    dates = ", ".join(f"{role} = {column}" for role, column in data["dates"].items())
    found.append("  " + _("dates: %(dates)s") % {"dates": dates})
    if data["gates"]:
        found.append("  " + _("gates: %(gates)s") % {"gates": ", ".join(data["gates"])})
    return found


def _column(name: str, data: dict[str, Any]) -> str:
    words = [data["type"]]
    if "min" in data:
        words.append(f"{data['min']} … {data['max']}")
    if data["unit"] != "none":
        words.append(data["unit"])
    words.append(f"Parquet {data['parquet']}")
    words += [f"{name} ({_worded(known)})" for name, known in data.get("values", {}).items()]
    told = {"title": _worded(data["title"]), "value": "; ".join(words)}
    return f"  {name}  " + _("%(title)s: %(value)s") % told


def _worded(texts: dict[str, str]) -> str:
    return texts["zh" if reader_language().startswith("zh") else "en"]
