"""The facts of all records, computed once for the slider and kept in PRECEPTOR_HOME/previews.

A folder holds the facts of one content of a pack on one day: files for each chunk of records, and
`about.json`, written last, which names them. What has no `about.json` is not there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit
from preceptor.policy import Pack, Verdict
from preceptor.policy.batch import Mask
from preceptor.policy.cached import Facts, evaluate_cached, facts_of

from ..models import PackDraft
from ..population import in_chunks, subjects_on, with_relations
from ..records import Record
from ..verdicts import LOADERS, judge, unit_of
from .drafted import planned_draft
from .folders import draft_folder, force_folder
from .joining import joined, joined_masks
from .sides import Side, present_side
from .slider import Counted, Slide, counted, moved, narrowed

ABOUT = "about.json"
PARTS = "parts-"
#: How many records are loaded at a time, and for how many one file is written.
CHUNK, TOGETHER = 5000, 250_000


def keep_facts(target: Path, institution: Unit, side: Side, pack: str, on: date) -> None:
    """Compute the facts of every record that the pack of the id binds, and keep them in the folder.

    They take the place of what was there at once; the files before stay until the next time, for
    who is reading them. Chunk by chunk.
    """
    target.mkdir(parents=True, exist_ok=True)
    before = kept_in(target)
    fresh = Path(mkdtemp(dir=target, prefix=PARTS))
    parts = [
        part for subject in LOADERS for part in _kept(fresh, institution, side, pack, subject, on)
    ]
    about = {"on": on.isoformat(), "pack": pack, "folder": fresh.name, "parts": parts}
    aside = fresh / ABOUT
    aside.write_text(json.dumps(about), encoding="utf-8")
    aside.replace(target / ABOUT)
    for path in target.glob(f"{PARTS}*"):
        if path not in (fresh, before.path if before else fresh):
            shutil.rmtree(path)


@dataclass
class _Part:
    """What is gathered for one file: the chunks that one variant of the pack binds, and one of the
    units of their records."""

    unit: int
    facts: list[Facts] = field(default_factory=list)
    waived: list[dict[str, Mask]] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(facts) for facts in self.facts)

    def write(self, path: Path) -> None:
        """Write the facts, and beside them whose fails are waived."""
        joined(self.facts).save(path.with_suffix(".npz"))
        masks = joined_masks(self.waived, [len(facts) for facts in self.facts])
        if masks:
            np.savez(path.with_suffix(".waived.npz"), **masks)  # type: ignore[arg-type]


def _kept(
    fresh: Path, institution: Unit, side: Side, pack: str, subject: str, on: date
) -> Iterator[dict[str, Any]]:
    rows = with_relations(subjects_on(institution, subject, on), subject)
    gathered: dict[str, _Part] = {}
    written = count()
    for chunk in in_chunks(rows, CHUNK):
        records = LOADERS[subject](chunk, on)
        for variant, unit, chosen in _variants(side, pack, subject, chunk):
            part = gathered.setdefault(variant.hash, _Part(unit))
            _gather(part, variant, subject, chunk, records, chosen, on)
            if len(part) >= TOGETHER:
                yield _written(fresh, subject, next(written), gathered.pop(variant.hash))
    for part in gathered.values():
        yield _written(fresh, subject, next(written), part)


def _written(fresh: Path, subject: str, number: int, part: _Part) -> dict[str, Any]:
    name = f"{subject}-{number}"
    part.write(fresh / name)
    return {"name": name, "subject": subject, "unit": part.unit, "records": len(part)}


def _variants(
    side: Side, pack: str, subject: str, rows: Sequence[Any]
) -> Iterator[tuple[Pack, int, list[int]]]:
    """The rows by the variant of the pack that binds them, each with one of their units."""
    groups: dict[str, tuple[Pack, int, list[int]]] = {}
    for place, row in enumerate(rows):
        unit = unit_of(subject, row)
        held = next((one for one in side.of(unit) if one.id == pack), None)
        if held is not None and held.rules_of(subject):
            groups.setdefault(held.hash, (held, unit, []))[2].append(place)
    yield from groups.values()


def _gather(
    part: _Part, pack: Pack, subject: str, rows: Sequence[Any], records: Sequence[Record],
    chosen: Sequence[int], on: date,
) -> None:  # fmt: skip
    some, known = [rows[place] for place in chosen], [records[place] for place in chosen]
    batch = judge(pack, subject, some, on, known).batch
    part.facts.append(facts_of(pack, batch))
    part.waived.append({rule: mask for rule, mask in batch.waived.items() if mask.any()})


@dataclass(frozen=True)
class Kept:
    """The facts in a folder; `on` is the day as of which they were computed."""

    path: Path
    on: date
    pack: str
    parts: list[dict[str, Any]]

    def counts(self, side: Side, slide: Slide, codes: Sequence[int]) -> list[Counted]:
        """For each value how many records would have each verdict under the rule.

        `side` is that of which the facts were computed. Raises PackError for a value out of bounds.
        """
        parts = [part for part in self.parts if part["subject"] == slide.rule.subject]
        facts = [Facts.load(self.path / f"{part['name']}.npz", mmap=True) for part in parts]
        waived = [self._waived(part["name"], slide.rule.id) for part in parts]
        small = self._narrowed(side, [part["unit"] for part in parts], slide)
        found = []
        for code in codes:
            packs = {id(one): moved(one, slide, code) for one in small}
            verdicts = (
                _verdicts(packs[id(one)], known, slide.rule.id, mask)
                for one, known, mask in zip(small, facts, waived, strict=True)
            )
            found.append(counted(verdicts))
        return found

    def _narrowed(self, side: Side, units: Sequence[int], slide: Slide) -> list[Pack]:
        """For each unit the variant of the pack that binds it, narrowed to the rule."""
        made: dict[str, Pack] = {}
        found = []
        for unit in units:
            pack = next(one for one in side.of(unit) if one.id == self.pack)
            if pack.hash not in made:
                made[pack.hash] = narrowed(pack, pack.rules[slide.rule.id])
            found.append(made[pack.hash])
        return found

    def _waived(self, name: str, rule: str) -> np.ndarray | None:
        path = self.path / f"{name}.waived.npz"
        if not path.exists():
            return None
        with np.load(path) as held:
            return held[rule] if rule in held.files else None


def _verdicts(pack: Pack, facts: Facts, rule: str, waived: np.ndarray | None) -> np.ndarray:
    codes = evaluate_cached(pack, facts, [rule])[rule]
    if waived is None:
        return codes
    return np.where((codes == Verdict.FAIL.code) & waived, Verdict.WAIVED.code, codes)


def kept_in(path: Path) -> Kept | None:
    """The facts in the folder; None where they are not, or not complete."""
    try:
        about = json.loads((path / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    on = date.fromisoformat(about["on"])
    return Kept(path / about["folder"], on, about["pack"], about["parts"])


def keep_draft_facts(draft: PackDraft, on: date) -> None:
    """Keep the facts of a draft's present content. Raises PackError for a draft that cannot be read."""
    planned = planned_draft(draft, on)
    path = draft_folder(draft.pk, planned.pack.hash)
    keep_facts(path, planned.institution, planned.new, planned.pack.id, on)


def keep_force_facts(institution: Unit, pack: str, on: date) -> None:
    """Keep the facts of the pack of the id as it binds the institution on the day.

    Raises InputRefused when no such pack is in force.
    """
    side = present_side(institution, on)
    held = next((one.pack for one in side.bindings if one.pack.id == pack), None)
    if held is None:
        raise InputRefused(_("The pack %(pack)s is not in force on this day.") % {"pack": pack})
    keep_facts(force_folder(institution.pk, held), institution, side, pack, on)
