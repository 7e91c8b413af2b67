"""The made-up rules as OpenFisca-Core variables; run by the Python of its own environment.

Reads arrays without unknown cells from a file, and prints the processor time from these arrays to
verdicts, and how many records have each verdict. Two ways of modelling are tried, each with
OpenFisca's own vectorised means: child rows as members of a group, and, where each record has
equally many rows, one input for each place of a row.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2024-06"
MONTH = DateUnit.MONTH
FAIL, PENDING, PASS, NOT_APPLICABLE = range(4)
LATER = 2**31 - 1
SPECIALTY, CHIEF, POST = 0, 1, 2
PROPOSAL, MIDTERM, DEFENCE = 0, 1, 4
FACTS = ("clinical", "chief", "specialty", "passed", "failed", "proposal_on", "midterm_on",
         "defence_on")  # fmt: skip
Arrays = dict[str, Any]


def variable(name: str, entity: Any, kind: type, formula: Any = None) -> type[Variable]:
    """A variable of the month asked about, given or computed."""
    parts = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    return type(name, (Variable,), parts | ({"formula": formula} if formula else {}))


def grouped_facts(record: Any) -> list[type[Variable]]:
    """Facts as sums and minima over the members of a group."""

    def months(kinds: tuple[int, ...]) -> Any:
        def formula(records: Any, period: Any) -> Any:
            kind = records.members("kind", period)
            chosen = np.isin(kind, kinds)
            return records.sum(records.members("months", period) * chosen)

        return formula

    def outcomes(wanted: int) -> Any:
        def formula(records: Any, period: Any) -> Any:
            return records.sum(records.members("outcome", period) == wanted)

        return formula

    def first(step: int, passed: bool) -> Any:
        def formula(records: Any, period: Any) -> Any:
            chosen = records.members("step", period) == step
            if passed:
                chosen = chosen & (records.members("outcome", period) == 0)
            # Quicker than the group's own minimum, which goes from member to member.
            least = np.full(records.count, LATER, dtype=np.int32)
            day = records.members("day", period)
            np.minimum.at(least, records.members_entity_id[chosen], day[chosen])
            return least

        return formula

    return [variable(*one) for one in _facts(record, months, outcomes, first)]


def placed_facts(record: Any, months_each: int, steps_each: int) -> list[type[Variable]]:
    """Facts as sums and minima over inputs, one for each place of a row."""

    def months(kinds: tuple[int, ...]) -> Any:
        def formula(records: Any, period: Any) -> Any:
            total = np.zeros(records.count, dtype=np.int32)
            for place in range(months_each):
                kind = records(f"kind_{place}", period)
                chosen = np.logical_or.reduce([kind == one for one in kinds])
                total += records(f"months_{place}", period) * chosen
            return total

        return formula

    def outcomes(wanted: int) -> Any:
        def formula(records: Any, period: Any) -> Any:
            found = (records(f"outcome_{place}", period) == wanted for place in range(steps_each))
            return sum(found, np.zeros(records.count, dtype=np.int32))

        return formula

    def first(step: int, passed: bool) -> Any:
        def formula(records: Any, period: Any) -> Any:
            least = np.full(records.count, LATER, dtype=np.int32)
            for place in range(steps_each):
                chosen = records(f"step_{place}", period) == step
                if passed:
                    chosen = chosen & (records(f"outcome_{place}", period) == 0)
                day = records(f"day_{place}", period)
                np.minimum(least, np.where(chosen, day, LATER), out=least)
            return least

        return formula

    return [variable(*one) for one in _facts(record, months, outcomes, first)]


def _facts(record: Any, months: Any, outcomes: Any, first: Any) -> list[tuple[Any, ...]]:
    return [
        ("clinical", record, int, months((SPECIALTY, CHIEF, POST))),
        ("chief", record, int, months((CHIEF, POST))),
        ("specialty", record, int, months((SPECIALTY,))),
        ("passed", record, int, outcomes(0)),
        ("failed", record, int, outcomes(1)),
        ("proposal_on", record, int, first(PROPOSAL, True)),
        ("midterm_on", record, int, first(MIDTERM, True)),
        ("defence_on", record, int, first(DEFENCE, False)),
    ]


def rules(record: Any, least: list[list[int]], second_from: int) -> list[type[Variable]]:
    """The verdicts, each by six kinds of condition and its own dated parameter."""

    def rule(number: int) -> type[Variable]:
        def formula(records: Any, period: Any) -> Any:
            early = records("cohort_on", period) < second_from
            limit = np.where(early, least[number][0], least[number][1])
            return CONDITIONS[number % len(CONDITIONS)](lambda name: records(name, period), limit)

        return variable(f"rule_{number}", record, int, formula)

    return [rule(number) for number in range(len(least))]


def _when(applies: Any, holds: Any) -> Any:
    return np.where(applies, np.where(holds, PASS, FAIL), NOT_APPLICABLE)


def _in_order(get: Any, _limit: Any) -> Any:
    days = [get(name) for name in FACTS[5:]]
    known = [day < LATER for day in days]
    wrong = (known[0] & known[1] & (days[0] > days[1])) | (
        known[1] & known[2] & (days[1] > days[2])
    )
    return np.where(wrong, FAIL, np.where(known[0] & known[1] & known[2], PASS, PENDING))


CONDITIONS = (
    lambda get, limit: _when(get("degree_type") == 1, get("clinical") >= limit),
    lambda get, limit: _when(get("degree_type") == 1, get("chief") >= limit),
    _in_order,
    lambda get, limit: _when(
        get("mode") == 0, (get("specialty") + get("chief") >= limit) | (get("failed") == 0)
    ),
    lambda get, limit: _when(True, (get("failed") <= limit) & (get("passed") >= 1)),
    lambda get, limit: _when(
        get("state") != 17,
        (get("clinical") - get("chief") >= limit) | (get("passed") > get("failed")),
    ),
)


def grouped(given: Arrays, about: Arrays) -> Any:
    """A run with child rows as members; gives the verdicts by rule."""
    row = build_entity("row", "rows", "row", is_person=True)
    record = build_entity("record", "records", "record", roles=[{"key": "row", "plural": "rows"}])
    system = TaxBenefitSystem([row, record])
    own = [variable(name, record, int) for name in ("cohort_on", "degree_type", "mode", "state")]
    inner = [variable(name, row, int) for name in ("months", "kind", "step", "outcome", "day")]
    _add(system, [*own, *inner, *grouped_facts(record), *_rules(record, about)])
    count = len(given["cohort_on"])
    owners = np.concatenate([np.repeat(np.arange(count), about[n]) for n in ("months", "steps")])

    def work() -> Arrays:
        builder = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("row", range(len(owners)))
        records = builder.declare_entity("record", range(count))
        records.members_entity_id = owners
        records.members_role = np.full(len(owners), record.flattened_roles[0])
        simulation = builder.build(system)
        for name in ("cohort_on", "degree_type", "mode", "state"):
            simulation.set_input(name, PERIOD, given[name])
        months, steps = count * about["months"], count * about["steps"]
        for name, fill in (("months", 0), ("kind", -1)):
            simulation.set_input(name, PERIOD, _padded(given[name], 0, steps, fill))
        for name, fill in (("step", -1), ("outcome", -1), ("day", 0)):
            simulation.set_input(name, PERIOD, _padded(given[name], months, 0, fill))
        return _calculated(simulation, about)

    return work


def _padded(values: Any, before: int, after: int, fill: int) -> Any:
    return np.pad(values.astype(np.int32), (before, after), constant_values=fill)


def placed(given: Arrays, about: Arrays) -> Any:
    """A run with one input for each place of a row; gives the verdicts by rule."""
    record = build_entity("record", "records", "record", is_person=True)
    system = TaxBenefitSystem([record])
    own = ["cohort_on", "degree_type", "mode", "state"]
    places = [f"{n}_{p}" for n in ("months", "kind") for p in range(about["months"])]
    places += [f"{n}_{p}" for n in ("step", "outcome", "day") for p in range(about["steps"])]
    facts = placed_facts(record, about["months"], about["steps"])
    inputs = [variable(name, record, int) for name in (*own, *places)]
    _add(system, [*inputs, *facts, *_rules(record, about)])
    count = len(given["cohort_on"])

    def work() -> Arrays:
        simulation = SimulationBuilder().build_default_simulation(system, count)
        for name in own:
            simulation.set_input(name, PERIOD, given[name])
        for name in places:
            base, _, place = name.rpartition("_")
            each = about["months"] if base in ("months", "kind") else about["steps"]
            values = given[base].reshape(count, each)[:, int(place)]
            simulation.set_input(name, PERIOD, np.ascontiguousarray(values))
        return _calculated(simulation, about)

    return work


def _rules(record: Any, about: Arrays) -> list[type[Variable]]:
    return rules(record, about["least"], about["second_from"])


def _add(system: Any, variables: list[type[Variable]]) -> None:
    for one in variables:
        system.add_variable(one)


def _calculated(simulation: Any, about: Arrays) -> Arrays:
    names = [f"rule_{number}" for number in range(len(about["least"]))]
    return {name: simulation.calculate(name, PERIOD) for name in names}


def measured(work: Any, times: int = 3) -> tuple[float, Arrays]:
    """The median processor time of a run, after one that does not count, and what it gave."""
    found, used = work(), []
    for _time in range(times):
        start = time.process_time()
        found = work()
        used.append(time.process_time() - start)
    return statistics.median(used), found


def main(path: str) -> None:
    """Measure both ways on the arrays of the file."""
    with np.load(path) as held:
        given = {name: held[name] for name in held.files}
    about = json.loads(given.pop("about").tobytes())
    answer = {}
    for name, way in (("rows as members", grouped), ("a place as an input", placed)):
        seconds, found = measured(way(given, about))
        counts = [np.bincount(codes, minlength=5).tolist() for codes in found.values()]
        answer[name] = {"seconds": seconds, "counts": counts}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
