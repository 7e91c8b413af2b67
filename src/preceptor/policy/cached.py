"""Facts of many records kept, so that another value of a parameter is judged without their rows."""

from __future__ import annotations

import datetime
import json
import struct
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preceptor.policy import tree
from preceptor.policy.batch import Array, Batch, Cells, Mask, storage
from preceptor.policy.errors import PackError
from preceptor.policy.evaluate import CHUNK, Codes
from preceptor.policy.facts import Fact
from preceptor.policy.pack import Pack
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run, Value
from preceptor.policy.tree import Lookup, Membership, Node, ParameterValue
from preceptor.policy.values import Interval, Truth

#: Records that are judged at a time: few enough for a processor's cache.
AT_ONCE = 131_072
ABOUT = "about"


@dataclass(frozen=True, eq=False)
class Facts:
    """The columns and the facts of records of one subject, in the order of their batch.

    ``definitions`` says by name how each fact was computed. Waivers are not kept: whoever judges by
    these facts turns the waived fails itself.
    """

    subject: str
    on: datetime.date
    count: int
    columns: Mapping[str, Cells]
    values: Mapping[str, Value]
    definitions: Mapping[str, str]

    def __len__(self) -> int:
        return self.count

    def save(self, path: Path) -> None:
        """Write them to an ``.npz`` file, uncompressed, so that parts of it can be mapped."""
        arrays = {ABOUT: np.frombuffer(self._about(), dtype=np.uint8)}
        for name, cells in self.columns.items():
            arrays |= _named(f"column.{name}", {"values": cells.values, "known": cells.known})
        for name, value in self.values.items():
            arrays |= _named(f"fact.{name}", _ends(value))
        np.savez(path, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path, mmap: bool = False) -> Facts:
        """Read them back; with ``mmap`` an array is read from the disk when it is looked at."""
        arrays = dict(_mapped(path)) if mmap else _loaded(path)
        about = json.loads(arrays[ABOUT].tobytes())
        return cls(
            about["subject"],
            datetime.date.fromisoformat(about["on"]),
            about["count"],
            {
                name: Cells(arrays[f"column.{name}.values"], arrays.get(f"column.{name}.known"))
                for name in about["columns"]
            },
            {name: _value(f"fact.{name}", arrays) for name in about["definitions"]},
            about["definitions"],
        )

    def _about(self) -> bytes:
        about = {
            "subject": self.subject,
            "on": self.on.isoformat(),
            "count": self.count,
            "columns": list(self.columns),
            "definitions": dict(self.definitions),
        }
        return json.dumps(about).encode()


def facts_of(pack: Pack, batch: Batch) -> Facts:
    """All facts of the pack on the batch's subject, computed once for all records."""
    facts = pack.facts.get(batch.subject, {})
    parts: dict[str, list[Value]] = {name: [] for name in facts}
    sizes = []
    for _start, part in batch.chunks(CHUNK):
        run = Run(part)
        sizes.append(len(part))
        for name, fact in facts.items():
            parts[name].append(run.value(tree.fact_value(fact)))
    values = {name: _joined(facts[name], found, sizes) for name, found in parts.items()}
    definitions = {name: definition(fact) for name, fact in facts.items()}
    return Facts(batch.subject, batch.on, len(batch), batch.columns, values, definitions)


def evaluate_cached(pack: Pack, facts: Facts, rules: Collection[str]) -> dict[str, Codes]:
    """The verdicts of rules of the facts' subject, as ``evaluate`` gives them without waivers.

    Raises PackError when the pack defines a fact that they use in another way than it was computed.
    """
    chosen = [rule for rule in pack.rules_of(facts.subject) if rule.id in rules]
    for rule in chosen:
        _refuse_other_facts(rule, facts)
    found = {rule.id: np.empty(len(facts), dtype=np.uint8) for rule in chosen}
    for start in range(0, len(facts), AT_ONCE):
        stop = min(start + AT_ONCE, len(facts))
        run = _run(pack, facts, chosen, start, stop)
        for rule in chosen:
            found[rule.id][start:stop] = run.verdict(rule)
    return found


def definition(fact: Fact) -> str:
    """How a fact is computed, with all that it depends on beside the records."""
    where = fact.where.tree if fact.where is not None else None
    nodes = [] if where is None else tree.walk(where)
    used = sorted({_dated(node) for node in nodes} - {""})
    return "; ".join([fact.aggregate, fact.source, where.key if where else "", *used])


