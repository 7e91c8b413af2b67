"""Figures of the reconciliation page: whether the parts of a figure add up to it.

For a figure and its parts: the sum of the parts, what lies in no part, and what is counted again
in a further one. The whole is the sum, plus what lies in no part, minus what is counted again.
"""

from __future__ import annotations

from . import admission, situation, strength
from .figure import Definition, Figure, Measure

_FORMS = {
    "direction": ("各方向", "directions", "part"),
    "unit": ("各单位", "units", "unit"),
}


def _derived(
    whole: Figure,
    parts: Figure,
    by: str,
    name: str,
    words: tuple[str, str],
    body: str,
    measure: Measure = "count(DISTINCT counted)",
) -> Figure:
    zh, en, column = _FORMS[by]
    select = body.format(column=column)
    sql = f"WITH whole AS ({whole.sql}), parts AS ({parts.sql}) {select}"
    return Figure(
        f"{whole.key}.{name}_{en}",
        f"{whole.title_zh}：{words[0].format(zh)}", f"{whole.title_en}: {words[1].format(en)}",
        whole.nature, whole.unit, whole.population_zh, whole.population_en,
        whole.window, whole.record_kind, sql, measure=measure,
        known=whole.known,
    )  # fmt: skip


def _reconciled(whole: Figure, parts: Figure, by: str) -> list[Figure]:
    return [
        _derived(
            whole, parts, by, "sum_of", ("{}合计", "sum of {}"),
            "SELECT DISTINCT point, NULL AS unit, NULL AS part, {column} AS counted, record"
            " FROM parts"
            if parts.measure == "records"
            else "SELECT point, NULL AS unit, NULL AS part,"
            " concat(counted, ':', {column}) AS counted, record FROM parts",
            "count(*)" if parts.measure == "records" else "count(DISTINCT counted)",
        ),
        _derived(
            whole, parts, by, "in_no", ("不在{}之内", "in none of the {}"),
            "SELECT point, NULL AS unit, NULL AS part, counted, record"
            " FROM whole ANTI JOIN parts USING (point, counted)",
        ),
        _derived(
            whole, parts, by, "again_in", ("在{}中重复计数", "counted again in further {}"),
            "SELECT point, NULL AS unit, NULL AS part, concat(counted, ':', {column}) AS counted,"
            " record FROM parts WHERE (point, counted) IN ("
            "SELECT (point, counted) FROM parts GROUP BY point, counted"
            " HAVING count(DISTINCT {column}) > 1)"
            " QUALIFY dense_rank() OVER (PARTITION BY point, counted ORDER BY {column}) > 1",
        ),
    ]  # fmt: skip


#: A figure, its parts, and what the parts are.
RECONCILED: tuple[tuple[Figure, Figure, str], ...] = (
    (situation.INTAKE, situation.INTAKE_BY_DIRECTION, "direction"),
    (situation.ENROLLED, situation.ENROLLED_BY_DIRECTION, "direction"),
    (situation.ENROLLED, situation.ENROLLED_BY_UNIT, "unit"),
    (strength.TOTAL, strength.BY_DIRECTION, "direction"),
    (strength.TOTAL, strength.BY_UNIT, "unit"),
    (admission.APPLICANTS, admission.APPLICANTS_BY_DIRECTION, "direction"),
    (admission.ADMITTED, admission.ADMITTED_BY_DIRECTION, "direction"),
)

FIGURES: tuple[Definition, ...] = tuple(
    figure for whole, parts, by in RECONCILED for figure in _reconciled(whole, parts, by)
)
