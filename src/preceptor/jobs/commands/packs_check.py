"""`preceptor packs check`: what is wrong with pack files, and of which slips no example speaks."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.policy import Pack, PackError, layered, load_pack, load_pack_text, read_content
from preceptor.policy.differences import differences
from preceptor.policy.head import read_extends
from preceptor.policy.mutants import Mutant, mutants_of, survivors
from preceptor.standing.models import PackInForce
from preceptor.standing.packs import find, find_beside
from preceptor.standing.schema import SCHEMA

from .common import NO, WRONG_USE, format_option, print_json, reader_language, refuse
from .database import has_table

Heads = Mapping[Path, str]


@dataclass
class Report:
    """What was found of one file: the pack when it is right, else its first error."""

    file: Path
    pack: Pack | None = None
    error: PackError | None = None
    mutants: int = 0
    living: Sequence[Mutant] = ()
    changes: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Whether the pack is right and all its mutants are told apart."""
        return self.error is None and not self.living


@click.command()
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True,
    type=click.Path(exists=True, path_type=Path),
)  # fmt: skip
@format_option
def check(paths: tuple[Path, ...], output: str) -> None:
    """Check the pack files in each PATH, a file or a folder: strictly, and against their mutants.

    A mutant is a rule with one slip in it, such as > for >=. Each must be told from its rule by an
    example. Ends with 1 when a pack is wrong or a mutant survives.
    """
    files = pack_files(paths)
    if not files:
        refuse(_("There are no pack files (*.toml) in the places given."), WRONG_USE)
    heads = {path: known for path in files if (known := _id_in(path))}
    reports = [report_on(path, heads) for path in files]
    if output == "json":
        print_json([as_data(report) for report in reports])
    else:
        for report in reports:
            click.echo("\n".join(lines_of(report)))
    if not all(report.is_right for report in reports):
        sys.exit(NO)


def pack_files(paths: Sequence[Path]) -> list[Path]:
    """The files given, and all pack files below the folders given, each once."""
    found = [
        file
        for path in paths
        for file in (sorted(path.rglob("*.toml")) if path.is_dir() else [path])
    ]
    return list({file.resolve(): file for file in found}.values())


def _id_in(path: Path) -> str:
    """The id of a pack file that is no change of another; empty when it has none or is unreadable."""
    try:
        head = read_content(path.read_text(encoding="utf-8")).get("pack")
    except (OSError, UnicodeDecodeError, PackError):
        # What is wrong with the file is said when it is checked itself.
        return ""
    return str(head.get("id", "")) if isinstance(head, dict) else ""


def report_on(path: Path, heads: Heads) -> Report:
    """A file checked strictly, with the packs that it builds upon."""
    report = Report(path)
    try:
        base = base_of(path, heads, frozenset())
        pack = load_pack(path, SCHEMA, strict=True, base=base)
        check_replacements(pack, heads)
        report.mutants = sum(len(mutants_of(pack, rule)) for rule in pack.rules)
        report.living = survivors(pack)
    except PackError as error:
        error.file = error.file or str(path)
        report.error = error
        return report
    report.pack = pack
    report.changes = changes_of_base(pack, base) if base else []
    return report


def base_of(path: Path, heads: Heads, above: frozenset[Path]) -> Pack | None:
    """The base of an overlay: among the files given, else among the packs here; None without one.

    Raises PackError when the base itself is wrong.
    """
    wanted = _extends(path)
    if wanted is None:
        return None
    above |= {path.resolve()}
    for other, known in heads.items():
        if known == wanted and other.resolve() not in above:
            return load_pack(other, SCHEMA, base=base_of(other, heads, above))
    try:
        return find_beside(wanted, path)
    except InputRefused:
        # The loader says which base is absent, with the line that asks for it.
        return None


def _extends(path: Path) -> str | None:
    try:
        extends = read_extends(read_content(path.read_text(encoding="utf-8"), str(path)))
    except (OSError, UnicodeDecodeError, PackError):
        # The loader says what is wrong with the file.
        return None
    return extends.id if extends else None


def check_replacements(pack: Pack, heads: Heads) -> None:
    """Lay the pack over the packs whose parameters it replaces. Raises PackError when it may not."""
    uppers = [_upper(one, heads) for one in dict.fromkeys(known.pack for known in pack.replaces)]
    if uppers:
        layered([pack, *(upper for upper in uppers if upper is not None)])


def _upper(wanted: str, heads: Heads) -> Pack | None:
    for path, known in heads.items():
        if known == wanted and _extends(path) is None:
            return load_pack(path, SCHEMA)
    try:
        return find(wanted)
    except InputRefused:
        return None


def changes_of_base(pack: Pack, base: Pack) -> list[str]:
    """What changed in the base since the content that the overlay names, where that is kept here."""
    if pack.extends is None or pack.extends.hash in ("", base.hash):
        return []
    if not has_table(PackInForce._meta.db_table):
        return []
    held = PackInForce.objects.filter(hash=pack.extends.hash).values_list("text", flat=True).first()
    if held is None:
        return []
    old = load_pack_text(held, SCHEMA, file=base.id)
    return [change.sentence(reader_language()) for change in differences(old, base)]


def lines_of(report: Report) -> list[str]:
    """The report as a reader sees it."""
    if report.error is not None:
        return [report.error.text(reader_language())]
    assert report.pack is not None
    return [_summary(report, report.pack), *_changes(report), *_living(report)]


def _summary(report: Report, pack: Pack) -> str:
    return _(
        "%(file)s: %(pack)s %(version)s. Rules: %(rules)s, examples: %(examples)s, mutants: %(mutants)s, "
        "surviving: %(surviving)s."
    ) % {
        "file": report.file,
        "pack": pack.id,
        "version": pack.version,
        "rules": len(pack.rules),
        "examples": sum(len(rule.examples) for rule in pack.rules.values()),
        "mutants": report.mutants,
        "surviving": len(report.living),
    }


def _changes(report: Report) -> list[str]:
    if not report.changes:
        return []
    head = _("The base has changed since this overlay was written:")
    return [f"  {head}", *(f"    {change}" for change in report.changes)]


def _living(report: Report) -> list[str]:
    found = []
    for mutant in report.living:
        found += [f"  {mutant.sentence(reader_language())}", f"    {mutant.text}"]
    return found


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    pack = report.pack
    return {
        "file": str(report.file),
        "right": report.is_right,
        "pack": pack.id if pack else None,
        "version": pack.version if pack else None,
        "hash": pack.hash if pack else None,
        "rules": len(pack.rules) if pack else None,
        "mutants": report.mutants if pack else None,
        "error": _error(report.error) if report.error else None,
        "survivors": [_survivor(mutant) for mutant in report.living],
        "base_changes": report.changes,
    }


def _error(error: PackError) -> dict[str, Any]:
    return {
        "file": error.file,
        "line": error.line,
        "column": error.column,
        "where": error.where,
        "problem": error.problem,
        "message": error.sentence(reader_language()),
        "caret": error.caret,
    }


def _survivor(mutant: Mutant) -> dict[str, Any]:
    return {
        "rule": mutant.rule,
        "text": mutant.text,
        "what": mutant.what,
        "before": mutant.before,
        "after": mutant.after,
        "message": mutant.sentence(reader_language()),
    }