def _dated(node: Node) -> str:
    """The values of the parameter that a part of a ``where`` names; empty when it names none."""
    parameter = node.options.parameter if isinstance(node, Membership) else None
    if isinstance(node, ParameterValue | Lookup):
        parameter = node.parameter
    if parameter is None:
        return ""
    steps = zip(parameter.since, (step.value for step in parameter.steps), strict=True)
    return f"{parameter.name} by {parameter.bind}: {list(steps)}"


def _refuse_other_facts(rule: Rule, facts: Facts) -> None:
    for fact in rule.facts:
        if facts.definitions.get(fact.name) != definition(fact):
            raise PackError("facts_differ", name=fact.name).placed(rule.id)


def _run(pack: Pack, facts: Facts, rules: list[Rule], start: int, stop: int) -> Run:
    """A run over some of the records, to which the facts are known already."""
    columns = {name: cells.part(start, stop) for name, cells in facts.columns.items()}
    keys = [""] * (stop - start)
    run = Run(Batch(pack.schema, facts.subject, keys, columns, {}, facts.on))
    for name in {fact.name for rule in rules for fact in rule.facts}:
        run.found["", name] = _part(facts.values[name], start, stop)
    return run


def _part(value: Value, start: int, stop: int) -> Value:
    if isinstance(value, Truth):
        certain = value.certain[start:stop]
        is_point = value.certain is value.possible
        return Truth(certain, certain if is_point else value.possible[start:stop])
    low = value.low[start:stop]
    high = low if value.low is value.high else value.high[start:stop]
    return Interval(low, high, None if value.known is None else value.known[start:stop])


def _joined(fact: Fact, parts: list[Value], sizes: list[int]) -> Value:
    """The values of all chunks in one, in the narrowest array that holds them."""
    ends = [_ends(part) for part in parts]
    names = ("certain", "possible") if not ends or "certain" in ends[0] else ("low", "high")
    kind = storage(fact.type)
    first, last = (
        np.concatenate(
            [np.zeros(0, kind), *(_end(part, name) for part in ends)], dtype=kind, casting="unsafe"
        )
        for name in names
    )
    last = first if all(part.get(names[1]) is None for part in ends) else last
    if names[0] == "certain":
        return Truth(first, last)
    return Interval(first, last, _known(ends, sizes))


def _end(part: dict[str, Array | None], name: str) -> Array:
    found = part.get(name)
    if found is None:
        found = part["certain" if name == "possible" else "low"]
    assert found is not None
    return found


def _known(ends: list[dict[str, Array | None]], sizes: list[int]) -> Mask | None:
    masks = [part.get("known") for part in ends]
    if all(mask is None for mask in masks):
        return None
    return np.concatenate(
        [
            np.ones(size, np.bool_) if mask is None else mask
            for mask, size in zip(masks, sizes, strict=True)
        ]
    )


def _ends(value: Value) -> dict[str, Array | None]:
    """The arrays of a value; the second end only where it is another."""
    if isinstance(value, Truth):
        is_point = value.certain is value.possible
        return {"certain": value.certain, "possible": None if is_point else value.possible}
    found: dict[str, Array | None] = {"low": value.low, "known": value.known}
    return found if value.low is value.high else found | {"high": value.high}


def _value(prefix: str, arrays: Mapping[str, Array]) -> Value:
    if f"{prefix}.certain" in arrays:
        certain = arrays[f"{prefix}.certain"]
        return Truth(certain, arrays.get(f"{prefix}.possible", certain))
    low = arrays[f"{prefix}.low"]
    return Interval(low, arrays.get(f"{prefix}.high", low), arrays.get(f"{prefix}.known"))


def _named(prefix: str, arrays: Mapping[str, Array | None]) -> dict[str, Array]:
    return {f"{prefix}.{name}": array for name, array in arrays.items() if array is not None}


def _loaded(path: Path) -> dict[str, Array]:
    with np.load(path, allow_pickle=False) as held:
        return {name: held[name] for name in held.files}


def _mapped(path: Path) -> Iterator[tuple[str, Array]]:
    """The arrays of an uncompressed file, each mapped where it lies."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for member in archive.infolist():
            # A local header has 30 bytes, of which the last four are the lengths of what follows.
            file.seek(member.header_offset + 26)
            file.seek(sum(struct.unpack("<HH", file.read(4))), 1)
            version = np.lib.format.read_magic(file)
            read = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            shape, _order, kind = read(file)
            name = member.filename.removesuffix(".npy")
            if not shape[0]:
                yield name, np.zeros(shape, kind)
                continue
            yield name, np.memmap(path, kind, "r", file.tell(), shape)
