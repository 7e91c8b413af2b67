"""Figures of chapter 4, section 1: admission."""

from __future__ import annotations

from .figure import Definition, Figure, Quotient

KNOWN_APPLICANTS = "SELECT DISTINCT point FROM applicants"

_ROW = "SELECT point, NULL AS unit, NULL AS part, record AS counted, record FROM applicants"
_ADMITTED = "outcome = 'admitted'"
_ORIGIN_UNKNOWN = f"SELECT point, record FROM applicants WHERE {_ADMITTED} AND origin IS NULL"


def _pair(key: str, zh: str, en: str, condition: str, population: tuple[str, str]) -> list[Figure]:
    """A figure of the whole point and the same by direction."""
    by_direction = _ROW.replace("NULL AS part", "direction AS part")
    unsure = _ORIGIN_UNKNOWN if "origin" in condition else ""
    return [
        Figure(
            key, zh, en, "flow", "person", *population, "year", "application",
            f"{_ROW} WHERE {condition}", known=KNOWN_APPLICANTS, unsure=unsure,
        ),
        Figure(
            f"{key}.by_direction", f"各专业方向{zh}", f"{en}, by direction", "flow", "person",
            *population, "year", "application", f"{by_direction} WHERE {condition}",
            frame="direction", known=KNOWN_APPLICANTS,
        ),
    ]  # fmt: skip


_APPLIED_POPULATION = (
    "报考年度招生的专业学位博士考生",
    "Applications for the professional doctorate in the admission year",
)
_ADMITTED_POPULATION = (
    "报考年度招生并被录取的专业学位博士考生",
    "Applicants for the professional doctorate admitted in the admission year",
)
_RATE_POPULATION = (
    "录取人数除以报名人数，以百分数表示，保留两位小数",
    "Admitted divided by applicants, in percent to two decimals",
)


def _rate(by: str) -> Quotient:
    return Quotient(
        f"admission.rate_pct{by}", "录取率", "Rate of admission", "flow", "percent",
        *_RATE_POPULATION, "year",
        f"admission.admitted{by}", f"admission.applicants{by}", factor=100, decimals=2,
    )  # fmt: skip


ADMITTED, ADMITTED_BY_DIRECTION = _pair(
    "admission.admitted", "录取人数", "Admitted", _ADMITTED, _ADMITTED_POPULATION
)
APPLICANTS, APPLICANTS_BY_DIRECTION = _pair(
    "admission.applicants", "报名人数", "Applicants", "TRUE", _APPLIED_POPULATION
)

FIGURES: tuple[Definition, ...] = (
    APPLICANTS,
    APPLICANTS_BY_DIRECTION,
    ADMITTED,
    ADMITTED_BY_DIRECTION,
    _rate(""),
    _rate(".by_direction"),
    *_pair(
        "admission.source_own", "录取本校毕业生人数", "Admitted from the own university",
        f"{_ADMITTED} AND origin = 'own'", _ADMITTED_POPULATION,
    ),
    *_pair(
        "admission.source_other", "录取外校毕业生人数", "Admitted from other universities",
        f"{_ADMITTED} AND origin = 'other'", _ADMITTED_POPULATION,
    ),
)  # fmt: skip
