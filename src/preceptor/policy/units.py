"""Units that parameters, facts and columns may have, and how amounts are written in both languages."""

from __future__ import annotations

from preceptor.policy.text import Text

# The Chinese form follows the number directly; the English form has a singular and a plural.
UNITS: dict[str, tuple[str, str, str]] = {
    "none": ("", "", ""),
    "person": ("人", "person", "people"),
    "month": ("个月", "month", "months"),
    "age": ("个月", "month", "months"),
    "day": ("天", "day", "days"),
    "year": ("年", "year", "years"),
    "item": ("项", "item", "items"),
    "copy": ("份", "copy", "copies"),
    "hour": ("学时", "hour", "hours"),
    "credit": ("学分", "credit", "credits"),
    "CNY": ("元", "CNY", "CNY"),
    "ratio": ("", "", ""),
}
RATIO = "ratio"
#: The age of a person in months, which texts tell in years and months.
AGE = "age"


# Things that are counted: "5 more needed" says it, the unit stands in the sentence before.
COUNTED = frozenset(("none", "person", "month", "age", "item", "copy"))


def with_unit(number: str, unit: str) -> Text:
    """A number with its unit; in English only where the sentence around it does not tell."""
    zh, one, many = UNITS[unit]
    en = "" if unit in COUNTED else one if number == "1" else many
    return Text(f"{number} {zh}" if zh else number, f"{number} {en}" if en else number)
